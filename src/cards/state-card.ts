import type { KeyQuota } from "../model.ts";
import type { Reply, ScanNote } from "../reply.ts";
import { listOf } from "./block-card.ts";
import type { Card, CardBlock, Text } from "./card-parts.ts";
import { wordCosts } from "./costs.ts";
import { short, toSource } from "./row.ts";
import { toNotes, wordSums } from "./scan-card.ts";
import { wordCount, wordDay, wordShare, wordTime } from "./words.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

/** What each key has used and left. */
export function quotaCard({ keys, at }: Of<"quota">): Card {
  return {
    fallback: `Quota of ${wordCount(keys.length, "key")}`,
    blocks: [
      { kind: "title", tone: "info", text: `Quota of ${wordCount(keys.length, "key")}` },
      ...keys.map((key): CardBlock => ({ kind: "text", text: toKeyText(key) })),
      { kind: "note", text: [`Days and months begin at 00:00 UTC. Now: ${wordTime(at)}`] },
    ],
  };
}

function toKeyText(key: KeyQuota): Text {
  const minute =
    key.perMinute === null ? "no limit a minute" : `minute: ${key.minuteLeft ?? 0} of ${key.perMinute} left`;
  const day = `day: ${wordShare(key.usedToday, key.perDay)} used`;
  const month = `month: ${wordShare(key.usedThisMonth, key.perMonth)} used`;
  const until = key.parkedUntil === null ? "" : ` until ${wordTime(key.parkedUntil)}`;
  const rests = key.parked === null ? [] : [`\n⏸️ rests${until}: ${short(key.parked, 200)}`];
  const refused = key.refusedBefore === null ? [] : [`\n⚠️ refused before: ${short(key.refusedBefore, 200)}`];
  return [{ bold: key.name }, `\n${[minute, day, month].join(" · ")}`, ...rests, ...refused];
}

/** What a scan would cost. */
export function costCard({ plan, askedBy, at, notes = [] }: Of<"cost">): Card {
  const counts = `${wordCount(plan.indicators, "indicator")}: ${plan.toLookUp.toLocaleString("en-US")} to look up, ${plan.cached.toLocaleString("en-US")} cached, ${plan.skipped} skipped, ${plan.rejected} rejected`;
  return {
    fallback: counts,
    blocks: [
      { kind: "title", tone: "info", text: wordCount(plan.toLookUp, "request") },
      {
        kind: "text",
        text: [`${counts}\n${wordCosts(plan, at)}\nAsked by `, { user: askedBy }, ". Nothing was sent."],
      },
      ...toNotes(notes),
    ],
  };
}

/** Running and recent scans. */
export function scansCard({ askedBy, scans }: Of<"scans">): Card {
  const lines = scans.flatMap(toScanLine);
  return {
    fallback: wordCount(scans.length, "scan"),
    blocks: [
      { kind: "title", tone: "info", text: "Running and recent scans" },
      { kind: "text", text: lines.length === 0 ? ["None yet."] : lines },
      { kind: "note", text: ["Asked by ", { user: askedBy }, ". Stop one with: cancel and its id."] },
    ],
  };
}

function toScanLine({ sums, link }: ScanNote): Text {
  const { scan, summary, open } = sums;
  const state = open > 0 ? `${scan.state}, ${open.toLocaleString("en-US")} open` : scan.state;
  const answered = { ...summary, skipped: summary.skipped - open };
  const name = link === null ? { bold: scan.id } : { link, text: scan.id };
  const when = ` · ${state} · ${wordDay(scan.createdAt)} · `;
  return [name, when, toSource(scan.source.name, 60), ` · ${wordSums(answered)}\n`];
}

/** The start page of the bot. */
export function overviewCard({ keys, running, blocks, at }: Of<"overview">): Card {
  const lines = running.flatMap(toScanLine);
  return {
    fallback: "vtip",
    blocks: [
      ...quotaCard({ kind: "quota", keys, at }).blocks,
      { kind: "text", text: [{ bold: "Running scans" }, "\n", ...(lines.length === 0 ? ["None."] : lines)] },
      ...listOf("Newest blocks", blocks, (note) => `since ${wordDay(note.since)}`),
    ],
  };
}
