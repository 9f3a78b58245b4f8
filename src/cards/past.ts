import type { PastBlock } from "../block-model.ts";
import type { Text } from "./card-parts.ts";
import { short } from "./row.ts";
import { wordCount, wordDay } from "./words.ts";

const DAY_MS = 86_400_000;

/** What a card says of an address that was blocked before: who let it go and why, and how long it was blocked. */
export function wordPast({ letGo, ended }: PastBlock): Text {
  return [
    ...(letGo === null ? [] : wordLetGo(letGo)),
    ...(letGo === null || ended === null ? [] : [" · "]),
    ...(ended === null
      ? []
      : [`🔁 blocked before, for ${wordLife(ended.lifeMs)} until ${wordDay(ended.at)}`]),
  ];
}

function wordLetGo({ at, by, reason }: NonNullable<PastBlock["letGo"]>): Text {
  const why = reason === null ? ", no reason given" : `: ${short(reason, 200)}`;
  switch (by.kind) {
    case "person":
      return ["⚠️ let go by ", { user: by.id }, ` on ${wordDay(at)}${why}`];
    case "hand":
      return [`⚠️ let go by hand on ${wordDay(at)}${why}`];
    case "whitelist":
      return [`⚠️ taken out on ${wordDay(at)}, as it was whitelisted${reason === null ? "" : why}`];
  }
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

/** How many were let go, where there are any: the main button blocks them too. */
export function wordLetGoCount(past: readonly PastBlock[]): string | null {
  const count = past.filter(({ letGo }) => letGo !== null).length;
  if (count === 0) return null;
  return count === 1
    ? "⚠️ 1 of these was let go within the last 30 days"
    : `⚠️ ${count} of these were let go within the last 30 days`;
}

/** Days where it is whole days, else hours. */
function wordLife(ms: number): string {
  return ms % DAY_MS === 0 ? wordCount(ms / DAY_MS, "day") : wordCount(Math.round(ms / 3_600_000), "hour");
}
