import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import Database from "better-sqlite3";
import { expect, onTestFinished, test, vi } from "vitest";

import { isOverPostgres } from "../records/place.ts";
import { KEY, openBench, resultsOf } from "./core.ts";

const UNSAFE = { stats: { malicious: 7, suspicious: 1, harmless: 60, undetected: 26, timeout: 0 } };
const SUSPICIOUS = { stats: { malicious: 1, suspicious: 1, harmless: 60, undetected: 26, timeout: 0 } };
const CLEAN = { stats: { malicious: 0, suspicious: 0, harmless: 60, undetected: 26, timeout: 0 } };
const OBJECTS = {
  "45.10.0.1": UNSAFE,
  "45.10.0.2": SUSPICIOUS,
  "45.10.0.3": CLEAN,
  "45.10.0.4": "missing",
  "45.10.0.5": { stats: null },
} as const;

const TEXT = "45.10.0.3 45[.]10[.]0[.]1 10.0.0.1 256.1.1.1 45.10.0.2 45.10.0.4 45.10.0.5 45.10.0.1";

test("every piece of the input is in the report, in its order, and the sums add up", async () => {
  const bench = await openBench({ objects: OBJECTS });
  const core = await bench.open();

  const { report, records } = await bench.scan(core, TEXT);

  expect(records.map(({ indicator, status }) => [indicator, status])).toEqual([
    ["45.10.0.3", "clean"],
    ["45.10.0.1", "unsafe"],
    ["10.0.0.1", "skipped"],
    [null, "rejected"],
    ["45.10.0.2", "suspicious"],
    ["45.10.0.4", "unknown"],
    ["45.10.0.5", "unknown"],
  ]);
  expect(report.summary).toMatchObject({
    indicators: 6,
    unsafe: 1,
    suspicious: 1,
    clean: 1,
    unknown: 2,
    failed: 0,
    skipped: 1,
    rejected: 1,
    cached: 0,
    requests: 5,
  });
  expect(report.unchecked).toBe(0);
  expect(bench.standin.requests).toHaveLength(5);
});

test("a scan during which the clock is set back took no time less than none", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  const bench = await openBench({
    objects: OBJECTS,
    fault: () => void vi.setSystemTime(Date.now() - 24 * 3_600_000),
  });

  const { report } = await bench.scan(await bench.open(), "45.10.0.3");

  expect(report.summary).toMatchObject({ clean: 1, elapsedMs: 0 });
});

test("results come the worst first", async () => {
  const bench = await openBench({ objects: OBJECTS });

  const { report } = await bench.scan(await bench.open(), TEXT);

  const statuses = (await resultsOf(report)).map((result) => result.status);
  expect(statuses).toEqual(["unsafe", "suspicious", "unknown", "unknown", "skipped", "rejected", "clean"]);
});

test("a second scan, in a new process, asks nothing; with fresh it asks everything again", async () => {
  const bench = await openBench({ objects: OBJECTS });
  await bench.scan(await bench.open(), TEXT);

  const again = await bench.scan(await bench.open(), TEXT);
  expect(again.report.summary).toMatchObject({ cached: 5, requests: 0, unsafe: 1 });
  expect(bench.standin.requests).toHaveLength(5);

  const fresh = await bench.scan(await bench.open(), TEXT, { fresh: true });
  expect(fresh.report.summary).toMatchObject({ cached: 0, requests: 5 });
});

test("failures are not cached, and fail with VirusTotal's code", async () => {
  let isDown = true;
  const bench = await openBench({ objects: OBJECTS, fault: () => (isDown ? { status: 500 } : undefined) });
  const core = await bench.open();

  const failed = await bench.scan(core, "45.10.0.1");
  isDown = false;
  const answered = await bench.scan(core, "45.10.0.1");

  expect(failed.records[0]).toMatchObject({ status: "failed", score: null });
  expect(failed.report.unchecked).toBe(1);
  expect(answered.records[0]).toMatchObject({ status: "unsafe", score: "8/94", cached: false });
});

