import { describe, expect, it } from "vitest";

import { linkOf } from "../../src/report/link.ts";
import { toIsoTime, toRecord, toSummaryRecord } from "../../src/report/record.ts";
import { factsWith, resultOf, rule, statsOf, summaryOf, uncheckedOf } from "./results.ts";

describe("a record", () => {
  it("has every field in its place, times to the second", () => {
    expect(JSON.stringify(toRecord(resultOf("1.2.3.4"), rule), null, 1)).toMatchInlineSnapshot(`
      "{
       "input": "1[.]2[.]3[.]4",
       "indicator": "1.2.3.4",
       "kind": "ip",
       "status": "unsafe",
       "reason": null,
       "malicious": 7,
       "suspicious": 1,
       "harmless": 60,
       "undetected": 26,
       "timeout": 0,
       "total": 94,
       "score": "8/94",
       "owner": "Example LLC",
       "asn": 64500,
       "country": "US",
       "network": "1.2.3.0/24",
       "reputation": -12,
       "tags": [
        "vpn"
       ],
       "engines": [
        "Acme",
        "Other"
       ],
       "analysedAt": "2026-11-20T09:00:00Z",
       "checkedAt": "2026-11-21T10:00:00Z",
       "cached": false,
       "list": "none",
       "listEntry": null,
       "link": "https://www.virustotal.com/gui/ip-address/1.2.3.4"
      }"
    `);
  });

  it("says null, never a guess, for what VirusTotal does not know", () => {
    const record = toRecord(resultOf("a.example.com", { status: "unknown", facts: null }), rule);

    expect(record).toMatchObject({
      malicious: null,
      total: null,
      score: null,
      owner: null,
      tags: [],
      engines: [],
      analysedAt: null,
    });
    expect(JSON.stringify(record)).not.toContain("N/A");
  });

  it("has no score when all counters are zero", () => {
    const facts = factsWith({ stats: statsOf(0, 0, 0) });

    expect(toRecord(resultOf("1.2.3.4", { status: "unknown", facts }), rule)).toMatchObject({
      total: 0,
      score: null,
    });
  });

  it("has neither indicator nor kind nor link for a rejected piece", () => {
    expect(toRecord(uncheckedOf("256.1.1.1", "rejected", "no address"), rule)).toMatchObject({
      input: "256.1.1.1",
      indicator: null,
      kind: null,
      status: "rejected",
      reason: "no address",
      link: null,
    });
  });

  it("carries the list and its entry", () => {
    const listing = { list: "whitelisted", entry: "AS64500" } as const;

    expect(toRecord(resultOf("1.2.3.4", { listing }), rule)).toMatchObject({
      list: "whitelisted",
      listEntry: "AS64500",
    });
  });
});

describe("the summary's record", () => {
  it("has the sums in their fixed order", () => {
    const summary = summaryOf([resultOf("1.2.3.4")], 1);

    expect(JSON.stringify(toSummaryRecord(summary))).toBe(
      '{"summary":{"indicators":1,"unsafe":1,"suspicious":0,"clean":0,"unknown":0,"failed":0,"skipped":0,"rejected":0,"cached":0,"requests":1,"elapsedMs":412}}',
    );
  });
});

describe("a time", () => {
  it.each([
    [0, "1970-01-01T00:00:00Z"],
    [Date.UTC(2026, 10, 20, 9, 0, 0, 999), "2026-11-20T09:00:00Z"],
    [null, null],
    [8.64e15 + 1, null],
    [Number.NaN, null],
  ])("%s is %s", (atMs, text) => {
    expect(toIsoTime(atMs)).toBe(text);
  });
});

describe("a link", () => {
  const gui = "https://www.virustotal.com/gui/";

  it.each([
    ["ip", "1.2.3.4", "ip-address/1.2.3.4"],
    ["ip", "2001:db8::1", "ip-address/2001:db8::1"],
    ["domain", "xn--mnchen-3ya.de", "domain/xn--mnchen-3ya.de"],
    ["hash", "d41d8cd98f00b204e9800998ecf8427e", "file/d41d8cd98f00b204e9800998ecf8427e"],
    ["url", "http://a.com/", "url/aHR0cDovL2EuY29tLw"],
    ["url", "http://a.com/?>>>", "url/aHR0cDovL2EuY29tLz8-Pj4"],
    ["domain", "a.com/../../evil?x#y", "domain/a.com%2F..%2F..%2Fevil%3Fx%23y"],
  ] as const)("of the %s %s stays at VirusTotal", (kind, value, path) => {
    expect(linkOf({ kind, value })).toBe(gui + path);
  });
});
