import type { BlockNote, Reply } from "../reply.ts";
import type { Card, CardBlock, Text } from "./card-parts.ts";
import { wordGuard } from "./left-out.ts";
import { short, toSource } from "./row.ts";
import { wordCount, wordDay, wordTime } from "./words.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

/** Everything known here about one address. */
export function whyCard(reply: Of<"why">): Card {
  const { askedBy, ip, blocked, block, protectedBy, guard, sightings, acts } = reply;
  const seen = sightings.newest.map(({ scanId, at, source, status }): Text => [
    `${scanId} · ${wordDay(at)} · `,
    toSource(source, 60),
    ` · ${status ?? "open"}\n`,
  ]);
  const done = acts
    .slice(-10)
    .map(({ at, who, action, detail }): Text => [
      `${wordTime(at)} · ${action} · ${short(who, 80)}${evidenceOf(detail)}${reasonOf(detail)}\n`,
    ]);
  return {
    fallback: `${ip}: ${blocked === null ? "not blocked" : "blocked"}`,
    blocks: [
      {
        kind: "title",
        tone: blocked === null ? "info" : "blocked",
        text: `${ip}: ${blocked === null ? "not blocked" : "blocked"}`,
      },
      {
        kind: "text",
        text: [
          ...toBlocked(blocked, block),
          ...toProtected(protectedBy),
          ...(guard === null
            ? []
            : [`\n${guard.kind === "own" ? "🏠" : "☁️"} Never proposed: ${wordGuard(guard)}.`]),
          "\nAsked by ",
          { user: askedBy },
        ],
      },
      {
        kind: "text",
        text: [{ bold: `Seen in ${wordCount(sightings.count, "scan")}` }, "\n", ...seen.flat()],
      },
      ...(done.length === 0
        ? []
        : [{ kind: "text", text: [{ bold: "What people did" }, "\n", ...done.flat()] } as const]),
    ],
  };
}

function toBlocked(blocked: Of<"why">["blocked"], block: BlockNote | null): Text {
  if (blocked === null) return ["It is not on the blacklist."];
  if (block === null) return [`On the blacklist, line ${blocked.line}.`];
  if (block.by === null) {
    return [`On the blacklist since ${wordTime(block.since)}, line ${blocked.line}; put there by hand.`];
  }
  const until = block.until === null ? "until removed" : `until ${wordDay(block.until)}`;
  return [
    `Blocked since ${wordTime(block.since)}, `,
    until,
    ", by ",
    { user: block.by },
    ` (line ${blocked.line}).`,
  ];
}

function toProtected(line: Of<"why">["protectedBy"]): Text {
  return line === null
    ? ["\nNo whitelist entry protects it."]
    : [`\n🛡️ Protected by ${short(line.entry)} (whitelist line ${line.line}).`];
}

/** Engines that a line names. */
const MOST_ENGINES = 3;

/** What the audit trail has of the verdict on which an address was blocked, and of its scan. */
function evidenceOf({ detections, total, engines, scan }: Readonly<Record<string, unknown>>): string {
  if (typeof detections !== "number" || typeof total !== "number") return "";
  const names = Array.isArray(engines) ? engines.map(String) : [];
  const shown = names.slice(0, MOST_ENGINES).map((name) => short(name, 40));
  const left = names.length - shown.length;
  const by = shown.length === 0 ? "" : ` by ${shown.join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
  return ` · ${detections}/${total}${by}${typeof scan === "string" ? `, ${scan}` : ""}`;
}

function reasonOf(detail: Readonly<Record<string, unknown>>): string {
  const { reason } = detail;
  return typeof reason === "string" && reason !== "" ? ` · ${short(reason, 100)}` : "";
}

/** What is blocked, in numbers; the file goes with it. */
export function blockListCard({
  askedBy,
  count,
  whitelisted,
  newest,
  endingSoon,
  at,
}: Of<"block-list">): Card {
  const guarded =
    whitelisted === 0 ? [] : [`\n🛡️ ${whitelisted} of them are whitelisted too: take them out of one list.`];
  return {
    fallback: `${count} blocked`,
    blocks: [
      { kind: "title", tone: "blocked", text: `${wordCount(count, "address", "addresses")} blocked` },
      { kind: "text", text: [`As of ${wordTime(at)}, asked by `, { user: askedBy }, ...guarded] },
      ...listOf("Newest", newest, (note) => `since ${wordDay(note.since)}`),
      ...listOf("Ending soon", endingSoon, (note) => `until ${wordDay(note.until ?? at)}`),
    ],
  };
}

/** Blocks under a heading; nothing when there are none. */
export function listOf(
  heading: string,
  notes: readonly BlockNote[],
  about: (note: BlockNote) => string,
): CardBlock[] {
  if (notes.length === 0) return [];
  const lines = notes.flatMap((note): Text => [
    "\n",
    { code: note.ip },
    ` ${about(note)}, `,
    ...(note.by === null ? ["by hand"] : ["by ", { user: note.by }]),
  ]);
  return [{ kind: "text", text: [{ bold: heading }, ...lines] }];
}

export function unblockedCard({ askedBy, ip, reason }: Of<"unblocked">): Card {
  const why = reason === null ? [] : [`: ${short(reason, 300)}`];
  return {
    fallback: `${ip} is off the blacklist`,
    blocks: [
      { kind: "text", text: ["✅ ", { code: ip }, " is off the blacklist, by ", { user: askedBy }, ...why] },
    ],
  };
}
