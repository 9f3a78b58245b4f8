import { UserError } from "../errors.ts";
import { findColumns } from "../intake/headings.ts";
import { readDelimited, type ImportEntry } from "./import-table.ts";
import { toEntry } from "./list-line.ts";

/** Letters from one address of an array to the next. */
const MOST_BETWEEN = 65_536;

/**
 * What a list that was kept elsewhere names: one entry a line with comments behind `#` or `;`, or csv (every column that
 * has addresses, with or without headings), or a JSON array of texts or of objects with `ip`, as exports write them.
 * @throws UserError when it is JSON of another form.
 */
export function readImport(name: string, text: string): readonly ImportEntry[] {
  const plain = text.replace(/^\uFEFF/u, "");
  return readJson(name, plain) ?? readDelimited(plain) ?? readLines(plain);
}

function readLines(text: string): readonly ImportEntry[] {
  const entries = text.split(/\r\n|\n|\r/u).flatMap((line, at) => {
    const entry = toPlainEntry(line);
    return entry === "" ? [] : [{ line: at + 1, entry }];
  });
  const isHeading = findColumns(entries.slice(0, 1).map(({ entry }) => entry)).length > 0;
  return isHeading ? entries.slice(1) : entries;
}

function toPlainEntry(line: string): string {
  const semicolon = line.indexOf(";");
  return toEntry(semicolon === -1 ? line : line.slice(0, semicolon));
}

/** An IPv6 address in brackets begins as an array does, but is followed by no quote or bracket. */
function readJson(name: string, text: string): readonly ImportEntry[] | null {
  if (!/^\s*(?:\{|\[\s*(?:[[{"\]]|$))/u.test(text)) return null;
  const items = parseJson(text);
  if (!Array.isArray(items)) {
    throw new UserError(
      `${name} looks like JSON and is no array: give an array of addresses, or of objects with "ip".`,
    );
  }
  let at = 0;
  let line = 1;
  return items.map((item: unknown) => {
    const ip = toIpText(item);
    const written = JSON.stringify(ip ?? item);
    // What is written in another way than expected is told with the line of what stands before it.
    const found = text.slice(at, at + MOST_BETWEEN).indexOf(written);
    if (found !== -1) {
      line += text.slice(at, at + found).split("\n").length - 1;
      at += found + written.length;
    }
    return { line, entry: ip ?? written };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function toIpText(item: unknown): string | null {
  if (typeof item === "string") return item;
  const ip = typeof item === "object" && item !== null && "ip" in item ? item.ip : null;
  return typeof ip === "string" ? ip : null;
}
