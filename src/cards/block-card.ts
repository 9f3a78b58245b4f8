import type { BlockNote } from "../block-model.ts";
import type { Reply } from "../reply.ts";
import type { Card, CardBlock, Text } from "./card-parts.ts";
import { short } from "./row.ts";
import { wordCount, wordDay, wordTime } from "./words.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

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
