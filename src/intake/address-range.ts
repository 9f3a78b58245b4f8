import { judgeBlock, toOctets } from "./ip-address.ts";
import type { Judgement } from "./judgement.ts";
import { unitAt, type Reading } from "./reading.ts";
import { toEnd } from "./refang.ts";
import type { Word } from "./word.ts";

const SLASH = 0x2f;
/** What follows a slash: `24`, `255.255.255.0`. */
const BLOCK = /\/(?:(\d{1,2})|(255\.\d+\.\d+\.\d+))(?![\w/]|-\w|\.\w)/y;
/** A second address after a dash, as in `1.2.3.4 - 1.2.3.9`. */
const SPACED_RANGE = /[ \t]?[-–—][ \t]?((?:\d{1,3}(?:\.|\[\.\])){3}\d{1,3})(?![\w.:/[])/y;

/** Says how many addresses there are from one to another, which may be the last numbers alone; null when it goes down. */
export function toRangeReason(base: readonly number[], to: string): string | null {
  const numbers = to.split(".").map(Number);
  const last = [...base.slice(0, 4 - numbers.length), ...numbers];
  if (last.some((octet) => octet > 255)) return null;
  const size = toNumber(last) - toNumber(base) + 1;
  return size < 2 ? null : `range of ${size.toLocaleString("en-US")} addresses`;
}

/** `/24` and `/255.255.255.0`; a /32 is one address. `judgement` is null for that. */
export function toBlock(reading: Reading, at: number): { end: number; judgement: Judgement | null } | null {
  if (unitAt(reading, at) !== SLASH) return null;
  BLOCK.lastIndex = at;
  const match = BLOCK.exec(reading.text);
  const prefix = match?.[2] === undefined ? Number(match?.[1] ?? 99) : toPrefix(toOctets(match[2]));
  if (match === null || prefix === null || prefix > 32) return null;
  return { end: BLOCK.lastIndex, judgement: prefix === 32 ? null : judgeBlock(prefix, 32) };
}

function toPrefix(mask: readonly number[] | null): number | null {
  if (mask === null) return null;
  const host = 2 ** 32 - toNumber(mask);
  const bits = Math.log2(host);
  return Number.isInteger(bits) ? 32 - bits : null;
}

/** Two addresses of one /16 in ascending order with a dash between are a range, not two hosts. */
export function toSpacedRange(
  { source, refanged }: Reading,
  word: Word,
): { reason: string; resumeAt: number } | null {
  const at = toEnd(refanged, word.end);
  const next = source.charCodeAt(at);
  const isSpaced = next === 0x20 || next === 0x09;
  if (!isDash(isSpaced ? source.charCodeAt(at + 1) : next)) return null;
  // Many logs write ` - - ` after an address.
  if (isSpaced && source.charCodeAt(at + 3) === 0x2d) return null;
  SPACED_RANGE.lastIndex = at;
  const match = SPACED_RANGE.exec(source);
  const first = toOctets(word.text);
  const last = toOctets(match?.[1]?.replaceAll(/[[\]]/g, "") ?? "");
  if (first === null || last === null || first[0] !== last[0] || first[1] !== last[1]) return null;
  const reason = toRangeReason(first, last.join("."));
  return reason === null ? null : { reason, resumeAt: SPACED_RANGE.lastIndex };
}

function isDash(code: number): boolean {
  return code === 0x2d || code === 0x2013 || code === 0x2014;
}

function toNumber(octets: readonly number[]): number {
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}
