import type { Tone } from "./card-parts.ts";

/** One sign each, so that a verdict is seen before it is read; the word stands beside it in the card. */
export const SIGNS: Readonly<Record<Tone, string>> = {
  unsafe: "🔴",
  suspicious: "🟠",
  clean: "🟢",
  unknown: "⚪",
  failed: "⚠️",
  skipped: "⏩",
  rejected: "❌",
  info: "ℹ️",
  waiting: "⏳",
  blocked: "⛔",
  protected: "🛡️",
  problem: "❗",
};
