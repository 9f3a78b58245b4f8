import { defang } from "../intake/defang.ts";
import type { Indicator, Result, VerdictRule } from "../model.ts";
import { linkOfPiece } from "../report/link.ts";
import { score } from "../report/score.ts";
import type { CardRow, Span, Text } from "./card-parts.ts";
import { wordAge } from "./words.ts";

/** Engines that a row names; the file has all. */
const MOST_ENGINES = 6;
/** A verdict on an analysis older than this is marked. */
const OLD_DAYS = 90;
const DAY_MS = 24 * 3_600_000;
/** Longer outside text is cut: a URL can have thousands of characters. */
const MOST_CHARACTERS = 120;

/** One result as a row: `1.2.3.4 · unsafe 8/94 · Example LLC · AS64500 · US`, and smaller what stands behind it. */
export function toRow(result: Result, rule: VerdictRule, now: number): CardRow {
  const { facts, piece } = result;
  const points = score(facts, rule)?.text;
  const words = [
    points === undefined ? result.status : `${result.status} ${points}`,
    ...(facts?.owner ? [short(facts.owner)] : []),
    ...(facts?.asn ? [`AS${facts.asn}`] : []),
    ...(facts?.country ? [short(facts.country)] : []),
  ];
  return {
    tone: result.status,
    head: [toName(piece.indicator, piece.input), ` · ${words.join(" · ")}`],
    details: toDetails(result, now),
  };
}

/** An indicator so that nothing of it can be clicked: an address in code, names and URLs defanged. */
function toName(indicator: Indicator | null, input: string): Span {
  if (indicator === null) return { code: short(input) };
  return { code: short(indicator.kind === "ip" ? indicator.value : defang(indicator)) };
}

function toDetails(result: Result, now: number): Text {
  const { facts, listing } = result;
  const link = linkOfPiece(result.piece);
  const words = [
    ...(result.reason === null ? [] : [short(result.reason, 300)]),
    ...(listing.list === "none" ? [] : [`${listing.list} (${short(listing.entry)})`]),
    ...(facts === null || facts.flaggedBy.length === 0 ? [] : [toEngines(facts.flaggedBy)]),
    ...(facts?.analysedAt ? [toAnalysed(facts.analysedAt, now)] : []),
    ...(result.old ? ["verdict older than the cache allows"] : []),
  ];
  const text = words.length === 0 ? [] : [words.join(" · ")];
  if (link === null) return text;
  const parting = words.length === 0 ? [] : [" · "];
  return [...text, ...parting, { link, text: "VirusTotal" }];
}

function toEngines(flaggedBy: readonly { readonly engine: string }[]): string {
  const names = flaggedBy.slice(0, MOST_ENGINES).map(({ engine }) => short(engine, 40));
  const more = flaggedBy.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

function toAnalysed(atMs: number, now: number): string {
  const age = wordAge(atMs, now);
  const words = age === "today" ? "analysed today" : `analysed ${age} ago`;
  return now - atMs > OLD_DAYS * DAY_MS ? `⚠️ old data, ${words}` : words;
}

/** Outside text in one line, cut where it is long. */
export function short(text: string, most = MOST_CHARACTERS): string {
  const line = text.replaceAll(/\s+/gu, " ");
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}

/** What a scan is of: one of a single indicator is named by it, and must not be clickable. */
export function toSource(source: string, most = MOST_CHARACTERS): Span {
  return /[.:]/u.test(source) ? { code: short(source, most) } : short(source, most);
}
