import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged, KEY_1, KEY_2, openBench, parseLines, until } from "./program.ts";

const IPS = addresses(5);
const LIST = IPS.join("\n");
const OBJECTS = allAs(IPS, flagged(0));

describe.concurrent("exit status", () => {
  test("3 without a key, naming VT_APIKEY1, before anything is asked", async (context) => {
    const bench = await openBench(context, { env: { VT_APIKEY1: "" } });

    const { status, stdout, stderr } = await bench.start(["scan", "--json"], { input: LIST }).ended;

    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toMatch(/^vtip: .*VT_APIKEY1.*\n$/);
    expect(bench.asked()).toEqual([]);
  });

  test("0 without a key where nothing has to be asked", async (context) => {
    const bench = await openBench(context, { env: { VT_APIKEY1: "" } });

    const { status, stdout } = await bench.run(["scan", "--json", "10.0.0.1", "300.1.1.1"]);

    expect(status).toBe(0);
    expect(parseLines(stdout).summary).toMatchObject({ indicators: 1, skipped: 1, rejected: 1, requests: 0 });
  });

  test.for([
    ["401 for a key nobody knows", { [KEY_2]: {} }, "WrongCredentialsError"],
    ["403", { [KEY_1]: { state: "forbidden" } }, "ForbiddenError"],
  ] as const)(
    "3 when every key is refused: %s; each indicator has its line",
    async ([, keys, code], context) => {
      const bench = await openBench(context, { keys, env: { VT_APIKEY1: KEY_1 } });

      const { status, stdout, stderr } = await bench.run(["scan", "--json"], {
        input: `${LIST}\n10.0.0.1\n`,
      });

      const { lines, summary } = parseLines(stdout);
      expect(status).toBe(3);
      expect(stderr).toContain("VT_APIKEY1");
      expect(lines.slice(0, 5).map((line) => line["indicator"])).toEqual(IPS);
      for (const line of lines.slice(0, 5)) {
        expect(line).toMatchObject({ status: "failed", reason: expect.stringContaining(code), score: null });
      }
      expect(summary).toMatchObject({ indicators: 6, failed: 5, skipped: 1, clean: 0 });
      expect(bench.asked().length).toBeLessThanOrEqual(5);
    },
  );

  test("over the month's budget the reason is the month", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS, keys: { [KEY_1]: { perMonth: 2 } } });

    const { status, stdout } = await bench.run(["scan", "--json"], { input: LIST });

    expect(status).toBe(2);
    const reasons = parseLines(stdout).lines.flatMap((line) => line["reason"] ?? []);
    expect(reasons).toHaveLength(3);
    for (const reason of reasons) expect(reason).toMatch(/month/);
  });

  test("2 over the day's budget, which is told; resume goes on when there is more and spends nothing twice", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS, env: { VT_KEY1_PER_DAY: "3" } });

    const first = await bench.start(["scan", "--json"], { input: LIST }).ended;
    const id = /vtip resume (S-\w+)/.exec(first.stderr)?.[1] ?? "";
    const { status, stdout } = await bench.start(["resume", id, "--json"], {
      env: { VT_KEY1_PER_DAY: "10" },
    }).ended;

    expect(first.status).toBe(2);
    expect(parseLines(first.stdout).summary).toMatchObject({ clean: 3, skipped: 2, requests: 3 });
    const skipped = parseLines(first.stdout).lines.filter((line) => line["status"] === "skipped");
    for (const line of skipped) expect(line["reason"]).toMatch(/today|day/);
    expect(status).toBe(0);
    const { lines, summary } = parseLines(stdout);
    expect(lines.map((line) => line["indicator"])).toEqual(IPS);
    expect(summary).toMatchObject({ indicators: 5, clean: 5, skipped: 0, requests: 2 });
    expect(bench.asked().toSorted()).toEqual(IPS.toSorted());
  });

  test("2 with --cached-only for what is not cached, without a request or a key", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS });
    await bench.run(["-s", IPS[0] ?? ""]);

    const { status, stdout } = await bench.run(["scan", "--cached-only", "--json"], {
      input: LIST,
      env: { VT_APIKEY1: "" },
    });

    expect(status).toBe(2);
    const { lines, summary } = parseLines(stdout);
    expect(lines[0]).toMatchObject({ status: "clean", cached: true });
    expect(lines[1]).toMatchObject({ status: "skipped", reason: expect.stringContaining("cached") });
    expect(summary).toMatchObject({ clean: 1, skipped: 4, cached: 1, requests: 0 });
    expect(bench.asked()).toHaveLength(1);
  });

  test.for(["SIGINT", "SIGTERM"] as const)(
    "130 on %s, with what is known, and resume goes on",
    async (signal, context) => {
      const bench = await openBench(context, {
        objects: OBJECTS,
        env: { VT_KEY1_PER_MINUTE: "2", INTERACTIVE_RESERVE: "0" },
      });
      const program = bench.start(["scan", "--json"], { input: LIST });
      await until(() => program.stdout().split("\n").length > 2, "the first two lines");

      program.process.kill(signal);
      const { status, stdout, stderr } = await program.ended;

      expect(status).toBe(130);
      const { lines, summary } = parseLines(stdout);
      expect(lines.map((line) => [line["indicator"], line["status"]])).toEqual(
        IPS.map((ip, at) => [ip, at < 2 ? "clean" : "skipped"]),
      );
      expect(summary).toMatchObject({ indicators: 5, clean: 2, skipped: 3, requests: 2 });
      expect(stderr).toMatch(/vtip resume S-\w+/);

      if (signal === "SIGTERM") return;
      const more = await bench.run(["resume", "--json"], { env: { VT_KEY1_PER_MINUTE: "0" } });

      expect(more.status).toBe(0);
      expect(parseLines(more.stdout).summary).toMatchObject({ indicators: 5, clean: 5, requests: 3 });
      expect(bench.asked().toSorted()).toEqual(IPS.toSorted());
    },
  );
});
