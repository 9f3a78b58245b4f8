import { readAddress, toBytes, toWords, type AddressWords } from "./address-words.ts";
import { toAddress } from "./address.ts";
import type { Address } from "./address.ts";
import { toEntry, type ListLine } from "./list-line.ts";

/** The lines of a list, found by the address on them. */
export interface LineIndex {
  readonly text: string;
  /** The first line of an address, from 1; 0: none. */
  find(address: Address): number;
  /** Every line of that address, the first of which is `line`. */
  all(line: number): readonly number[];
  /** How many addresses. */
  readonly count: number;
  /** The line of each address in the order of the file, each address once; of some of them, from one place up to another. */
  addressed(from?: number, to?: number): readonly number[];
  /** Lines that say something else. */
  others(): readonly number[];
  addressOf(line: number): Address;
  /** What it says. */
  read(line: number): ListLine;
  /** Where it begins; that of one after the last: where the text ends. A byte order mark is of no line. */
  startOf(line: number): number;
  /** The index of a text that begins with this one, made of this one; null where that cannot be. */
  extend(text: string): LineIndex | null;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const HASH = 0x23;
/** Room for so many more lines, beside an eighth. */
const MORE_LINES = 1000;

/**
 * Goes through a list once: 100,000 lines in some 30 ms, since nothing is made of a line until it is asked for; what is
 * added behind them later is all that is looked at then. Lines end as those of `toListLines` do.
 */
export function indexLines(text: string): LineIndex {
  const from = text.startsWith("\uFEFF") ? 1 : 0;
  const count = countLines(text, from);
  const lines = createLines(Math.ceil(count * 1.125) + MORE_LINES);
  lines.append(text, from);
  return viewOf(lines, text);
}

/** What is appended later is not seen in a view that was made before. */
function viewOf(lines: Lines, text: string): LineIndex {
  const last = lines.count();
  const [count, others] = [lines.addressed.length, lines.others.length];
  const { startOf } = lines;
  return {
    text,
    count,
    startOf,
    find(address) {
      const line = lines.find(address);
      return line > last ? 0 : line;
    },
    all: (line) => (lines.repeated.get(line) ?? [line]).filter((other) => other <= last),
    addressed: (from = 0, to = count) => lines.addressed.slice(from, Math.min(to, count)),
    others: () => lines.others.slice(0, others),
    addressOf: lines.addressOf,
    read: (line) => ({ entry: toEntry(text.slice(startOf(line), startOf(line + 1))), line }),
    extend(longer) {
      const isWhole = text.endsWith("\n") && longer.startsWith(text);
      if (lines.count() !== last || !isWhole) return null;
      if (countLines(longer, text.length) > lines.room()) return null;
      lines.append(longer, text.length);
      return viewOf(lines, longer);
    },
  };
}

type Lines = ReturnType<typeof createLines>;

/** Has room for `most` lines. */
function createLines(most: number) {
  const starts = new Uint32Array(most + 1);
  const table = createTable(most);
  const words = new Uint32Array(4);
  const addressed: number[] = [];
  const others: number[] = [];
  const repeated = new Map<number, number[]>();
  let count = 0;

  function startOf(line: number): number {
    return starts[line - 1] ?? 0;
  }

  function add(text: string, start: number, end: number): void {
    starts[count] = start;
    count += 1;
    starts[count] = end;
    const kind = readLine(text, start, end, words);
    if (kind === "other") others.push(count);
    if (kind !== "address") return;
    const first = table.put(words, count);
    if (first === count) addressed.push(count);
    else repeated.set(first, [...(repeated.get(first) ?? [first]), count]);
  }

  return {
    addressed,
    others,
    repeated,
    startOf,
    count: () => count,
    room: () => most - count,
    append(text: string, from: number): void {
      for (let start = from, end = start; start < text.length; start = end) {
        end = lineEnd(text, start);
        add(text, start, end);
      }
    },
    find(address: Address): number {
      toWords(address, words);
      return table.find(words);
    },
    addressOf: (line: number) => toBytes(table.wordsOf(line)),
  };
}

/** Where the next line begins. */
function lineEnd(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > CARRIAGE_RETURN) continue;
    if (code === LINE_FEED) return at + 1;
    if (code === CARRIAGE_RETURN) return text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1;
  }
  return text.length;
}

function countLines(text: string, from: number): number {
  let count = 0;
  for (let at = from; at < text.length; at = lineEnd(text, at)) count += 1;
  return count;
}

/** Most lines are a plain address and nothing else, or a comment: of all others a text of its own is made. */
function readLine(
  text: string,
  start: number,
  end: number,
  words: AddressWords,
): "address" | "other" | "nothing" {
  if (text.charCodeAt(start) === HASH) return "nothing";
  const behind = readAddress(text, start, words);
  if (behind !== -1 && isBlank(text, behind, end)) return "address";
  const entry = toEntry(text.slice(start, end));
  if (entry === "") return "nothing";
  const address = toAddress(entry);
  if (address === null) return "other";
  toWords(address, words);
  return "address";
}

/** Whether nothing is to come but space and a comment. */
function isBlank(text: string, from: number, end: number): boolean {
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === HASH) return true;
    if (code !== SPACE && code !== TAB && code !== LINE_FEED && code !== CARRIAGE_RETURN) return false;
  }
  return true;
}

/** Lines by their four words. A Map of as many texts takes ten times as long to fill. */
function createTable(count: number) {
  const size = 2 ** Math.ceil(Math.log2(count * 2 + 2));
  const slots = new Uint32Array(size);
  const rows = new Uint32Array((count + 1) * 4);

  function slotOf(words: AddressWords): number {
    const a = words[0] ?? 0;
    const b = words[1] ?? 0;
    const c = words[2] ?? 0;
    const d = words[3] ?? 0;
    let slot = Math.imul(a ^ Math.imul(b ^ Math.imul(c ^ Math.imul(d, MIX), MIX), MIX), MIX);
    for (slot = (slot ^ (slot >>> 15)) & (size - 1); ; slot = (slot + 1) & (size - 1)) {
      const line = slots[slot] ?? 0;
      if (line === 0) return slot;
      const at = line * 4;
      if (rows[at] === a && rows[at + 1] === b && rows[at + 2] === c && rows[at + 3] === d) return slot;
    }
  }

  return {
    /** The line that has these words; this one, if none had them. */
    put(words: AddressWords, line: number): number {
      const slot = slotOf(words);
      const first = slots[slot] ?? 0;
      if (first !== 0) return first;
      slots[slot] = line;
      for (let word = 0; word < 4; word += 1) rows[line * 4 + word] = words[word] ?? 0;
      return line;
    },
    find: (words: AddressWords) => slots[slotOf(words)] ?? 0,
    wordsOf: (line: number) => rows.subarray(line * 4, line * 4 + 4),
  };
}

/** An odd number whose bits lie evenly. */
const MIX = 0x9e37_79b1;
