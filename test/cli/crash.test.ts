import { describe, expect, test } from "vitest";

import { openWorkbook, rowsOf } from "../report/open-xlsx.ts";
import {
  addresses,
  allAs,
  type Bench,
  flagged,
  KEY_1,
  KEY_2,
  openBench,
  parseLines,
  until,
} from "./program.ts";

const IPS = addresses(16);
const LIST = IPS.join("\n");

/** Two keys of 2 and 3 a minute, so that a scan takes four windows or more. */
const KEYS = { [KEY_1]: { perMinute: 2 }, [KEY_2]: { perMinute: 3 } };

/** Starts a program and kills it, as a power cut would, when the stand-in has seen so many requests in all. */
async function killAt(bench: Bench, requests: number, args: readonly string[], input = ""): Promise<void> {
  const program = bench.start(args, { input });
  await until(() => bench.asked().length >= requests, `request ${requests}`);
  program.process.kill("SIGKILL");
  await program.ended;
}

describe.concurrent("a scan that is killed", () => {
  test("goes on when the same command is given again, and asks at most what was under way a second time", async (context) => {
    const latencyMs = 60;
    const bench = await openBench(context, {
      objects: allAs(IPS, flagged(0)),
      keys: KEYS,
      windowMs: 500,
      latencyMs,
    });
    bench.write("list.txt", LIST);
    const args = ["-i", "list.txt", "--json", "--no-out"];

    // At the very request, so that it and what came with it are under way.
    await killAt(bench, 2, args);
    await killAt(bench, 7, args);
    await killAt(bench, 11, args);
    const { status, stdout, stderr } = await bench.start(args).ended;

    expect(status).toBe(0);
    expect(stderr).toMatch(/going on/i);
    const { lines, summary } = parseLines(stdout);
    expect(lines.map((line) => [line["indicator"], line["status"]])).toEqual(IPS.map((ip) => [ip, "clean"]));
    expect(summary).toMatchObject({ indicators: 16, clean: 16 });
    // Five places at most are under way at each kill.
    expect(bench.asked().length).toBeLessThanOrEqual(IPS.length + 3 * 5);
    expect(new Set(bench.asked()).size).toBe(IPS.length);
    expect(bench.standin.worstWindow(KEY_1)).toBeLessThanOrEqual(2);
    expect(bench.standin.worstWindow(KEY_2)).toBeLessThanOrEqual(3);
    for (const key of [KEY_1, KEY_2]) expect(bench.standin.counted(key).refused).toBe(0);
  });

  test("spends nothing twice when nothing was under way, and resume goes on too", async (context) => {
    const bench = await openBench(context, {
      objects: allAs(IPS, flagged(0)),
      keys: { [KEY_1]: { perMinute: 8 } },
      windowMs: 3000,
      env: { INTERACTIVE_RESERVE: "0" },
    });
    bench.write("list.txt", LIST);
    const program = bench.start(["-i", "list.txt", "--json"]);
    // A line is printed when its verdict is on disk.
    await until(() => program.stdout().split("\n").length > 8, "the lines of the first window");
    program.process.kill("SIGKILL");
    await program.ended;

    const { status, stdout } = await bench.start(["resume", "--json"]).ended;

    expect(status).toBe(0);
    expect(parseLines(stdout).summary).toMatchObject({ indicators: 16, clean: 16, requests: 8 });
    expect(bench.asked().toSorted()).toEqual(IPS.toSorted());
    expect(bench.standin.worstWindow(KEY_1)).toBeLessThanOrEqual(8);
    // The report that a list has by default is there in the end, too.
    const workbook = await openWorkbook(bench.path("output_vt_scan.xlsx"));
    expect(rowsOf(workbook, "Results")).toHaveLength(16);
  });
});
