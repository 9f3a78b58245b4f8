import type { Reply } from "../reply.ts";
import type { Card, Span, Text } from "./card-parts.ts";
import { wordGuard } from "./left-out.ts";
import { short } from "./row.ts";
import { toBlockLines, toStoryText } from "./story-text.ts";
import { wordCount, wordTime } from "./words.ts";

type Why = Extract<Reply, { kind: "why" }>;

/** Lines of the story that a card shows, and how long they may be together, addresses of links included. */
const MOST_LINES = 15;
const MOST_CHARACTERS = 2400;

/** Everything known here about one address: how it stands, and what happened to it, the newest last. */
export function whyCard(reply: Why): Card {
  const { askedBy, ip, blocked, protectedBy, guard, seenIn, story } = reply;
  const title = `${ip}: ${blocked === null ? "not blocked" : "blocked"}`;
  const { lines, earlier } = newestOf(story.events.map(toLine));
  const more = [...toEarlier(earlier, ip), ...toLeftOut(story.earlierLookUps)];
  return {
    fallback: title,
    blocks: [
      { kind: "title", tone: blocked === null ? "info" : "blocked", text: title },
      {
        kind: "text",
        text: [
          ...toBlocked(reply),
          ...toProtected(protectedBy),
          ...(guard === null
            ? []
            : [`\n${guard.kind === "own" ? "🏠" : "☁️"} Never proposed: ${wordGuard(guard)}.`]),
          "\nAsked by ",
          { user: askedBy },
        ],
      },
      { kind: "text", text: [{ bold: `Seen in ${wordCount(seenIn, "scan")}` }, "\n", ...lines.flat()] },
      ...(more.length === 0 ? [] : [{ kind: "note", text: more } as const]),
    ],
  };
}

function toBlocked({ blocked, block }: Why): Text {
  if (blocked === null) return ["It is not on the blacklist."];
  if (block === null) return [`On the blacklist, line ${blocked.line}.`];
  return toBlockLines(block, blocked.line).flatMap((line, at) => [...(at === 0 ? [] : ["\n"]), ...line]);
}

function toProtected(line: Why["protectedBy"]): Text {
  return line === null
    ? ["\nNo whitelist entry protects it."]
    : [`\n🛡️ Protected by ${short(line.entry)} (whitelist line ${line.line}).`];
}

function toLine(event: Why["story"]["events"][number]): Text {
  return [`${wordTime(event.at)} · `, ...toStoryText(event), "\n"];
}

/** As many of the last lines as a card holds. */
function newestOf(lines: readonly Text[]): { readonly lines: readonly Text[]; readonly earlier: number } {
  const newest = lines.slice(-MOST_LINES);
  let length = newest.reduce((sum, line) => sum + lengthOf(line), 0);
  while (newest.length > 1 && length > MOST_CHARACTERS) length -= lengthOf(newest.shift() ?? []);
  return { lines: newest, earlier: lines.length - newest.length };
}

function lengthOf(line: Text): number {
  return line.reduce((sum, span) => sum + sizeOf(span), 0);
}

function sizeOf(span: Span): number {
  return typeof span === "string" ? span.length : Object.values(span).join("").length;
}

function toEarlier(count: number, ip: string): Text {
  if (count === 0) return [];
  return [
    `and ${count.toLocaleString("en-US")} earlier: `,
    { code: `vtip why ${ip}` },
    " at the command line has all. ",
  ];
}

function toLeftOut(lookUps: number): Text {
  return lookUps === 0 ? [] : [`${wordCount(lookUps, "older look-up")} left out.`];
}