test("what is not cached is skipped and counted when no request may be spent", async () => {
  const bench = await openBench({ objects: OBJECTS });
  const core = await bench.open();
  await bench.scan(core, "45.10.0.1");

  const { records, report } = await bench.scan(core, "45.10.0.1 45.10.0.3", { cachedOnly: true });

  expect(records.map(({ status, cached }) => [status, cached])).toEqual([
    ["unsafe", true],
    ["skipped", false],
  ]);
  expect(report.unchecked).toBe(1);
  expect(bench.standin.requests).toHaveLength(1);
});

test("an interrupted scan keeps what it knows, and the same command goes on with it", async () => {
  const bench = await openBench({ keys: { [KEY]: { perMinute: 2 } }, windowMs: 300, objects: OBJECTS });
  const limits = { VT_KEY1_PER_MINUTE: "2", INTERACTIVE_RESERVE: "0" };
  const stop = new AbortController();
  const first = await bench.open(limits);
  const running = bench.scan(first, "45.10.0.1 45.10.0.2 45.10.0.3", { fresh: true }, stop.signal);
  await expect.poll(() => bench.standin.requests.length).toBe(2);
  await expect.poll(async () => (await first.scans())[0]?.open).toBe(1);
  stop.abort();
  const interrupted = await running;
  expect(interrupted.report).toMatchObject({
    state: "interrupted",
    summary: { unsafe: 1, suspicious: 1, skipped: 1 },
  });
  expect(interrupted.records[2]?.reason).toContain("vtip resume");

  const resumed = await first.resume(
    interrupted.report.scanId,
    { out: null, requestedBy: "test", patienceMs: 60_000 },
    { onStart: () => undefined, onProgress: () => undefined },
    new AbortController().signal,
  );

  expect(resumed).toMatchObject({
    state: "done",
    scanId: interrupted.report.scanId,
    summary: { clean: 1, skipped: 0, requests: 1 },
  });
  expect(bench.standin.requests).toHaveLength(3);
  expect(bench.standin.counted(KEY).refused).toBe(0);
});

test("a scan that is cancelled from outside keeps what is known and says so", async () => {
  const bench = await openBench({ keys: { [KEY]: { perMinute: 1 } }, windowMs: 60_000, objects: OBJECTS });
  const core = await bench.open({ VT_KEY1_PER_MINUTE: "1", VT_WINDOW_SECONDS: "60" });
  const other = await bench.open({ VT_KEY1_PER_MINUTE: "1", VT_WINDOW_SECONDS: "60" });
  const running = bench.scan(core, "45.10.0.1 45.10.0.2");
  await expect.poll(async () => (await core.scans())[0]?.open).toBe(1);

  const [sums] = await other.scans();
  await other.cancel(sums?.scan.id.toLowerCase() ?? "");

  const { report, records } = await running;
  expect(report).toMatchObject({ state: "cancelled", summary: { unsafe: 1, skipped: 1 } });
  expect(records[1]).toMatchObject({ status: "skipped", reason: "cancelled before it was asked" });
  await expect(other.cancel(sums?.scan.id ?? "")).rejects.toThrow("over already");
  await expect(other.cancel("S-ZZZZ")).rejects.toThrow("There is no scan S-ZZZZ");
});

test("over the day's budget the rest is skipped with the time when it goes on, and can be resumed", async () => {
  const bench = await openBench({ objects: OBJECTS });
  const core = await bench.open({ VT_KEY1_PER_DAY: "1" });

  const { report, records } = await bench.scan(core, "45.10.0.1 45.10.0.2");

  expect(records.map((record) => record.status).toSorted()).toEqual(["skipped", "unsafe"].toSorted());
  expect(records.find((record) => record.status === "skipped")?.reason).toMatch(/over budget.*00:00 UTC/);
  expect(report.unchecked).toBe(1);
  const richer = await bench.open({ VT_KEY1_PER_DAY: "5" });
  const watcher = { onStart: () => undefined, onProgress: () => undefined };
  const run = { out: null, requestedBy: "test", patienceMs: 1000 };
  const resumed = await richer.resume(null, run, watcher, new AbortController().signal);
  expect(resumed.summary).toMatchObject({ unsafe: 1, suspicious: 1, skipped: 0 });
});

