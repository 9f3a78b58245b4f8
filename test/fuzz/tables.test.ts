import * as fc from "fast-check";
import { expect } from "vitest";

import { UserError } from "../../src/errors.ts";
import { readCsvColumns } from "../../src/intake/csv.ts";
import { toSource, type Source } from "../../src/intake/source.ts";
import { toSheet, toWorkbookParts, toZipFile, type Part } from "../intake/zip-file.ts";
import { broken, changed, fuzz, scrappy, scraps } from "./fuzz.ts";

const cells = fc.array(
  fc.array(
    scrappy.map((text) => text.slice(0, 40)),
    { minLength: 1, maxLength: 4 },
  ),
  {
    minLength: 1,
    maxLength: 6,
  },
);
const quoted = (cell: string) => (/["\n\r,;\t|]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const csv = fc
  .tuple(cells, fc.constantFrom(",", ";", "\t", "|"), fc.constantFrom("\n", "\r\n", "\r"), fc.boolean())
  .map(([rows, delimiter, end, isHeaded]) =>
    [...(isHeaded ? [["Domain", "Note", "IP", "URL"]] : []), ...rows]
      .map((row) => row.map(quoted).join(delimiter))
      .join(end),
  );

fuzz("csv: what is left stands where it stood, and the rest is blank", changed(csv, scraps), (text) => {
  const { text: left, columns } = readCsvColumns(text);

  expect(left.length).toBe(text.length);
  for (let at = 0; at < text.length; at += 1)
    if (left[at] !== text[at]) expect([left[at], columns.length > 0]).toEqual([" ", true]);
});

/** The text, or null where a person is told why there is none. */
async function read(name: string, bytes: Uint8Array): Promise<Source | null> {
  try {
    return await toSource(name, bytes);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.message).toMatch(/[.:]/u);
    return null;
  }
}

const encoded = fc
  .tuple(
    changed(fc.oneof(csv, scrappy), scraps),
    fc.constantFrom<BufferEncoding>("utf8", "utf16le", "latin1"),
  )
  .map(([text, encoding]) => Buffer.from(`\ufeff${text}`, encoding));

fuzz(
  "a file of any bytes under any name is text or a sentence",
  fc.tuple(
    fc.constantFrom("a.txt", "a.csv", "a.tsv", "a.xlsx", "a", "\u202e.zip", "../a.log"),
    broken(
      fc.oneof(
        encoded,
        fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      ),
    ),
  ),
  async ([name, bytes]) => {
    const source = await read(name, bytes);

    expect((source?.text.length ?? 0) <= Math.max(1, bytes.length)).toBe(true);
  },
);

const escape = (text: string) =>
  text
    .replaceAll(/[&<>]/gu, (sign) => `&#${sign.charCodeAt(0)};`)
    .replaceAll(/[^\t\n\x20-\ud7ff\ue000-\ufffd]/gu, "");

fuzz(
  "xlsx: every cell's text is there in its order, and no other",
  cells.map((rows) =>
    rows.map((row) => row.map((cell) => escape(`${cell.trim().replaceAll(/\s+/gu, " ")}.`))),
  ),
  async (rows) => {
    const source = await read("a.xlsx", toZipFile(toWorkbookParts({ Sheet1: toSheet(rows) })));

    const unescaped = rows
      .flat()
      .map((cell) => cell.replaceAll(/&#(\d+);/gu, (_, code: string) => String.fromCharCode(Number(code))));
    const words = unescaped.join(" ").split(/\s+/u).filter(Boolean);
    if (source?.columns.length === 0) expect(source.text.split(/\s+/u).filter(Boolean)).toEqual(words);
  },
);

const parts: fc.Arbitrary<readonly Part[]> = cells.chain((rows) => {
  const whole = [
    ...toWorkbookParts({
      Sheet1: toSheet(rows.map((row) => row.map(escape))),
      Other: toSheet([["Domain"], ["evil.com"]]),
    }),
    {
      path: "xl/sharedStrings.xml",
      content: "<sst><si><t>evil.com</t></si><si><r><t>1.2</t></r><r><t>.3.4</t></r></si></sst>",
    },
  ];
  const xml = fc.constantFrom(
    '<c t="s"><v>1</v></c>',
    "<v>",
    "</v>",
    '<!DOCTYPE a [<!ENTITY b "&c;&c;">]>',
    "&b;",
    "]]>",
    "<![CDATA[",
    "&#0;",
    'xmlns:r="x"',
    "../../",
    "<row>",
    'r="ZZZ9999999"',
  );
  return fc
    .tuple(fc.nat(whole.length - 1), fc.constantFrom(1, 1, 3), fc.constantFrom(undefined, 0, 2 ** 31))
    .chain(([at, times, claimedSize]) =>
      changed(fc.constant(String(whole[at]?.content)), xml).map((content) =>
        whole.map((part, index) =>
          index === at
            ? { ...part, content, times, ...(claimedSize !== undefined && { claimedSize }) }
            : part,
        ),
      ),
    );
});

fuzz("xlsx: with a broken part it is text or a sentence", parts, async (files) => {
  await read("a.xlsx", toZipFile(files));
});

fuzz("xlsx: with broken bytes it is text or a sentence", broken(parts.map(toZipFile)), async (bytes) => {
  await read("a.xlsx", bytes);
});
