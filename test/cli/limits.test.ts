import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged, KEY_1, KEY_2, KEY_3, openBench, parseLines } from "./program.ts";

const WINDOW_MS = 400;

describe.concurrent("VirusTotal never sees more than a key may ask", () => {
  test.for([
    ["one key of 1 a minute", { [KEY_1]: { perMinute: 1 } }, 4],
    ["two keys with limits of their own", { [KEY_1]: { perMinute: 4 }, [KEY_2]: { perMinute: 1 } }, 12],
    [
      "three keys, one of them without a limit a minute but with a day's",
      { [KEY_1]: { perMinute: 2 }, [KEY_2]: { perMinute: 3, perDay: 4 }, [KEY_3]: { perDay: 3 } },
      16,
    ],
  ] as const)("%s", async ([, keys, count], context) => {
    const ips = addresses(count);
    const bench = await openBench(context, {
      objects: allAs(ips, flagged(0)),
      keys,
      windowMs: WINDOW_MS,
      latencyMs: 20,
    });

    const { status, stdout, stderr } = await bench.run(["scan", "--json"], { input: ips.join("\n") });

    expect(status, stderr).toBe(0);
    const { lines, summary } = parseLines(stdout);
    expect(lines.map((line) => line["indicator"])).toEqual(ips);
    expect(summary).toMatchObject({ clean: count, requests: count });
    expect(bench.asked()).toHaveLength(count);
    for (const [key, limits] of Object.entries<{ perMinute?: number; perDay?: number }>(keys)) {
      const { taken, refused } = bench.standin.counted(key);
      expect(refused).toBe(0);
      expect(bench.standin.worstWindow(key)).toBeLessThanOrEqual(limits.perMinute ?? count);
      expect(taken).toBeLessThanOrEqual(limits.perDay ?? count);
      expect(taken).toBeGreaterThan(0);
    }
  });

  test("not through answers that come late either", async (context) => {
    const ips = addresses(8);
    const bench = await openBench(context, {
      objects: allAs(ips, flagged(0)),
      keys: { [KEY_1]: { perMinute: 3 } },
      windowMs: WINDOW_MS,
      // Half of the answers take longer than a window.
      fault: ({ value }) => (ips.indexOf(value ?? "") % 2 === 0 ? { delayMs: 1.5 * WINDOW_MS } : undefined),
    });

    const { status } = await bench.run(["scan"], { input: ips.join("\n") });

    expect(status).toBe(0);
    expect(bench.standin.counted(KEY_1)).toEqual({ taken: 8, refused: 0 });
    expect(bench.standin.worstWindow(KEY_1)).toBeLessThanOrEqual(3);
  });

  test("not over several runs in a row either", async (context) => {
    const ips = addresses(4);
    const bench = await openBench(context, {
      objects: allAs(ips, flagged(0)),
      keys: { [KEY_1]: { perMinute: 2 } },
      windowMs: 3000,
    });

    const runs = [];
    for (const at of [0, 2]) runs.push(await bench.run(["scan", "--json", ...ips.slice(at, at + 2)]));

    expect(runs.map(({ status }) => status)).toEqual([0, 0]);
    expect(bench.standin.counted(KEY_1)).toEqual({ taken: 4, refused: 0 });
    expect(bench.standin.worstWindow(KEY_1)).toBeLessThanOrEqual(2);
  });
});
