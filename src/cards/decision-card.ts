import type { Decision } from "../block-model.ts";
import type { Reply } from "../reply.ts";
import type { Card, CardBlock, Text } from "./card-parts.ts";
import { codes, leftOut, MOST_SHOWN } from "./left-out.ts";
import { short } from "./row.ts";
import { wordCount, wordDay, wordTime } from "./words.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

/** The card after it was decided: no buttons but **Undo**. */
export function decisionCard(reply: Of<"decision">): Card {
  const { decision } = reply;
  switch (decision.state) {
    case "blocked":
      return blockedCard(reply);
    case "dismissed":
      return closed("Dismissed: nothing was blocked", [
        "Dismissed",
        ...byWhom(decision.by, decision.at),
        ...wordReason(decision.reason),
      ]);
    case "undone":
      return closed(`Undone: ${wordCount(decision.removed.length, "address", "addresses")} off the list`, [
        "Blocked",
        ...byWhom(decision.by, decision.at),
        ". Undone",
        ...byWhom(decision.undoneBy, decision.undoneAt ?? decision.at),
        ...(decision.removed.length === 0 ? [] : [": ", ...codes(decision.removed)]),
        ...wordReason(decision.reason),
      ]);
    case "expired":
      return closed("Expired: nobody decided within 7 days", [
        "Nothing was blocked. Scan the addresses again for a new question.",
      ]);
  }
}

function blockedCard({ proposalId, scanId, decision }: Of<"decision">): Card {
  const { by, at, added, leftOut: unticked, reason, until } = decision;
  const life = until === null ? ", until removed" : `, until ${wordDay(until)}`;
  const undo: CardBlock = {
    kind: "buttons",
    buttons: [{ label: "Undo", action: `undo:${proposalId}`, style: "plain" }],
  };
  return {
    fallback: `${scanId}: ${added.length} blocked`,
    blocks: [
      { kind: "title", tone: "blocked", text: `${wordCount(added.length, "address", "addresses")} blocked` },
      { kind: "text", text: ["Blocked", ...byWhom(by, at), life, ...wordReason(reason)] },
      ...lineOf("⛔ ", added),
      ...longer(decision),
      ...extended(decision),
      ...leftOut(decision),
      ...lineOf(`◽ ${unticked.length} not chosen: `, unticked),
      ...(added.length === 0 ? [] : [undo]),
    ],
  };
}

function lineOf(words: string, ips: readonly string[]): CardBlock[] {
  return ips.length === 0 ? [] : [{ kind: "text", text: [words, ...codes(ips)] }];
}

/** Those that end later than the others. */
function longer({ longer: ones }: Decision): CardBlock[] {
  return endsLine("🔁 Blocked before, so twice as long: ", ones);
}

function extended({ extended: ones }: Decision): CardBlock[] {
  return endsLine("✅ Extended since: ", ones);
}

function endsLine(
  words: string,
  ones: readonly { readonly ip: string; readonly until: number | null }[],
): CardBlock[] {
  if (ones.length === 0) return [];
  const text = ones
    .slice(0, MOST_SHOWN)
    .flatMap(({ ip, until }, at): Text => [
      at === 0 ? "" : ", ",
      { code: ip },
      until === null ? " until removed" : ` until ${wordDay(until)}`,
    ]);
  const left = ones.length - MOST_SHOWN;
  const rest = left > 0 ? [` and ${left.toLocaleString("en-US")} more`] : [];
  return [{ kind: "text", text: [words, ...text, ...rest] }];
}

function byWhom(by: string | null, at: number): Text {
  return [...(by === null ? [] : [" by ", { user: by }]), ` on ${wordTime(at)}`];
}

function wordReason(reason: string | null): Text {
  return reason === null ? [] : [`\nReason: ${short(reason, 500)}`];
}

function closed(title: string, text: Text): Card {
  return {
    fallback: title,
    blocks: [
      { kind: "title", tone: "info", text: title },
      { kind: "text", text },
    ],
  };
}
