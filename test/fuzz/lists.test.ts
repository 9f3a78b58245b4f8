import * as fc from "fast-check";
import { expect, test } from "vitest";

import { UserError } from "../../src/errors.ts";
import { toAddress } from "../../src/lists/address.ts";
import { parseBlacklist } from "../../src/lists/blacklist.ts";
import { readImport } from "../../src/lists/import-text.ts";
import { toListLines } from "../../src/lists/list-line.ts";
import { parseWarningList } from "../../src/lists/warning-list.ts";
import { parseWhitelist } from "../../src/lists/whitelist.ts";
import { isWritten } from "./derive.ts";
import { changed, fuzz, scrappy, scraps } from "./fuzz.ts";

const entries = fc.constantFrom(
  ..."45.10.0.1|45.10.0.0/16|0.0.0.0/0|::/0|2001:db8::/32|evil.com|*.evil.com|AS64500|Example LLC|45.10.0.1 # why|::ffff:45.10.0.1".split(
    "|",
  ),
);
const list = fc
  .array(fc.oneof(entries, scrappy), { maxLength: 12 })
  .chain((lines) => fc.constantFrom("\n", "\r\n", "\r").map((end) => lines.join(end)));
const lists = changed(list, fc.oneof(scraps, entries));

fuzz("blacklist: nothing is blocked that no line says", lists, (text) => {
  const blacklist = parseBlacklist(text);

  const written = toListLines(text);
  expect(blacklist.count).toBe(blacklist.addresses.length);
  expect(new Set(blacklist.addresses).size).toBe(blacklist.count);
  for (const value of blacklist.addresses.slice(0, 200)) {
    const line = blacklist.match({ kind: "ip", value });
    expect(written.find((one) => one.line === line?.line)).toEqual(line);
    expect(toAddress(line?.entry ?? "")).toEqual(toAddress(value));
    expect(isWritten({ kind: "ip", value }, line?.entry ?? "") || line?.entry.includes(":")).toBe(true);
  }
  for (const problem of blacklist.problems) expect(problem).toMatch(/^line \d+: /u);
});

test.each(["1", "a.", "::", "１.２", "访问evil.com", "http://a.b/"])(
  "whitelist: a line of 1 MB of %s is told in a moment",
  (scrap) => {
    const [problem = ""] = parseWhitelist(scrap.repeat(1_000_000 / scrap.length)).problems;

    expect(problem).toMatch(/^line 1: ".*…" is longer than any name$/u);
    expect(problem.length).toBeLessThan(400);
  },
  5000,
);

fuzz("whitelist: every line covers something or is named, and what matches is a line", lists, (text) => {
  const whitelist = parseWhitelist(text);

  const written = toListLines(text);
  expect(whitelist.isEmpty).toBe(written.length === 0);
  for (const value of ["45.10.0.1", "2001:db8::1", "evil.com", "a.evil.com"]) {
    const line = whitelist.match({ kind: /^[\d:]/u.test(value) ? "ip" : "domain", value }, null);
    if (line !== null) expect(written.find((one) => one.line === line.line)).toEqual(line);
  }
  // A single address or name that stands there alone is covered, whatever stands around it.
  for (const { entry } of written.slice(0, 50))
    if (entry === "45.10.0.1" || entry === "evil.com")
      expect(
        whitelist.match({ kind: entry === "evil.com" ? "domain" : "ip", value: entry }, null),
      ).not.toBeNull();
});

const json = fc
  .array(
    fc.oneof(
      entries,
      entries.map((ip) => ({ ip })),
      fc.jsonValue({ maxDepth: 2 }),
    ),
    { maxLength: 6 },
  )
  .map((items) => JSON.stringify(items, null, 1));
const table = fc
  .array(fc.array(fc.oneof(entries, scraps), { minLength: 1, maxLength: 4 }), { maxLength: 8 })
  .chain((rows) =>
    fc.constantFrom(",", ";", "\t", "|").map((sign) => rows.map((row) => row.join(sign)).join("\n")),
  );

fuzz("import: each entry stands in the file", changed(fc.oneof(list, json, table), scraps), (text) => {
  try {
    const lines = text.split(/\r\n|\n|\r/u).length;
    for (const { line, entry } of readImport("list", text).slice(0, 100)) {
      expect(line >= 1 && line <= lines).toBe(true);
      const isIn = text.includes(entry) || text.replaceAll('""', '"').includes(entry);
      // In JSON letters may be escaped, and what is no text is written anew.
      if (!/^\s*[[{]/u.test(text.replace(/^\uFEFF/u, ""))) expect(isIn, JSON.stringify(entry)).toBe(true);
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
});

const warning = fc
  .record({
    list: fc.array(fc.oneof(entries, fc.jsonValue({ maxDepth: 1 }))),
    name: fc.jsonValue(),
    type: fc.constantFrom("cidr", "string", "hostname", null),
  })
  .map((made) => JSON.stringify(made));

fuzz(
  "a warning list is read or refused with a sentence",
  changed(fc.oneof(warning, list), scraps),
  (text) => {
    try {
      parseWarningList(text);
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(TypeError);
      expect(error).not.toBeInstanceOf(RangeError);
    }
  },
);
