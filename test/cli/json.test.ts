import { expect, test } from "vitest";

import { flagged, openBench, parseLines } from "./program.ts";

/** In this order, as scripts have it. */
const FIELDS = [
  "input",
  "indicator",
  "kind",
  "status",
  "reason",
  "malicious",
  "suspicious",
  "harmless",
  "undetected",
  "timeout",
  "total",
  "score",
  "owner",
  "asn",
  "country",
  "network",
  "reputation",
  "tags",
  "engines",
  "analysedAt",
  "checkedAt",
  "cached",
  "list",
  "listEntry",
  "link",
];
const SUMS = ["indicators", "unsafe", "suspicious", "clean", "unknown", "failed", "skipped", "rejected"];
const STATUSES = SUMS.slice(1);

const MD5 = "9e107d9d372bb6826bd81d3542a419d6";
/** Every kind and every status that needs no fault, some of it twice. */
const TEXT = `Beacons to hxxp://45[.]10[.]0[.]1/x, then 45.10.0.2 and EVIL-name.example-shop.com.
Again 45[.]10.0[.]2; mail from someone@phish-desk.net; file ${MD5.toUpperCase()}.
Not: 256.1.1.1, 1.2.3.4.5, 45.20.0.0/24. Inside: 10.0.0.5, printer.corp, 2a00:1450:4001:0::5 outside.`;

const OBJECTS = {
  "45.10.0.1": {
    stats: { malicious: 7, suspicious: 1, harmless: 60, undetected: 26, timeout: 0 },
    attributes: {
      as_owner: "Example LLC",
      asn: 64500,
      country: "US",
      network: "45.10.0.0/24",
      reputation: -12,
      tags: ["vpn"],
      last_analysis_date: 1_763_629_200,
    },
  },
  "45.10.0.2": flagged(0, 2, { as_owner: undefined, asn: undefined, country: undefined, network: undefined }),
  "evil-name.example-shop.com": flagged(0),
  "phish-desk.net": "missing",
  "2a00:1450:4001::5": { stats: null },
  [MD5]: flagged(4),
} as const;

test.concurrent("scan --json gives a line for each indicator and each rejected piece, in input order, null for what is not known, and sums that agree", async (context) => {
  const bench = await openBench(context, { objects: OBJECTS, env: { URL_LOOKUP: "host" } });

  const { status, stdout, stderr } = await bench.start(["scan", "--json"], { input: TEXT }).ended;

  const { lines, summary } = parseLines(stdout);
  expect(status).toBe(0);
  for (const line of lines) expect(Object.keys(line)).toEqual(FIELDS);
  expect(lines.map((line) => [line["input"], line["indicator"], line["kind"], line["status"]])).toEqual([
    [expect.stringContaining("45[.]10[.]0[.]1"), "45.10.0.1", "ip", "unsafe"],
    ["45.10.0.2", "45.10.0.2", "ip", "suspicious"],
    ["EVIL-name.example-shop.com", "evil-name.example-shop.com", "domain", "clean"],
    [expect.stringContaining("phish-desk.net"), "phish-desk.net", "domain", "unknown"],
    [MD5.toUpperCase(), MD5, "hash", "unsafe"],
    ["256.1.1.1", null, null, "rejected"],
    ["1.2.3.4.5", null, null, "rejected"],
    ["45.20.0.0/24", null, null, "rejected"],
    ["10.0.0.5", "10.0.0.5", "ip", "skipped"],
    ["printer.corp", "printer.corp", "domain", "skipped"],
    ["2a00:1450:4001:0::5", "2a00:1450:4001::5", "ip", "unknown"],
  ]);
  expect(Object.keys(summary)).toEqual([...SUMS, "cached", "requests", "elapsedMs"]);
  const counts = STATUSES.map((word) => [word, lines.filter((line) => line["status"] === word).length]);
  expect(summary).toMatchObject({ ...Object.fromEntries(counts), indicators: 8, cached: 0, requests: 6 });
  expect(bench.asked()).toHaveLength(6);
  expect(stderr).not.toBe("");
  expect(stdout.endsWith("}\n")).toBe(true);

  expect(lines[0]).toMatchObject({
    reason: null,
    malicious: 7,
    suspicious: 1,
    harmless: 60,
    undetected: 26,
    timeout: 0,
    total: 94,
    score: "8/94",
    owner: "Example LLC",
    asn: 64_500,
    country: "US",
    network: "45.10.0.0/24",
    reputation: -12,
    tags: ["vpn"],
    analysedAt: "2025-11-20T09:00:00Z",
    checkedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    cached: false,
    list: "none",
    listEntry: null,
    link: "https://www.virustotal.com/gui/ip-address/45.10.0.1",
  });
  expect(lines[0]?.["engines"]).toHaveLength(8);
  expect(lines[1]).toMatchObject({ owner: null, asn: null, country: null, network: null });
  expect(lines[2]).toMatchObject({ owner: null, asn: null, country: null, score: "0/90", engines: [] });
  for (const line of lines.filter(({ status }) => status === "unknown")) {
    expect(line).toMatchObject({
      score: null,
      total: null,
      malicious: null,
      analysedAt: line["indicator"] === "phish-desk.net" ? null : expect.anything(),
    });
  }
  const [rejected] = lines.filter(({ status }) => status === "rejected");
  expect(rejected).toEqual({
    ...Object.fromEntries(FIELDS.map((field) => [field, null])),
    input: "256.1.1.1",
    status: "rejected",
    reason: expect.any(String),
    tags: [],
    engines: [],
    cached: false,
    list: "none",
  });
  expect(lines.find(({ input }) => input === "45.20.0.0/24")?.["reason"]).toMatch(/256 addresses/);
  expect(lines.find(({ input }) => input === "10.0.0.5")).toMatchObject({
    status: "skipped",
    reason: expect.stringMatching(/private/i),
    checkedAt: null,
    link: null,
  });
  expect(stdout).not.toContain("N/A");
});

test.concurrent("what was answered is not asked again and judged by the rule of today; --fresh asks again", async (context) => {
  const bench = await openBench(context, { objects: OBJECTS });
  const args = ["scan", "--json"];
  const first = parseLines((await bench.run(args, { input: TEXT })).stdout);

  const second = parseLines((await bench.run(args, { input: TEXT })).stdout);
  const narrow = { UNSAFE_ABOVE: "7", COUNT_AS_DETECTION: "malicious" };
  const judged = parseLines((await bench.run(args, { input: TEXT, env: narrow })).stdout);
  const asked = bench.asked().length;
  const fresh = parseLines((await bench.run([...args, "--fresh"], { input: TEXT })).stdout);

  expect(asked).toBe(6);
  expect(second.summary).toEqual({
    ...first.summary,
    cached: 6,
    requests: 0,
    elapsedMs: expect.any(Number),
  });
  expect(second.lines).toEqual(
    first.lines.map((line) => (line["checkedAt"] === null ? line : { ...line, cached: true })),
  );
  expect(judged.lines[0]).toMatchObject({ status: "suspicious", score: "7/94", malicious: 7, suspicious: 1 });
  expect(judged.lines[1]).toMatchObject({ status: "clean", score: "0/90", suspicious: 2 });
  expect(fresh.summary).toMatchObject({ cached: 0, requests: 6 });
  expect(bench.asked()).toHaveLength(12);
});
