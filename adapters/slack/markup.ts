import type { Span, Text } from "../../src/card.ts";
import { bytesOf, toClean, toCode, toCut, toInert } from "./inert.ts";

/** `slack:U012AB3CD`; ids of other platforms cannot be mentioned here. */
const SLACK_USER = /^slack:([UW][A-Z0-9]{2,30})$/;
const ELLIPSIS = "…";

/**
 * Text as Slack's mark-up: the program's own bold, code, links and people; everything else inert. At most `mostBytes`
 * of UTF-8, cut with … where that is not enough, never within a sign of the mark-up.
 */
export function toMarkup(text: Text, mostBytes: number): string {
  const [first = "", ...more] = toMarkupRuns(text, mostBytes);
  return more.length === 0 ? first : `${shrink([first], mostBytes - bytesOf(ELLIPSIS))}${ELLIPSIS}`;
}

/** The same in runs of at most `mostBytes` each; a long text is parted at the end of a line or between words. */
export function toMarkupRuns(text: Text, mostBytes: number): readonly string[] {
  const runs: string[] = [];
  for (const part of text.flatMap((span) => partsOf(span, mostBytes))) {
    const last = runs.at(-1);
    if (last !== undefined && bytesOf(last) + bytesOf(part) <= mostBytes) runs[runs.length - 1] = last + part;
    else if (part !== "") runs.push(part);
  }
  return runs;
}
