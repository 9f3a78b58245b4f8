import type { PastBlock } from "../block-model.ts";
import type { Text } from "./card-parts.ts";
import { short } from "./row.ts";
import { wordCount, wordDay } from "./words.ts";

const DAY_MS = 86_400_000;

/** What a card says of an address that was blocked before: who let it go and why, and how long it was blocked. */
export function wordPast({ letGo, ended }: PastBlock): Text {
  return [
    ...(letGo === null
      ? []
      : [
          "⚠️ let go ",
          ...(letGo.by === null ? ["by hand"] : ["by ", { user: letGo.by }]),
          ` on ${wordDay(letGo.at)}`,
          letGo.reason === null ? ", no reason given" : `: ${short(letGo.reason, 200)}`,
        ]),
    ...(letGo === null || ended === null ? [] : [" · "]),
    ...(ended === null
      ? []
      : [`🔁 blocked before, for ${wordLife(ended.lifeMs)} until ${wordDay(ended.at)}`]),
  ];
}

/** The same in the few words that stand in a menu. */
export function wordPastShort({ letGo, ended }: PastBlock): string {
  return [
    ...(letGo === null ? [] : [`let go ${wordDay(letGo.at)}`]),
    ...(ended === null ? [] : ["blocked before"]),
  ].join(" · ");
}

/** The rule for those that were blocked before, where there are any. */
export function wordAgain(past: readonly PastBlock[]): string {
  const again = past.filter(({ ended }) => ended !== null).length;
  return again === 0 ? "" : ` ${again} blocked before: at least twice as long as last time.`;
}

/** Days where it is whole days, else hours. */
export function wordLife(ms: number): string {
  return ms % DAY_MS === 0 ? wordCount(ms / DAY_MS, "day") : wordCount(Math.round(ms / 3_600_000), "hour");
}
