import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { feedCommand } from "../../src/commands/block-notice-command.ts";
import { toCommandEnv } from "../../src/commands/block-notice-run.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openRun } from "./notice-bench.ts";

/** A run whose command is this script of Node's, in a folder where it may leave something. */
async function feedingRun(script: string, args: readonly string[] = [], env = {}) {
  const folder = temporaryFolder();
  const file = join(folder, "command.mjs");
  writeFileSync(
    file,
    `import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
     import { spawn } from "node:child_process";
     const note = (text) => appendFileSync(${JSON.stringify(join(folder, "notes"))}, text);
     ${script}`,
  );
  const run = await openRun(folder);
  const words = [process.execPath, file, ...args];
  return {
    run,
    folder,
    start: () => run.track(feedCommand(run.tools, { words, env: toCommandEnv({ ...process.env, ...env }) })),
    notes: () => (existsSync(join(folder, "notes")) ? readFileSync(join(folder, "notes"), "utf8") : ""),
  };
}

const RECORD = `note("<" + readFileSync(0, "utf8") + ">");`;

describe("the command gets the list", () => {
  test("at the start, and after each change, once", async () => {
    const { run, start, notes } = await feedingRun(RECORD);
    await run.write("198.51.100.9", "192.0.2.0/24", "# a comment", "2001:DB8::7");
    start();
    await run.until(() => notes() !== "", "the first list");
    await run.write("192.0.2.1");
    await run.until(() => notes().includes("<192.0.2.1\n>"), "the second list");
    await run.tools.clock.advance(10_000);

    expect(notes()).toBe("<192.0.2.0/24\n198.51.100.9\n2001:db8::7\n><192.0.2.1\n>");
    expect(run.lines).toEqual([]);
  });

  test("not again where only comments have changed", async () => {
    const { run, start, notes } = await feedingRun(RECORD);
    await run.write("192.0.2.1");
    start();
    await run.until(() => notes() !== "", "the list");
    await run.write("# ours", "192.0.2.1");
    await run.tools.clock.advance(10_000);

    expect(notes()).toBe("<192.0.2.1\n>");
  });

  test("empty when nothing is blocked any more, and not at all when the file is gone", async () => {
    const { run, start, notes, folder } = await feedingRun(RECORD);
    await run.write("192.0.2.1");
    start();
    await run.until(() => notes() !== "", "the list");
    rmSync(join(folder, "blacklist.txt"));
    await run.tools.clock.advance(10_000);
    expect(notes()).toBe("<192.0.2.1\n>");
    await run.write();

    await run.until(() => notes() === "<192.0.2.1\n><>", "the empty list");
  });

  test("newest after a run during which it changed", async () => {
    // The first run waits for a file that only comes when the list has changed twice.
    const gate = join(temporaryFolder(), "gate");
    const { run, start, notes } = await feedingRun(
      `note(readFileSync(0, "utf8"));
       while (!existsSync(process.argv[2])) await new Promise((go) => setTimeout(go, 5));
       note("done\\n");`,
      [gate],
    );
    await run.write("192.0.2.1");
    start();
    await run.until(() => notes() !== "", "the first run");
    await run.write("192.0.2.2");
    await run.write("192.0.2.3");
    writeFileSync(gate, "");

    await run.until(() => notes().endsWith("192.0.2.3\ndone\n"), "the second run");

    expect(notes()).toBe("192.0.2.1\ndone\n192.0.2.3\ndone\n");
  });

  test("without a shell, and without vtip's keys", async () => {
    const args = ["$(touch pwned)", "; touch pwned", "`id`", "*", "a b", "%PATH%", "-rf", '"'];
    const { run, start, notes } = await feedingRun(
      `note(JSON.stringify([process.argv.slice(2), Object.keys(process.env)]));`,
      args,
      { VT_APIKEY1: "key-of-the-test", SLACK_BOT_TOKEN: "xoxb-1" },
    );
    await run.write("192.0.2.1");
    start();
    await run.until(() => notes() !== "", "the command");

    const [seen, names] = JSON.parse(notes()) as [string[], string[]];
    expect(seen).toEqual(args);
    expect(names.filter((name) => /KEY|TOKEN|SECRET/u.test(name))).toEqual([]);
    expect(names).toContain("PATH");
    expect(existsSync("pwned")).toBe(false);
  });
});

describe("a command that fails", () => {
  test("is tried again with the list, and the log has its status and first line once", async () => {
    const { run, start, notes } = await feedingRun(
      `const list = readFileSync(0, "utf8");
       note("x");
       if (!existsSync(process.argv[2])) {
         console.error("no table yet\\nmore of it\\n" + "z".repeat(1_000_000));
         process.exitCode = 7;
       } else note(list);`,
      [join(temporaryFolder(), "table")],
    );
    await run.write("192.0.2.1");
    start();
    await run.until(() => notes() === "xxx", "three tries");

    expect(run.lines).toEqual([`40 ${process.execPath} ended with 7: no table yet`]);
  });

  test("works again when it can, which the log says", async () => {
    const folder = temporaryFolder();
    const table = join(folder, "table");
    const { run, start, notes } = await feedingRun(
      `if (!existsSync(process.argv[2])) process.exit(1);
       note(readFileSync(0, "utf8"));`,
      [table],
    );
    await run.write(...Array.from({ length: 250 }, (_, n) => `198.51.100.${n}`));
    start();
    await run.until(() => run.lines.length === 1, "the first try");
    writeFileSync(table, "");

    await run.until(() => run.lines.length === 2, "a try that works");

    expect(notes().split("\n")).toHaveLength(251);
    expect(run.lines[1]).toBe("30 the blacklist is handed on again");
  });

  test("by hanging is killed after a minute, with what it started", async () => {
    const { run, start, notes } = await feedingRun(
      `const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
       note(child.pid + "\\n" + process.pid + "\\n");
       setInterval(() => {}, 1000);`,
    );
    await run.write("192.0.2.1");
    start();
    await run.until(() => notes().split("\n").length > 2, "the command");
    const before = run.tools.clock.now();

    await run.until(() => run.lines.length > 0, "the warning", 5000);

    expect(run.tools.clock.now() - before).toBeGreaterThan(30_000);
    expect(run.lines).toEqual([`40 ${process.execPath} took longer than 60 s and was killed`]);
    const pids = notes().trim().split("\n").slice(0, 2).map(Number);
    await run.until(() => pids.every((pid) => !isRunning(pid)), "the end of both");
    await run.end();
  });

  test("by not being there is named", async () => {
    const { run } = await feedingRun("");
    await run.write("192.0.2.1");
    run.track(feedCommand(run.tools, { words: ["/nowhere/at-all", "x"], env: {} }));

    await run.until(() => run.lines.length > 0, "the warning");
    await run.tools.clock.advance(30_000);

    expect(run.lines).toEqual(["40 /nowhere/at-all could not be started (ENOENT)"]);
  });

  test("by hanging does not hold up the end of the program", async () => {
    const { run, start, notes } = await feedingRun(
      `note(process.pid + "\\n");
       setInterval(() => {}, 1000);`,
    );
    await run.write("192.0.2.1");
    start();
    await run.until(() => notes().endsWith("\n"), "the command");

    await run.end();

    expect(isRunning(Number(notes()))).toBe(false);
    expect(run.lines).toEqual([]);
  });
});

/** A process that has ended and was not waited for by its parent yet counts as ended. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/\) Z /u.test(stat);
  } catch {
    return false;
  }
}
