import type { Flips, Reply, VerdictFlip } from "../reply.ts";
import type { Card, CardBlock, CardRow, Text } from "./card-parts.ts";
import { short } from "./row.ts";
import { wordCount } from "./words.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

/** Of a list's entry. */
const ENTRY_LENGTH = 60;

/** What changed about addresses that are blocked or whitelisted, and what is to be done about it. */
export function flipsCard({ scanId, flips }: Of<"flips">): Card {
  const { count, shown } = flips;
  const title = `${wordCount(count, "verdict")} changed`;
  const left = count - shown.length;
  return {
    fallback: `${scanId}: ${title}`,
    blocks: [
      { kind: "title", tone: "info", text: title },
      { kind: "rows", rows: shown.map(toRow) },
      ...(left > 0 ? [note(`and ${left.toLocaleString("en-US")} more: in the file`)] : []),
      note("Of addresses on the blacklist or the whitelist, since VirusTotal was last asked about them."),
    ],
  };
}

function note(text: string): CardBlock {
  return { kind: "note", text: [text] };
}

function toRow(flip: VerdictFlip): CardRow {
  return {
    tone: flip.after.status,
    head: [{ code: flip.ip }, ` · ${wordFlip(flip)}`],
    details: toNext(flip),
  };
}

/** For a terminal: `2 verdicts of listed addresses changed: 45.10.0.1 blocked, was unsafe (9/90), now clean (0/90); …`. */
export function wordFlips({ count, shown }: Flips): string {
  const changes = shown.map((flip) => `${flip.ip} ${wordFlip(flip)}`);
  const left = count - shown.length;
  const all = left > 0 ? [...changes, `and ${left.toLocaleString("en-US")} more`] : changes;
  const remedy = shown.some(mayGo) ? ". To take one off the blacklist: vtip unblock IP" : "";
  return `${wordCount(count, "verdict")} of listed addresses changed: ${all.join("; ")}${remedy}`;
}

/** `blocked, was unsafe (9/90), now clean (0/90)`. */
function wordFlip({ list, before, after }: VerdictFlip): string {
  const listed = list === "blacklisted" ? "blocked" : "whitelisted";
  return `${listed}, was ${wordVerdict(before)}, now ${wordVerdict(after)}`;
}

function wordVerdict({ status, score }: VerdictFlip["before"]): string {
  return score === null ? status : `${status} (${score})`;
}

/** Blocked, though it is no longer unsafe. */
function mayGo({ list, line, after }: VerdictFlip): boolean {
  return list === "blacklisted" && line !== null && after.status !== "unsafe";
}

function toNext(flip: VerdictFlip): Text {
  const { ip, list, entry, line, after } = flip;
  const isUnsafe = after.status === "unsafe";
  if (line === null) return [`off the ${list === "blacklisted" ? "blacklist" : "whitelist"} since`];
  if (list === "whitelisted") {
    const where = `whitelist line ${line} (${short(entry, ENTRY_LENGTH)})`;
    return [
      isUnsafe ? `${where} still protects it: take it out if it is to be blocked` : `${where} protects it`,
    ];
  }
  return mayGo(flip)
    ? ["still blocked; ", { code: `unblock ${ip}` }, " if it is to go"]
    : ["stays blocked; nothing is to be done"];
}