test("without a key nothing is asked and the message names VT_APIKEY1; what is cached is still answered", async () => {
  const bench = await openBench({ objects: OBJECTS });
  await bench.scan(await bench.open(), "45.10.0.1");
  const keyless = await bench.open({ VT_APIKEY1: "" });

  await expect(bench.scan(keyless, "45.10.0.2")).rejects.toThrow("VT_APIKEY1");
  expect((await bench.scan(keyless, "45.10.0.1")).records[0]).toMatchObject({
    status: "unsafe",
    cached: true,
  });
});

test("all keys refused is told apart from a failure", async () => {
  const bench = await openBench({ keys: { another: {} } });

  const { report, records } = await bench.scan(await bench.open(), "45.10.0.1 45.10.0.2");

  expect(report.isRefused).toBe(true);
  for (const record of records)
    expect(record).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("WrongCredentialsError"),
    });
});

test("lists are read as they are at that moment", async () => {
  const bench = await openBench({ objects: OBJECTS });
  const core = await bench.open();
  await bench.scan(core, "45.10.0.1");
  writeFileSync(join(bench.folder, "blacklist.txt"), "45.10.0.1\n");
  expect((await bench.scan(core, "45.10.0.1")).records[0]).toMatchObject({
    list: "blacklisted",
    listEntry: "45.10.0.1",
  });

  writeFileSync(join(bench.folder, "whitelist.txt"), "45.10.0.0/24 # ours\n");

  expect((await bench.scan(core, "45.10.0.1")).records[0]).toMatchObject({
    list: "whitelisted",
    listEntry: "45.10.0.0/24",
  });
});

test.each([
  ["host", ["evil.vtip-demo.com"]],
  ["url", ["http://evil.vtip-demo.com/a"]],
  ["both", ["http://evil.vtip-demo.com/a", "evil.vtip-demo.com"]],
])("URL_LOOKUP=%s looks up %s", async (urlLookup, indicators) => {
  const bench = await openBench();

  const { records } = await bench.scan(
    await bench.open({ URL_LOOKUP: urlLookup }),
    "hxxp://evil[.]vtip-demo[.]com/a",
  );

  expect(records.map((record) => record.indicator)).toEqual(indicators);
  expect(bench.standin.requests).toHaveLength(indicators.length);
});

test("progress counts up to the number of pieces", async () => {
  const bench = await openBench({ objects: OBJECTS });

  const { progress, start } = await bench.scan(await bench.open(), TEXT);

  expect(start).toMatchObject({
    resumed: false,
    plan: { indicators: 6, toLookUp: 5, skipped: 1, rejected: 1 },
  });
  expect(progress.at(-1)).toMatchObject({ done: 7, total: 7, unsafe: 1 });
});

test("a text without indicators is refused, and nothing is recorded", async () => {
  const bench = await openBench();
  const core = await bench.open();

  await expect(bench.scan(core, "nothing here")).rejects.toThrow("holds no IP address");
  expect(await core.scans()).toEqual([]);
});

test("the report may not replace its input, nor go where it cannot be written", async () => {
  const bench = await openBench();
  const core = await bench.open();
  const list = join(bench.folder, "list.txt");
  writeFileSync(list, "45.10.0.1\n");

  await expect(bench.scan(core, "", { input: { kind: "file", path: list }, out: list })).rejects.toThrow(
    "replace the input",
  );
  await expect(bench.scan(core, "45.10.0.1", { out: join(bench.folder, "no", "x.xlsx") })).rejects.toThrow(
    "no",
  );
  expect(readFileSync(list, "utf8")).toBe("45.10.0.1\n");
  expect(bench.standin.requests).toHaveLength(0);
});

