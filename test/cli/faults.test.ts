import { describe, expect, test } from "vitest";

import type { Fault } from "../../src/demo/standin.ts";
import { addresses, allAs, fieldOf, flagged, KEY_1, KEY_2, KEY_3, openBench, parseLines } from "./program.ts";

/** What VirusTotal does each time that it is asked for one address, and the code that the line must hold. */
const LASTING: readonly (readonly [string, Fault, RegExp])[] = [
  ["503", { status: 503 }, /TransientError/],
  ["504", { status: 504 }, /DeadlineExceededError/],
  ["500 with a page", { status: 500 }, /500/],
  ["502 with a page", "html", /502/],
  ["200 with a page", { status: 200, body: "<html>Welcome to the hotel</html>" }, /NotJson/],
  ["200 with JSON of something else", { status: 200, body: '{"ok":true}' }, /UnexpectedBody/],
  ["200 without a body", { status: 200, body: "" }, /TruncatedBody|NotJson|UnexpectedBody/],
  ["reset", "reset", /ConnectionReset/],
  ["reset mid-body", "reset-mid-body", /ConnectionReset|TruncatedBody/],
  ["closed mid-body", "close-mid-body", /ConnectionReset|TruncatedBody/],
  ["half of the JSON", "truncated", /TruncatedBody/],
  ["400", { status: 400, code: "InvalidArgumentError" }, /InvalidArgumentError/],
  ["409", { status: 409 }, /AlreadyExistsError/],
  ["424", { status: 424 }, /FailedDependencyError/],
  ["another site", { status: 302, headers: { location: "https://example.com/" } }, /302/],
];

/** Asked once or not again, since asking again does not help. */
const NOT_REPEATED = ["400", "409", "424", "another site"];

test.concurrent("a fault that lasts gives a failed line with its code, never a verdict; is not cached; the rest is answered", async (context) => {
  const bad = addresses(LASTING.length);
  const good = addresses(3, 11);
  const faults = new Map(bad.map((ip, at) => [ip, LASTING[at]?.[1]]));
  const bench = await openBench(context, {
    objects: allAs([...bad, ...good], flagged(9)),
    fault: (request) => faults.get(request.value ?? ""),
  });

  const { status, stdout, stderr } = await bench.run(["scan", "--json"], {
    input: [...bad, ...good].join("\n"),
  });

  const { lines, summary } = parseLines(stdout);
  expect(status).toBe(2);
  expect(lines).toHaveLength(bad.length + good.length);
  for (const [at, [what, , code]] of LASTING.entries()) {
    expect({ what, ...lines[at] }).toMatchObject({
      what,
      status: "failed",
      score: null,
      total: null,
      checkedAt: null,
    });
    expect(lines[at]?.["reason"], what).toMatch(code);
    const times = bench.asked().filter((value) => value === bad[at]).length;
    expect({ what, times }).toEqual({ what, times: NOT_REPEATED.includes(what) ? 1 : 4 });
  }
  expect(lines.slice(bad.length).map((line) => line["status"])).toEqual(["unsafe", "unsafe", "unsafe"]);
  expect(summary).toMatchObject({ failed: bad.length, clean: 0, unsafe: 3 });
  expect(stderr).not.toMatch(/^\s+at |Warning/m);

  faults.clear();
  const before = bench.asked().length;
  const again = await bench.run(["scan", "--json"], { input: [...bad, ...good].join("\n") });

  expect(again.status).toBe(0);
  expect(bench.asked().slice(before).toSorted()).toEqual([...bad].toSorted());
  expect(parseLines(again.stdout).summary).toMatchObject({
    unsafe: bad.length + 3,
    cached: 3,
    requests: bad.length,
  });
});

/** What happens at the first request alone. */
const PASSING: readonly Fault[] = [
  { status: 503 },
  { status: 504 },
  { status: 500 },
  "html",
  "reset",
  "reset-mid-body",
  "truncated",
];

test.concurrent("a fault that passes is tried again and ends in the verdict", async (context) => {
  const ips = addresses(PASSING.length);
  const bench = await openBench(context, {
    objects: allAs(ips, flagged(1)),
    fault: ({ value, nth }) => (nth === 1 ? PASSING[ips.indexOf(value ?? "")] : undefined),
  });

  const { status, stdout } = await bench.run(["scan", "--json"], { input: ips.join("\n") });

  expect(status).toBe(0);
  expect(parseLines(stdout).summary).toMatchObject({
    suspicious: ips.length,
    failed: 0,
    requests: 2 * ips.length,
  });
});

test.concurrent("no answer at all is waited for as long as VT_TIMEOUT_SECONDS says, and tried again", async (context) => {
  const [never = "", late = ""] = addresses(2);
  const bench = await openBench(context, {
    objects: allAs([never, late], flagged(1)),
    fault: ({ value, nth }) => (value === never || nth === 1 ? "hang" : undefined),
    env: { VT_TIMEOUT_SECONDS: "0.4" },
  });

  const { status, stdout } = await bench.run(["scan", "--json", never, late]);

  expect(status).toBe(2);
  const { lines } = parseLines(stdout);
  expect(lines[0]).toMatchObject({
    status: "failed",
    reason: expect.stringMatching(/^Timeout.*VT_TIMEOUT_SECONDS/),
  });
  expect(lines[1]).toMatchObject({ status: "suspicious", score: "1/90" });
  expect(bench.asked().filter((value) => value === never)).toHaveLength(4);
});

