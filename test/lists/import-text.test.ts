import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { UserError } from "../../src/errors.ts";
import { toAddress } from "../../src/lists/address.ts";
import { readImport } from "../../src/lists/import-text.ts";
import { toListLines } from "../../src/lists/list-line.ts";
import { listTexts } from "./list-texts.ts";

/** `line entry` of each. */
function read(text: string): readonly string[] {
  return readImport("list", text).map(({ line, entry }) => `${line} ${entry}`);
}

describe("a list that was kept elsewhere", () => {
  test.each([
    ["one address a line", "45.10.0.1\n45.10.0.2\n", ["1 45.10.0.1", "2 45.10.0.2"]],
    ["blackips.txt without a last line end", "45.10.0.1\n45.10.0.2", ["1 45.10.0.1", "2 45.10.0.2"]],
    [
      "comments, a byte order mark, Windows line ends",
      "\uFEFF# old\r\n\r\n45.10.0.1 # a, b\r\n; SBL\r\n45.10.0.2 ; c, d\r\n",
      ["3 45.10.0.1", "5 45.10.0.2"],
    ],
    ["a heading over a plain list", "IP address\n45.10.0.1\nfoo\n", ["2 45.10.0.1", "3 foo"]],
    ["a word that is no heading", "foo\n45.10.0.1\n", ["1 foo", "2 45.10.0.1"]],
    ["IPv6 in brackets", "[2001:db8::1]\n45.10.0.1\n", ["1 [2001:db8::1]", "2 45.10.0.1"]],
    [
      "csv with comments, and a field of two lines",
      '# old\nip,reason\n45.10.0.1,"a, 45.10.9.9\nb"\n# more\n45.10.0.2,x\n,y\nfoo,z\n',
      ["3 45.10.0.1", "6 45.10.0.2", "8 foo"],
    ],
    ["csv without headings", "45.10.0.1,50,127\n45.10.0.2,50,127\n", ["1 45.10.0.1", "2 45.10.0.2"]],
    [
      "csv with a heading that means nothing here, parted by semicolons",
      "Nr;Quelle;Datum\r\n1;45.10.0.1;2026-11-21\r\n2;45.10.0.0/24;2026-11-21\r\n",
      ["2 45.10.0.1", "3 45.10.0.0/24"],
    ],
    [
      "csv with two columns of addresses",
      "source,target,port\n45.10.0.1,45.10.1.1,22\n45.10.0.2,,22\n",
      ["2 45.10.0.1", "2 45.10.1.1", "3 45.10.0.2"],
    ],
    ["csv of Excel", "sep=;\r\nip;note\r\n45.10.0.1;x\r\n", ["3 45.10.0.1"]],
    ["tsv", "when\taddress\n2026-11-21\t2001:db8::1\n", ["2 2001:db8::1"]],
    [
      "csv with a column of which some are addresses",
      "a,what\nx,foo\ny,45.10.0.1\nz,bar\n",
      ["2 foo", "3 45.10.0.1", "4 bar"],
    ],
    ["csv without any address", "ip,note\nfoo,bar\n", ["2 foo"]],
    [
      "json of objects",
      '[\n{"ip":"45.10.0.1","reason":"a"},\n{"ip":"45.10.0.1"},\n{"host":"x"}\n]\n',
      ["2 45.10.0.1", "3 45.10.0.1", '4 {"host":"x"}'],
    ],
    ["json of texts", '["45.10.0.1", "foo"]', ["1 45.10.0.1", "1 foo"]],
    ["nothing", "# nothing\n\n", []],
    ["an empty array", "[]", []],
  ])("is read: %s", (_, text, entries) => {
    expect(read(text)).toEqual(entries);
  });

  test.each(['{"ip":"45.10.0.1"}', '[{"ip":"45.10.0.1"', "[\n"])(
    "that is other JSON is refused: %j",
    (text) => {
      expect(() => read(text)).toThrow(/list looks like JSON and is no array/);
    },
  );

  test("loses no address, whatever stands between", () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6()).filter((ip) => toAddress(ip) !== null);
    const between = fc.constantFrom("\n", "\r\n", "\n\n", "\n# x, y; z\n", "\n  ; x\r\n", " # x\n", "\t;x\n");
    fc.assert(
      fc.property(fc.array(fc.tuple(address, between), { minLength: 1 }), (pieces) => {
        const text = pieces.map((piece) => piece.join("")).join("");

        const entries = readImport("list", text);

        expect(entries.map(({ entry }) => entry)).toEqual(pieces.map(([ip]) => ip));
        const lines = text.split("\n");
        for (const { line, entry } of entries) expect(lines[line - 1]).toContain(entry);
      }),
    );
  });

  test("of any plain text has an entry for each line that says something, in order, as it is written", () => {
    fc.assert(
      fc.property(listTexts, (text) => {
        // What looks like csv or JSON is read as that.
        fc.pre(!/[,;|\t{]/u.test(text) && !/^\uFEFF?\s*\[/u.test(text));

        expect(readImport("list", text)).toEqual(
          toListLines(text).map(({ entry, line }) => ({ line, entry })),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("of any text gives entries of lines that it has", () => {
    const texts = fc.oneof(
      listTexts,
      fc.string({ unit: fc.constantFrom("1", ".", ",", ";", '"', "\n", "\r", "[", "{", "#") }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let entries: ReturnType<typeof readImport> = [];
        try {
          entries = readImport("list", text);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
        const lines = text.split(/\r\n|\n|\r/u).length;
        for (const { line, entry } of entries) {
          expect(line >= 1 && line <= lines).toBe(true);
          expect(entry).not.toBe("");
        }
      }),
      { numRuns: 500 },
    );
  });
});
