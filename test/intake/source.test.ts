import { chmod, mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { UserError } from "../../src/errors.ts";
import { MAX_FILE_BYTES } from "../../src/intake/limits.ts";
import { readSource, toSource } from "../../src/intake/source.ts";

const TEXT = "hxxp://evil[.]example and münchen.example\n";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vtip-source-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

function toUtf16(text: string, order: "le" | "be"): Buffer {
  const bytes = Buffer.from(`\uFEFF${text}`, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
}

describe("text", () => {
  test.each([
    ["utf-8", Buffer.from(TEXT)],
    ["utf-8", Buffer.from(`\uFEFF${TEXT}`)],
    ["utf-16le", toUtf16(TEXT, "le")],
    ["utf-16be", toUtf16(TEXT, "be")],
    ["latin1", Buffer.from(TEXT, "latin1")],
  ])("in %s is read", async (encoding, bytes) => {
    expect(await toSource("list.txt", bytes)).toEqual({
      name: "list.txt",
      text: TEXT,
      columns: [],
      encoding,
    });
  });

  test("with a cut or broken character stays UTF-8", async () => {
    const bytes = Buffer.concat([Buffer.from(`${TEXT}ü${TEXT}`), Buffer.from([0xc3])]);

    expect(await toSource("cut.log", bytes)).toMatchObject({
      encoding: "utf-8",
      text: `${TEXT}ü${TEXT}\uFFFD`,
    });
  });

  test.each(["list.txt", "a.log", "a.json", "a.md", "a.eml", "no-ending", "standard input"])(
    "named %s is read whole, whatever its first line says",
    async (name) => {
      const text = "Domain,Note\nevil.example,other.example\n";

      expect(await toSource(name, Buffer.from(text))).toMatchObject({ text, columns: [] });
    },
  );

  test.each(["list.csv", "list.CSV", "list.tsv"])("named %s is read by its columns", async (name) => {
    const source = await toSource(name, toUtf16("Note\tDomain\na.example\tevil.example\n", "le"));

    expect(source.columns).toEqual(["Domain"]);
    expect(source.text.trim()).toBe("evil.example");
  });

  test("is read from a file, under the file's name", async () => {
    const path = await write("list.txt", TEXT);

    expect(await readSource(path)).toMatchObject({ name: "list.txt", text: TEXT });
  });

  test("of exactly the limit is read", async () => {
    const source = await toSource("big.log", Buffer.alloc(MAX_FILE_BYTES, "1.2.3.4\n"));

    expect(source.text).toHaveLength(MAX_FILE_BYTES);
  });
});

describe("what is not read is refused with a sentence", () => {
  test.each([
    [
      "old.xls",
      "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0",
      /old Office file or a workbook with a password.*without a password/u,
    ],
    ["list.xls", "1.2.3.4", /old Excel file.*xlsx or csv/u],
    ["report.docx", "1.2.3.4", /Office document.*txt, csv or xlsx/u],
    ["report.pdf", "1.2.3.4", /PDF/u],
    ["report.txt", "%PDF-1.7 1.2.3.4", /PDF/u],
    ["shot.png", "\x89PNG\r\n", /image.*its text/u],
    ["shot.txt", "\xFF\xD8\xFF\xE0", /image/u],
    ["log.gz", "\x1F\x8B\x08\0", /packed.*unpack/u],
    ["list.xlsx", "1.2.3.4", /list\.xlsx is named like a workbook/u],
    ["a.txt", "1.2.3.4\0 5.6.7.8", /not text.*zero bytes/u],
    ["a.csv", "a\0", /not text/u],
    ["wide.txt", "\xFF\xFE\0\0a\0\0\0", /UTF-32/u],
    ["a.txt", "", /a\.txt is empty/u],
    ["a.txt", " \n\t\r\n", /a\.txt is empty/u],
  ])("%s holding %j", async (name, content, sentence) => {
    const reading = toSource(name, Buffer.from(content, "latin1"));

    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(sentence);
  });

  test("more than the limit", async () => {
    await expect(toSource("big.log", Buffer.alloc(MAX_FILE_BYTES + 1, "a"))).rejects.toThrow(
      "big.log has more than 10 MiB: send it in parts of at most 10 MiB.",
    );
  });

  test("a file over the limit, before a byte of it is read", async () => {
    const path = await write("huge.txt", "");
    await truncate(path, 100 * 1024 ** 3);

    await expect(readSource(path)).rejects.toThrow(/more than 10 MiB/u);
  });

  test.skipIf(process.platform === "win32")("a device without an end", async () => {
    await expect(readSource("/dev/zero")).rejects.toThrow(/more than 10 MiB/u);
  });

  test("a missing file", async () => {
    const reading = readSource(join(folder, "nowhere.txt"));

    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(/nowhere\.txt does not exist: check/u);
  });

  test("a folder", async () => {
    await mkdir(join(folder, "sub"));

    await expect(readSource(join(folder, "sub"))).rejects.toThrow(/is a folder/u);
  });

  test("a name that is no path", async () => {
    await expect(readSource("a\0b")).rejects.toThrow(UserError);
  });

  test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
    "a file that may not be read (skipped for the super-user and on Windows)",
    async () => {
      const path = await write("secret.txt", TEXT);
      await chmod(path, 0);

      await expect(readSource(path)).rejects.toThrow(/may not be read/u);
    },
  );

  test("a hostile name is shown on one line", async () => {
    await expect(toSource("a\nb\u001B[31m.pdf", Buffer.from("x"))).rejects.toThrow(
      /^a\?b\?\[31m\.pdf is a PDF/u,
    );
  });
});
