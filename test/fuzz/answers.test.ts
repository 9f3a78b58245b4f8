import { gzipSync } from "node:zlib";

import * as fc from "fast-check";
import { expect } from "vitest";

import { toAnswer } from "../../src/lookup/virustotal-answer.ts";
import { VirusTotalError } from "../../src/lookup/virustotal-error.ts";
import type { Facts, Indicator } from "../../src/model.ts";
import { broken, fuzz } from "./fuzz.ts";
import { changedJson } from "./json.ts";

const KEY = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const IP: Indicator = { kind: "ip", value: "45.10.0.1" };
const RECORD = {
  data: {
    id: IP.value,
    type: "ip_address",
    attributes: {
      last_analysis_stats: { malicious: 4, suspicious: 1, harmless: 60, undetected: 25, timeout: 0 },
      last_analysis_results: {
        Acme: { category: "malicious", engine_name: `Acme ${KEY}` },
        Other: { category: "clean" },
      },
      last_analysis_date: 1_700_000_000,
      as_owner: "Example LLC",
      asn: 64500,
      country: "US",
      network: "45.10.0.0/24",
      reputation: -12,
      tags: ["vpn", "<b>"],
    },
  },
};
const ERROR = { error: { code: "QuotaExceededError", message: `Quota of ${KEY} is used up` } };
/** `JSON.stringify` gives up on what is nested thousands of times, `JSON.parse` does not. */
const text = changedJson(fc.constantFrom(RECORD, RECORD, RECORD, ERROR)).map((body) => {
  try {
    return JSON.stringify(body) ?? "";
  } catch {
    return "[".repeat(100_000);
  }
});
const replies = fc.record({
  status: fc.constantFrom(200, 200, 200, 404, 400, 401, 403, 429, 500, 503, 302, 204),
  headers: fc.record(
    {
      "content-encoding": fc.constantFrom("gzip", "identity", "br", "GZIP", "gzip, gzip"),
      "retry-after": fc.oneof(
        fc.constantFrom("60", "-1", "1e9", "Wed, 21 Oct 2099 07:28:00 GMT"),
        fc.string(),
      ),
    },
    { requiredKeys: [] },
  ),
  bytes: broken(
    fc.oneof(
      text.map((body) => Buffer.from(body)),
      text.map((body) => gzipSync(body)),
    ),
  ),
});

fuzz(
  "an answer of VirusTotal is facts within bounds, none, or an error without the key",
  replies,
  ({ status, headers, bytes }) => {
    const body = new Uint8Array(bytes).buffer;
    let facts: Facts | null;
    try {
      facts = toAnswer({ status, headers, body }, IP, KEY, 1_700_000_000_000);
    } catch (error) {
      if (!(error instanceof VirusTotalError)) throw error;
      expect(error.message).not.toContain(KEY);
      expect(error.code).toMatch(/^\w{1,60}$/u);
      expect(error.retryAfterMs === null || error.retryAfterMs === undefined || error.retryAfterMs >= 0).toBe(
        true,
      );
      return;
    }
    expect([200, 404]).toContain(status);
    if (facts === null) return;
    expect(status).toBe(200);
    const counts = Object.values(facts.stats ?? { none: 1 });
    expect(counts.every((count) => Number.isInteger(count) && count >= 0 && count <= 1_000_000)).toBe(true);
    expect(counts.some((count) => count > 0)).toBe(true);
    expect(facts.flaggedBy.length <= 500 && facts.tags.length <= 100).toBe(true);
    const texts = [
      facts.owner,
      facts.network,
      facts.country,
      ...facts.tags,
      ...facts.flaggedBy.map(({ engine }) => engine),
    ];
    // eslint-disable-next-line no-control-regex
    for (const shown of texts) expect(shown ?? "x").toMatch(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]{1,300}$/u);
  },
);