test.concurrent("a body with hardly anything in it is unknown or null, not an error and not clean", async (context) => {
  const [none = "", empty = "", missing = "", bare = "", odd = ""] = addresses(5);
  const gone = Object.fromEntries(
    ["as_owner", "asn", "continent", "country", "network", "reputation", "tags", "last_analysis_date"].map(
      (name) => [name, undefined],
    ),
  );
  const zero = { malicious: 0, suspicious: 0, harmless: 0, undetected: 0, timeout: 0 };
  const bench = await openBench(context, {
    objects: {
      [none]: { stats: null },
      [empty]: { stats: zero },
      [missing]: "missing",
      [bare]: flagged(2, 0, gone),
      [odd]: flagged(2, 0, { as_owner: 7, asn: "x", tags: "vpn", country: null, last_analysis_date: "soon" }),
    },
  });

  const { status, stdout } = await bench.run(["scan", "--json", none, empty, missing, bare, odd]);

  expect(status).toBe(0);
  expect(fieldOf(stdout, "status")).toEqual({
    [none]: "unknown",
    [empty]: "unknown",
    [missing]: "unknown",
    [bare]: "suspicious",
    [odd]: "suspicious",
  });
  const { lines } = parseLines(stdout);
  for (const line of lines.slice(0, 3)) expect(line["score"]).toBeNull();
  for (const line of lines.slice(3)) {
    expect(line).toMatchObject({
      score: "2/90",
      owner: null,
      asn: null,
      country: null,
      tags: [],
      analysedAt: null,
    });
  }
});

describe.concurrent("429", () => {
  test.for(["seconds", "date", "none", "html"] as const)(
    "%s: the key waits, and everything is answered",
    async (answer429, context) => {
      const ips = addresses(6);
      // The program believes in more than VirusTotal gives, so that it meets 429.
      const bench = await openBench(context, {
        objects: allAs(ips, flagged(0)),
        keys: { [KEY_1]: { perMinute: 3 } },
        windowMs: 500,
        answer429,
        env: { VT_KEY1_PER_MINUTE: "6", INTERACTIVE_RESERVE: "0" },
      });

      const { status, stdout } = await bench.run(["scan", "--json"], { input: ips.join("\n") });

      expect(status).toBe(0);
      expect(parseLines(stdout).summary).toMatchObject({ clean: 6, failed: 0 });
      const { taken, refused } = bench.standin.counted(KEY_1);
      expect(taken).toBe(6);
      expect(refused).toBeGreaterThanOrEqual(1);
      expect(refused).toBeLessThanOrEqual(6);
    },
  );

  test("of the day at one key: the other one does the work, and without it the rest is skipped", async (context) => {
    const ips = addresses(8);
    const bench = await openBench(context, {
      objects: allAs(ips, flagged(0)),
      keys: { [KEY_1]: { perDay: 1 }, [KEY_2]: { perDay: 5 } },
      env: { VT_KEY1_PER_DAY: "500", VT_KEY2_PER_DAY: "500" },
    });

    const { status, stdout } = await bench.run(["scan", "--json"], { input: ips.join("\n") });

    expect(status).toBe(2);
    const { lines, summary } = parseLines(stdout);
    expect(summary).toMatchObject({ clean: 6, skipped: 2, failed: 0 });
    const reasons = lines.flatMap((line) => (line["status"] === "skipped" ? [line["reason"]] : []));
    for (const reason of reasons) expect(reason).toMatch(/QuotaExceededError|quota/i);
  });
});

test.concurrent("of three keys, those that VirusTotal refuses are left out and the third answers all", async (context) => {
  const ips = addresses(9);
  const bench = await openBench(context, {
    objects: allAs(ips, flagged(0)),
    keys: { [KEY_1]: { state: "inactive" }, [KEY_2]: { state: "forbidden" }, [KEY_3]: {} },
  });

  const { status, stdout, stderr } = await bench.run(["scan", "--json"], { input: ips.join("\n") });

  expect(status).toBe(0);
  expect(parseLines(stdout).summary).toMatchObject({ clean: 9, failed: 0 });
  expect(stderr).toMatch(/terms/i);
  expect(bench.standin.counted(KEY_3)).toEqual({ taken: 9, refused: 0 });
});

test.concurrent("where nothing listens each line says so", async (context) => {
  const bench = await openBench(context);
  await bench.standin.close();

  const { status, stdout } = await bench.run(["scan", "--json", "45.10.0.1"]);

  expect(status).toBe(2);
  expect(parseLines(stdout).lines[0]).toMatchObject({
    status: "failed",
    reason: expect.stringMatching(/ConnectionRefused.*VT_API_URL/),
  });
});
