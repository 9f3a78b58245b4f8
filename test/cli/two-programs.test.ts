import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged, KEY_1, openBench, parseLines, until } from "./program.ts";

const FIRST = addresses(6, 10);
const SECOND = addresses(6, 11);
const BOTH = addresses(2, 12);
const OBJECTS = allAs([...FIRST, ...SECOND, ...BOTH], flagged(0));

describe.concurrent("two programs on the same records", () => {
  test("share a key's window and both end", async (context) => {
    const bench = await openBench(context, {
      objects: OBJECTS,
      keys: { [KEY_1]: { perMinute: 4 } },
      windowMs: 500,
      latencyMs: 20,
    });

    const ended = await Promise.all([
      bench.start(["scan", "--json"], { input: [...FIRST, ...BOTH].join("\n") }).ended,
      bench.start(["scan", "--json"], { input: [...SECOND, ...BOTH].join("\n") }).ended,
    ]);

    for (const { status, stdout, stderr } of ended) {
      expect(status, stderr).toBe(0);
      expect(parseLines(stdout).summary).toMatchObject({ indicators: 8, clean: 8 });
    }
    expect(bench.standin.counted(KEY_1).refused).toBe(0);
    expect(bench.standin.worstWindow(KEY_1)).toBeLessThanOrEqual(4);
    expect(bench.asked().length).toBeLessThanOrEqual(16);
  });

  test("many that start at once on an empty folder all find its tables whole", async (context) => {
    const bench = await openBench(context);

    const ended = await Promise.all(Array.from({ length: 5 }, async () => bench.start(["quota"]).ended));

    expect(ended.filter(({ status, stderr }) => status !== 0 || stderr !== "")).toEqual([]);
  });

  test("a person's look-up goes at once while a list waits for the next minute", async (context) => {
    const [person = ""] = BOTH;
    const bench = await openBench(context, {
      objects: OBJECTS,
      keys: { [KEY_1]: { perMinute: 4 } },
      windowMs: 60_000,
    });
    const list = bench.start(["scan", "--json"], { input: FIRST.join("\n") });
    await until(() => bench.asked().length >= 3, "what a list may take of the first minute");

    const { status, stdout } = await bench.run(["-s", person, "--json"]);

    expect(status).toBe(0);
    expect(parseLines(stdout).summary).toMatchObject({ clean: 1, requests: 1 });
    expect(bench.asked()).toHaveLength(4);
    expect(bench.asked()[3]).toBe(person);
    list.process.kill("SIGINT");
    expect((await list.ended).status).toBe(130);
  });

  test("without a reserve the list takes the whole window", async (context) => {
    const bench = await openBench(context, {
      objects: OBJECTS,
      keys: { [KEY_1]: { perMinute: 4 } },
      windowMs: 60_000,
      env: { INTERACTIVE_RESERVE: "0" },
    });

    const list = bench.start(["scan", "--json"], { input: FIRST.join("\n") });
    await until(() => list.stdout().split("\n").length > 4, "four lines");
    list.process.kill("SIGINT");

    const { status, stdout } = await list.ended;
    expect(status).toBe(130);
    expect(parseLines(stdout).summary).toMatchObject({ clean: 4, skipped: 2 });
    expect(bench.standin.counted(KEY_1)).toEqual({ taken: 4, refused: 0 });
  });

  test("one sees the scan of the other, cannot run it too, and can cancel it with what is known", async (context) => {
    const bench = await openBench(context, {
      objects: OBJECTS,
      keys: { [KEY_1]: { perMinute: 4 } },
      windowMs: 60_000,
    });
    bench.write("list.txt", FIRST.join("\n"));
    const list = bench.start(["-i", "list.txt", "--json", "--out", "report.xlsx"]);
    await until(() => list.stdout().split("\n").length > 3, "three lines");
    const id = /Scan (S-\w+)/.exec(list.stderr())?.[1] ?? "";

    const running = await bench.run(["scans"]);
    const second = await bench.run(["resume", id, "--json"]);
    const cancelled = await bench.run(["cancel", id.toLowerCase()]);
    const { status, stdout } = await list.ended;
    const twice = await bench.run(["cancel", id]);

    expect(running.stdout).toMatch(new RegExp(`^${id} .*running.*list\\.txt`));
    expect({ status: second.status, stdout: second.stdout }).toEqual({ status: 1, stdout: "" });
    expect(second.stderr).toMatch(new RegExp(`^vtip: .*${id}`));
    expect(cancelled.status).toBe(0);
    expect(cancelled.stdout).toContain(id);
    const { lines, summary } = parseLines(stdout);
    expect(status).toBe(2);
    expect(summary).toMatchObject({ indicators: 6, clean: 3, skipped: 3 });
    for (const line of lines.slice(3)) expect(line["reason"]).toMatch(/cancel/);
    expect(bench.asked()).toHaveLength(3);
    expect(twice.status).toBe(1);
    expect(twice.stderr).toMatch(/^vtip: .*over/);
  });
});
