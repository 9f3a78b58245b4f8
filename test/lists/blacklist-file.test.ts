import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";

import { UserError } from "../../src/errors.ts";
import { editBlacklist } from "../../src/lists/blacklist-file.ts";
import { addToBlacklist, parseBlacklist, removeFromBlacklist } from "../../src/lists/blacklist.ts";
import { withLock } from "../../src/lists/lock.ts";

const CHILD = fileURLToPath(new URL("edit-child.ts", import.meta.url));
const HEAD = "# ours\r\n203.0.113.9 # by hand\r\n";

let program = "";
let folder = "";
let file = "";

/** Bundled once: a process of the sources themselves takes over a second to start. */
beforeAll(async () => {
  program = await mkdtemp(join(tmpdir(), "vtip-edit-"));
  await symlink(join(import.meta.dirname, "../../node_modules"), join(program, "node_modules"));
  await build({
    entryPoints: { child: CHILD },
    outdir: program,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["better-sqlite3"],
    logLevel: "error",
  });
});

afterAll(async () => rm(program, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vtip-blacklist-"));
  file = join(folder, "blacklist.txt");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function add(...ips: readonly string[]): Promise<{ added: readonly string[] }> {
  return editBlacklist(file, (text) => addToBlacklist(text, ips));
}

function startChild(network: number, count: number): ChildProcess {
  const child = spawn(process.execPath, [join(program, "child.mjs"), file, `${network}`, `${count}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout?.setEncoding("utf8");
  return child;
}

async function markOf(list: string): Promise<number> {
  return withLock(`${list}.lock`, async (mark) => mark);
}

describe("an edit of the blacklist", () => {
  test("makes the file where there is none", async () => {
    expect(await add("1.2.3.4", "2001:DB8::1")).toMatchObject({ added: ["1.2.3.4", "2001:db8::1"] });
    expect(await readFile(file, "utf8")).toBe("1.2.3.4\n2001:db8::1\n");
  });

  test("keeps what stands there, its mode and its line ends", async () => {
    await writeFile(file, HEAD, { mode: 0o640 });
    await chmod(file, 0o640);

    await add("1.2.3.4");

    expect(await readFile(file, "utf8")).toBe(`${HEAD}1.2.3.4\r\n`);
    if (process.platform !== "win32") expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  test("keeps comments that are not UTF-8 byte for byte", async () => {
    const comment = Buffer.from("# gesperrt für immer\n", "latin1");
    await writeFile(file, comment);

    await add("1.2.3.4");

    expect(await readFile(file)).toEqual(Buffer.concat([comment, Buffer.from("1.2.3.4\n")]));
  });

  test("leaves a file alone when there is nothing to change", async () => {
    await writeFile(file, HEAD);
    const before = await stat(file);

    expect(await add("203.0.113.9")).toMatchObject({ added: [] });
    expect(await stat(file)).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  });

  test.skipIf(process.platform === "win32")("follows a link and leaves it a link", async () => {
    await mkdir(join(folder, "real"));
    await writeFile(join(folder, "real", "list"), HEAD);
    await symlink(join("real", "list"), file);

    await add("1.2.3.4");

    expect(await readFile(join(folder, "real", "list"), "utf8")).toBe(`${HEAD}1.2.3.4\r\n`);
    expect(await readdir(folder)).toEqual(["blacklist.txt", "real"]);
  });

  test("leaves nothing beside the list but its lock", async () => {
    await writeFile(join(folder, ".blacklist.txt.tmp"), "left over by a process that was killed");

    await add("1.2.3.4");

    expect(await readdir(folder)).toEqual(["blacklist.txt", "blacklist.txt.lock"]);
  });

  test("that fails changes nothing and frees the lock", async () => {
    await writeFile(file, HEAD);

    await expect(add("not an address")).rejects.toThrow(/"not an address" is no IP address/u);

    expect(await readFile(file, "utf8")).toBe(HEAD);
    expect(await add("1.2.3.4")).toMatchObject({ added: ["1.2.3.4"] });
  });

  test.each(["a folder", "UTF-16", "a folder that is not there"])(
    "of %s is refused with a sentence",
    async (what) => {
      if (what === "a folder") await mkdir(file);
      if (what === "UTF-16") await writeFile(file, "\uFEFF1.2.3.4\n", "utf16le");
      if (what === "a folder that is not there") file = join(folder, "nowhere", "blacklist.txt");

      await expect(add("1.2.3.4")).rejects.toThrow(UserError);
    },
  );

  test("keeps what is written into the list by who had opened it before", async () => {
    await writeFile(file, HEAD);
    const { ino } = await stat(file);
    const late = openSync(file, "a");
    const writeOnceReplaced = () => {
      if (statSync(file).ino === ino) return void setImmediate(writeOnceReplaced);
      writeSync(late, "203.0.113.77 # late\n");
      closeSync(late);
    };
    setImmediate(writeOnceReplaced);

    await add("203.0.113.100");

    const text = await readFile(file, "utf8");
    expect(text).toContain("203.0.113.77 # late\n");
    expect(text).toContain("203.0.113.100");
    expect(text.startsWith(HEAD)).toBe(true);
  });

  test("at the same moment as thirty others loses none", async () => {
    const ips = Array.from({ length: 30 }, (_, at) => `1.2.3.${at}`);

    await Promise.all(ips.map((ip) => add(ip)));

    expect(parseBlacklist(await readFile(file, "utf8")).addresses.toSorted()).toEqual(ips.toSorted());
  });

  test("waits for the lock, and says so when it does not come free", async () => {
    await withLock(`${file}.lock`, async () => {
      const waiting = withLock(`${file}.lock`, async () => "never", 60);

      await expect(waiting).rejects.toThrow(UserError);
      await expect(waiting).rejects.toThrow(/blacklist\.txt\.lock is held by another process/u);
    });
    expect(await withLock(`${file}.lock`, async () => "free")).toBe("free");
  });

  test("waits no longer for the lock because the clock is set back meanwhile", async () => {
    await withLock(`${file}.lock`, async () => {
      const now = Date.now();
      let looks = 0;
      vi.spyOn(Date, "now").mockImplementation(() => now - 60_000 * looks++);
      onTestFinished(() => void vi.restoreAllMocks());

      await expect(withLock(`${file}.lock`, async () => "never", 60)).rejects.toThrow(UserError);
    });
  });

  test("gives the same mark to whoever holds its lock, and another list another one", async () => {
    const mark = await markOf(file);

    expect(mark).toBeGreaterThan(0);
    expect(await markOf(file)).toBe(mark);
    expect(await markOf(`${file}.other`)).not.toBe(mark);
  });
});

describe("processes", () => {
  test("that edit at once lose nothing", async () => {
    await writeFile(file, HEAD);
    const children = [1, 2, 3].map((network) => startChild(network, 40));

    const removing = (async () => {
      for (let time = 0; time < 20; time += 1) {
        await editBlacklist(file, (text) => removeFromBlacklist(text, ["203.0.113.9"]));
        await add("203.0.113.9");
        await setTimeout(20);
      }
    })();
    await Promise.all([removing, ...children.map((child) => once(child, "close"))]);

    expect(children.map((child) => child.exitCode)).toEqual([0, 0, 0]);
    expect(parseBlacklist(await readFile(file, "utf8")).addresses).toHaveLength(121);
  });

  test(
    "killed at any moment leave a whole list with all that they reported, and no lock",
    { timeout: 60_000 },
    async () => {
      await writeFile(file, HEAD);
      const reported: string[] = [];
      for (let network = 1; network <= 6; network += 1) {
        const child = startChild(network, 10_000);
        child.stdout?.on("data", (lines: string) => reported.push(...lines.split("\n").slice(0, -1)));
        await once(child.stdout ?? child, "data");
        await setTimeout(Math.random() * 60);
        child.kill("SIGKILL");
        await once(child, "close");

        const text = await readFile(file, "utf8");
        const { addresses, problems } = parseBlacklist(text);

        expect(text.startsWith(HEAD) && text.endsWith("\r\n")).toBe(true);
        expect(problems).toEqual([]);
        expect(reported.filter((ip) => !addresses.includes(ip))).toEqual([]);
      }

      const startedAt = performance.now();
      expect(await add("1.2.3.4")).toMatchObject({ added: ["1.2.3.4"] });
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    },
  );
});
