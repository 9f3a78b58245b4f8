import * as fc from "fast-check";
import { expect, test } from "vitest";

import { toAddress, toCanonical } from "../../src/lists/address.ts";
import { indexLines, type LineIndex } from "../../src/lists/line-index.ts";
import { toListLines } from "../../src/lists/list-line.ts";
import { listTexts, spelt } from "./list-texts.ts";

/** What an index says of a list, and the same found by looking at each line. */
function toldBy(index: LineIndex) {
  return {
    lines: index.addressed().map((line) => [toCanonical(index.addressOf(line)), index.all(line)]),
    others: index.others().map((line) => index.read(line)),
  };
}

function toldSlowly(text: string): ReturnType<typeof toldBy> {
  const lines = new Map<string, number[]>();
  const others = [];
  for (const listed of toListLines(text)) {
    const address = toAddress(listed.entry);
    if (address === null) others.push(listed);
    else lines.set(toCanonical(address), [...(lines.get(toCanonical(address)) ?? []), listed.line]);
  }
  return { lines: [...lines], others };
}

test("an index has the lines of every address, whatever the list says", () => {
  fc.assert(
    fc.property(listTexts, spelt, (text, absent) => {
      const index = indexLines(text);
      const told = toldSlowly(text);

      expect(toldBy(index)).toEqual(told);
      for (const { entry, line } of toListLines(text)) {
        expect(index.read(line)).toEqual({ entry, line });
      }
      const address = toAddress(absent) ?? [];
      const [, [first = 0] = []] = told.lines.find(([ip]) => ip === toCanonical(address)) ?? [];
      expect(index.find(address)).toBe(first);
    }),
    { numRuns: 300 },
  );
});

test("an index that is extended says the same as one made anew, and the one before says what it said", () => {
  fc.assert(
    fc.property(listTexts, fc.array(listTexts, { maxLength: 4 }), (text, more) => {
      let index = indexLines(`${text}\n`);
      for (const piece of more) {
        const before = toldBy(index);
        const longer = index.extend(`${index.text}${piece}\n`);
        expect(longer).not.toBeNull();
        if (longer === null) return;
        expect(toldBy(longer)).toEqual(toldSlowly(longer.text));
        expect(toldBy(index)).toEqual(before);
        for (const line of longer.addressed()) {
          const address = longer.addressOf(line);
          const isBefore = toldSlowly(index.text).lines.some(([ip]) => ip === toCanonical(address));
          expect(index.find(address) !== 0).toBe(isBefore);
        }
        expect(index.extend(`${index.text}192.0.2.77\n`)).toBeNull();
        index = longer;
      }
    }),
  );
});

test.each([
  ["begins otherwise", "a\n", "b\n1.2.3.4\n"],
  ["goes on with the last line", "1.2.3.4", "1.2.3.45\n"],
  ["has far more lines", "1.2.3.4\n", `1.2.3.4\n${"#\n".repeat(2000)}`],
])("an index is not extended to a text that %s", (_, text, longer) => {
  expect(indexLines(text).extend(longer)).toBeNull();
});

test("every line of a long list is found", () => {
  const ips = Array.from({ length: 20_000 }, (_, at) =>
    at % 3 === 0 ? `2001:db8::${(at + 1).toString(16)}` : `10.${at >> 14}.${(at >> 7) & 127}.${at & 127}`,
  );
  const index = indexLines(ips.map((ip) => `${ip}\n`).join(""));
  expect(ips.every((ip, at) => index.find(toAddress(ip) ?? []) === at + 1)).toBe(true);
  expect(index.addressed()).toHaveLength(20_000);
});
