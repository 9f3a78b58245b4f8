import type { Candidate, Reply } from "../reply.ts";
import type { Card, CardBlock, CardRow, Field, Form, Text } from "./card-parts.ts";
import { codes, leftOut, MOST_SHOWN } from "./left-out.ts";
import { short } from "./row.ts";
import { wordCount, wordDay, wordTime } from "./words.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

/** The question to the approvers. */
export function proposalCard(reply: Of<"proposal">): Card {
  const { proposalId, scanId, content, hasApprovers } = reply;
  const { toBlock } = content;
  const title = `Block ${wordCount(toBlock.length, "address", "addresses")}?`;
  return {
    fallback: `${scanId}: ${title}`,
    blocks: [
      { kind: "title", tone: "unsafe", text: title },
      { kind: "rows", rows: toBlock.slice(0, MOST_SHOWN).map(toCandidateRow) },
      ...more(toBlock.length, "to block"),
      ...leftOut(content),
      ...(hasApprovers ? [buttons(proposalId, toBlock.length)] : []),
      hasApprovers ? forWhom(reply) : nobody(),
    ],
  };
}

function forWhom({ isFourEyes, requestedBy, blockDays }: Of<"proposal">): CardBlock {
  const others: Text = isFourEyes ? [", but not for ", { user: requestedBy }] : [];
  const rest = `. Blocked ${wordLife(blockDays)}. Worked out again from the lists when pressed; good for 7 days.`;
  return { kind: "note", text: ["For approvers", ...others, rest] };
}

function nobody(): CardBlock {
  return {
    kind: "text",
    text: ["⚠️ Nobody may approve, so nothing can be blocked here: set APPROVERS, then scan again."],
  };
}

function buttons(proposalId: string, count: number): CardBlock {
  return {
    kind: "buttons",
    buttons: [
      { label: `Block ${count}`, action: `block:${proposalId}`, style: "danger" },
      { label: "Choose…", action: `choose:${proposalId}`, style: "plain" },
      { label: "Dismiss", action: `dismiss:${proposalId}`, style: "plain" },
    ],
  };
}

function toCandidateRow({ ip, detections, total, owner, asn, country, engines }: Candidate): CardRow {
  const about = [
    `${detections}/${total}`,
    ...(owner === null ? [] : [short(owner)]),
    ...(asn === null ? [] : [`AS${asn}`]),
    ...(country === null ? [] : [short(country)]),
  ];
  return {
    tone: "unsafe",
    head: [{ code: ip }, ` · ${about.join(" · ")}`],
    details: engines.length === 0 ? [] : [short(engines.slice(0, 6).join(", "))],
  };
}

function more(count: number, what: string): CardBlock[] {
  return count <= MOST_SHOWN
    ? []
    : [
        {
          kind: "note",
          text: [`and ${(count - MOST_SHOWN).toLocaleString("en-US")} more ${what}: in the file`],
        },
      ];
}

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
      ...leftOut(decision),
      ...lineOf(`◽ ${unticked.length} not chosen: `, unticked),
      ...(added.length === 0 ? [] : [undo]),
    ],
  };
}

function lineOf(words: string, ips: readonly string[]): CardBlock[] {
  return ips.length === 0 ? [] : [{ kind: "text", text: [words, ...codes(ips)] }];
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

const LIVES: readonly (readonly [number, string])[] = [
  [7, "7 days"],
  [30, "30 days"],
  [90, "90 days"],
  [0, "until removed"],
];

/** The form behind **Choose…**. */
export function choiceForm({ proposalId, content, blockDays }: Of<"choice">): Form {
  const lives = LIVES.some(([days]) => days === blockDays)
    ? LIVES
    : [[blockDays, `${blockDays} days`] as const, ...LIVES];
  const life: Field = {
    kind: "menu",
    name: "days",
    label: "Blocked for",
    isMany: false,
    options: lives.map(([days, label]) => ({ value: String(days), label, isPicked: days === blockDays })),
  };
  const ips: Field = {
    kind: "menu",
    name: "ips",
    label: "Addresses to block",
    isMany: true,
    options: content.toBlock.map(({ ip, detections, total, owner }) => ({
      value: ip,
      label: [ip, `${detections}/${total}`, ...(owner === null ? [] : [short(owner, 30)])].join(" · "),
      isPicked: true,
    })),
  };
  return {
    title: "Choose what to block",
    submit: "Block",
    action: `chosen:${proposalId}`,
    intro: [
      `${wordCount(content.toBlock.length, "unsafe address", "unsafe addresses")}; take out what is not to be blocked.`,
    ],
    fields: [ips, life, { kind: "line", name: "reason", label: "Reason", hint: "for the audit trail" }],
  };
}

function wordLife(days: number): string {
  return days === 0 ? "until removed" : `for ${wordCount(days, "day")}`;
}