test("undated verdicts of an old vt_cache.json are shown as old where no request may be spent, and spare none", async () => {
  const bench = await openBench({ objects: { "evil.vtip-demo.com": CLEAN } });
  const core = await bench.open();
  const before = process.cwd();
  writeFileSync(join(bench.folder, "vt_cache.json"), `{"evil.vtip-demo.com":"=5/94","bad":"=9/3"}`);
  process.chdir(bench.folder);
  try {
    const old = await bench.scan(core, "evil.vtip-demo.com", { cachedOnly: true });
    expect(old.records[0]).toMatchObject({
      status: "unsafe",
      score: "5/94",
      cached: true,
      checkedAt: null,
      harmless: null,
    });
    expect((await resultsOf(old.report))[0]?.old).toBe(true);
    expect((await bench.scan(core, "evil.vtip-demo.com")).records[0]).toMatchObject({
      status: "clean",
      cached: false,
    });
  } finally {
    process.chdir(before);
  }
});

test("a reader that goes away stops the scan, and what was answered is kept", async () => {
  const bench = await openBench({ keys: { [KEY]: {} }, objects: OBJECTS });
  const core = await bench.open({ VT_KEY1_PER_MINUTE: "1", VT_WINDOW_SECONDS: "60" });
  const watcher = {
    onStart: () => undefined,
    onProgress: () => undefined,
    onRecord: () => Promise.reject(new Error("nobody reads")),
  };
  const input = { kind: "text" as const, name: "test", text: "45.10.0.1 45.10.0.2 45.10.0.3" };
  const request = {
    input,
    fresh: false,
    cachedOnly: false,
    out: null,
    requestedBy: "test",
    patienceMs: 60_000,
  };

  await expect(core.scan(request, watcher, new AbortController().signal)).rejects.toThrow("nobody reads");

  expect(bench.standin.requests).toHaveLength(1);
  expect((await core.scans())[0]).toMatchObject({ summary: { unsafe: 1 }, open: 2 });
});

test.skipIf(isOverPostgres)(
  "answers of an interrupted scan that have grown old are asked again, and all are judged by today's rule",
  async () => {
    const bench = await openBench({ objects: OBJECTS });
    const core = await bench.open();
    const { report } = await bench.scan(core, "45.10.0.1 45.10.0.2", { fresh: true });
    const database = new Database(join(bench.folder, "data", "vtip.sqlite"));
    database.exec("update scan set state = 'running', owner = '999999999-dead'");
    database.exec("update scan_item set checked_at = checked_at - 30 * 86400000 where value = '45.10.0.2'");
    database.close();
    const today = await bench.open({ UNSAFE_ABOVE: "50" });

    const watcher = { onStart: () => undefined, onProgress: () => undefined };
    const run = { requestedBy: "test", patienceMs: 1000 };
    const resumed = await today.resume(report.scanId, run, watcher, new AbortController().signal);

    expect(resumed.summary).toMatchObject({ unsafe: 0, suspicious: 2 });
    expect((await resultsOf(resumed)).every((result) => !result.old)).toBe(true);
  },
);

test("without a key a finished scan is left as it is", async () => {
  const bench = await openBench({ fault: () => ({ status: 400 }) });
  const { report } = await bench.scan(await bench.open(), "45.10.0.1");
  const keyless = await bench.open({ VT_APIKEY1: "" });

  const watcher = { onStart: () => undefined, onProgress: () => undefined };
  const run = { requestedBy: "test", patienceMs: 1000 };
  await expect(keyless.resume(report.scanId, run, watcher, new AbortController().signal)).rejects.toThrow(
    "VT_APIKEY1",
  );

  expect((await keyless.scans())[0]).toMatchObject({ scan: { state: "done" }, summary: { failed: 1 } });
});
