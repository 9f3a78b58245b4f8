import { BREAK, CLASS, COMMA } from "./characters.ts";
import type { Reading } from "./reading.ts";

/**
 * Goes past the port and path of a host that was written without a scheme, so that `host/setup.py` gives the
 * host alone. Returns the index after them, or `at` where there is no path.
 */
export function skipTail({ text, end: to }: Reading, at: number): number {
  let end = at;
  if (text.charCodeAt(end) === 0x3a) {
    end += 1;
    while (text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end += 1;
  }
  const sign = text.charCodeAt(end);
  if (sign !== 0x2f && sign !== 0x3f && sign !== 0x23 && sign !== 0x5c) return at;
  while (end < to && !((CLASS[text.charCodeAt(end)] ?? 0) & (BREAK | COMMA))) end += 1;
  return end;
}
