import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { UserError } from "../../src/errors.ts";
import type { Result } from "../../src/model.ts";
import { assertWritable, replaceFile } from "../../src/report/report-file.ts";
import { writeXlsx } from "../../src/report/xlsx.ts";
import { headOf, resultOf, streamOf } from "./results.ts";

const isRoot = process.getuid?.() === 0;

let folder = "";
let file = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vtip-file-"));
  file = join(folder, "report.xlsx");
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const rows = { checked: streamOf([]), notChecked: streamOf([]) };

async function* breakingAfter(results: readonly Result[]): AsyncGenerator<Result> {
  yield* results;
  throw new Error("the records are gone");
}

async function* never(): AsyncGenerator<Result> {
  yield await new Promise<Result>(() => {});
}

describe("a report's file", () => {
  it("takes the place of an older one", async () => {
    await writeFile(file, "old");

    await writeXlsx(file, headOf([]), rows);

    expect((await readFile(file)).subarray(0, 2).toString()).toBe("PK");
    expect(await readdir(folder)).toEqual(["report.xlsx"]);
  });

  it("stays as it was when the rows break off", async () => {
    await writeFile(file, "old");
    const results = Array.from({ length: 700 }, (_, index) => resultOf(`h${index}.example.com`));

    const written = writeXlsx(file, headOf(results), { ...rows, checked: breakingAfter(results) });

    await expect(written).rejects.toThrow("the records are gone");
    expect(await readFile(file, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["report.xlsx"]);
  });

  it("is written to where a link points, and the link stays", async () => {
    const target = join(folder, "target.xlsx");
    await writeFile(target, "old");
    await symlink(target, file);

    await writeXlsx(file, headOf([]), rows);

    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    expect((await readFile(target)).subarray(0, 2).toString()).toBe("PK");
  });

  it("fails at once, with advice, when its folder is missing, even if no row ever comes", async () => {
    const missing = join(folder, "gone", "report.xlsx");

    const written = writeXlsx(missing, headOf([]), { ...rows, checked: never() });

    await expect(written).rejects.toThrow(UserError);
    await expect(written).rejects.toThrow(`the folder "${join(folder, "gone")}" does not exist. Create it`);
  });

  it("is named in the error when its folder goes away meanwhile", async () => {
    const inner = join(folder, "inner");
    await mkdir(inner);

    const written = replaceFile(join(inner, "report.xlsx"), async (temporary) => {
      await writeFile(temporary, "new");
      await rm(inner, { recursive: true });
    });

    await expect(written).rejects.toThrow("does not exist");
  });

  it.each([
    ["ENOSPC", "the disk is full"],
    ["EDQUOT", "the disk is full"],
    ["EBUSY", "Close it in Excel"],
    ["EPERM", "Close it in Excel"],
    ["EACCES", "no permission"],
    ["EROFS", "no permission"],
    ["ENAMETOOLONG", "too long"],
    ["EIO", "the system says EIO"],
  ])("turns %s into a sentence on what to do", async (code, advice) => {
    const refused = replaceFile(file, () =>
      Promise.reject(Object.assign(new Error(code), { code, syscall: "write" })),
    );

    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(advice);
    expect(await readdir(folder)).toEqual([]);
  });

  it("passes on a bug as it is", async () => {
    const bug = Object.assign(new TypeError("no"), { code: "ERR_INVALID_ARG_TYPE" });

    await expect(replaceFile(file, () => Promise.reject(bug))).rejects.toBe(bug);
  });
});

describe("asking whether a report can be written", () => {
  it("is content with a new and with an existing file, and leaves no trace", async () => {
    await assertWritable(file);
    expect(await readdir(folder)).toEqual([]);

    await writeFile(file, "old");
    await assertWritable(file);
    expect(await readFile(file, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["report.xlsx"]);
  });

  it("refuses a missing folder, a folder, a file taken for a folder, and a device", async () => {
    await writeFile(file, "");

    await expect(assertWritable(join(folder, "gone", "x.xlsx"))).rejects.toThrow("does not exist");
    await expect(assertWritable(folder)).rejects.toThrow("it is a folder");
    await expect(assertWritable(join(file, "x.xlsx"))).rejects.toThrow("is not a folder");
    await expect(assertWritable("/dev/null")).rejects.toThrow("no ordinary file");
  });

  it.skipIf(isRoot)("refuses a file without permission (skipped as root, who may do anything)", async () => {
    await writeFile(file, "old", { mode: 0o400 });

    await expect(assertWritable(file)).rejects.toThrow("no permission");
  });
});
