import * as fc from "fast-check";
import { describe, expect } from "vitest";

import { flagged } from "../cli/program.ts";
import { askBare, shareHttp } from "../http/stage.ts";
import { fuzz, scraps, scrappy } from "./fuzz.ts";
import { changedJson } from "./json.ts";

/** What no answer may hold: places in the code and on the machine, and stack traces. */
const INSIDE = /node_modules|\/src\/|\/adapters\/|\bat \w+ \(|\.ts:\d|vtip-test-|SQLITE/;
const KNOWN = [200, 201, 202, 204, 303, 304, 400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 421, 422, 429];

describe("whatever is asked over HTTP", () => {
  const shared = shareHttp({ objects: { "45.10.0.1": flagged(9) } });

  const bodies = changedJson(
    fc.constantFrom<unknown>(
      { ips: ["45.10.0.1"] },
      { ip: "45.10.0.1" },
      { text: "45.10.0.1 hxxp://evil[.]com" },
      { indicators: ["45.10.0.1"] },
      { decision: "block", ips: ["45.10.0.1"], days: 1, reason: "x", sure: true },
      { token: "x" },
    ),
  ).map((body) => {
    try {
      return JSON.stringify(body) ?? "";
    } catch {
      return "[".repeat(50_000);
    }
  });
  const posts = fc.tuple(
    fc.constantFrom(
      "/verificar_ip",
      "/api/scans",
      "/api/extract",
      "/api/proposals/P-0000/decision",
      "/api/digests/1/decision",
      "/api/session",
    ),
    fc.oneof({ weight: 8, arbitrary: bodies }, { weight: 1, arbitrary: scrappy }),
    fc.constantFrom(
      "application/json",
      "application/json",
      "application/json; charset=utf-16",
      "text/plain",
      "multipart/form-data; boundary=x",
    ),
  );
  const words = fc.oneof(
    scraps,
    fc.constantFrom("0", "-1", "1e9", "S-0000", "P-0000", "json", "plain", "ip", "position"),
  );
  const gets = fc.tuple(
    fc.constantFrom("GET", "GET", "HEAD", "DELETE", "OPTIONS", "PUT"),
    fc.constantFrom(
      "/api/scans/",
      "/api/scans/S-0000/",
      "/api/blocks/",
      "/feeds/",
      "/login/",
      "/assets/",
      "/api/audit",
      "/api/blocks",
      "/api/scans",
      "/api/usage/hours",
      "/api/verdicts",
      "/blacklist.txt",
      "/logs",
      "/metrics",
      "/",
    ),
    words,
    fc.array(
      fc.tuple(
        fc.constantFrom(
          "limit",
          "offset",
          "search",
          "orderBy",
          "descending",
          "status",
          "comments",
          "days",
          "from",
          "to",
          "key",
          "__proto__",
        ),
        words,
      ),
      { maxLength: 4 },
    ),
  );

  fuzz("a body gets an answer, and it is no fault of the program", posts, async ([path, body, type]) => {
    const answer = await shared().site.post(path, body, { "content-type": type });

    expect(KNOWN, `${path} ${answer.text.slice(0, 300)}`).toContain(answer.status);
    expect(answer.text).not.toMatch(INSIDE);
    if (answer.status >= 400) expect(answer.error()).toEqual(expect.any(String));
  });

  fuzz(
    "an address gets an answer, and it is no fault of the program",
    gets,
    async ([method, path, word, query]) => {
      const given = query.map((pair) => pair.map(encode).join("=")).join("&");

      const answer = await askBare(shared().site, `${path}${encode(word)}?${given}`, { method });

      expect(KNOWN, `${method} ${path}${encode(word)}?${given} ${answer.text.slice(0, 300)}`).toContain(
        answer.status,
      );
      expect(answer.text).not.toMatch(INSIDE);
    },
  );
});

/** Halves of pairs have no form in an address. */
function encode(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "\ufffd"));
}
