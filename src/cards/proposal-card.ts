import type { Candidate, PastBlock } from "../block-model.ts";
import type { Reply } from "../reply.ts";
import type { Card, CardBlock, CardRow, Field, Form, Text } from "./card-parts.ts";
import { leftOut, MOST_SHOWN } from "./left-out.ts";
import { lifeField } from "./life-field.ts";
import { wordAgain, wordLetGoCount, wordPast, wordPastShort } from "./past.ts";
import { short } from "./row.ts";
import { wordCount } from "./words.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

/** The question to the approvers. */
export function proposalCard(reply: Of<"proposal">): Card {
  const { proposalId, scanId, content, past, hasApprovers } = reply;
  const { toBlock } = content;
  const pastOf = new Map(past.map((one) => [one.ip, one]));
  // Whoever blocks again what somebody let go has to see who that was and why.
  const isLetGo = ({ ip }: Candidate) => (pastOf.get(ip)?.letGo ?? null) !== null;
  const ordered = [...toBlock.filter(isLetGo), ...toBlock.filter((one) => !isLetGo(one))];
  const shown = ordered.slice(0, MOST_SHOWN);
  const title = `Block ${wordCount(toBlock.length, "address", "addresses")}?`;
  return {
    fallback: `${scanId}: ${title}`,
    blocks: [
      { kind: "title", tone: "unsafe", text: title },
      ...letGoLine(past),
      { kind: "rows", rows: shown.map((one) => toCandidateRow(one, pastOf.get(one.ip))) },
      ...more(toBlock.length, "to block"),
      ...leftOut(content),
      ...(hasApprovers ? [buttons(proposalId, toBlock.length)] : []),
      hasApprovers ? forWhom(reply) : nobody(),
    ],
  };
}

/** Where every unsafe address is left out: there is no question, but a reason. */
export function nothingToBlockCard({ scanId, content }: Of<"nothing-to-block">): Card {
  const title = "Nothing can be blocked here";
  return {
    fallback: `${scanId}: ${title}`,
    blocks: [{ kind: "title", tone: "protected", text: title }, ...leftOut(content)],
  };
}

function forWhom({ isFourEyes, requestedBy, blockDays, past }: Of<"proposal">): CardBlock {
  const others: Text = isFourEyes ? [", but not for ", { user: requestedBy }] : [];
  const rest = `. Blocked ${wordDays(blockDays)}.${blockDays === 0 ? "" : wordAgain(past)} Worked out again from the lists when pressed; good for 7 days.`;
  return { kind: "note", text: ["For approvers", ...others, rest] };
}

function nobody(): CardBlock {
  return {
    kind: "text",
    text: ["⚠️ Nobody may approve, so nothing can be blocked here: set APPROVERS, then scan again."],
  };
}

function letGoLine(past: readonly PastBlock[]): CardBlock[] {
  const words = wordLetGoCount(past);
  return words === null ? [] : [{ kind: "text", text: [`${words}.`] }];
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

function toCandidateRow(
  { ip, detections, total, owner, asn, country, engines }: Candidate,
  past: PastBlock | undefined,
): CardRow {
  const about = [
    `${detections}/${total}`,
    ...(owner === null ? [] : [short(owner)]),
    ...(asn === null ? [] : [`AS${asn}`]),
    ...(country === null ? [] : [short(country)]),
  ];
  return {
    tone: "unsafe",
    head: [{ code: ip }, ` · ${about.join(" · ")}`],
    details: [
      ...(past === undefined ? [] : wordPast(past)),
      ...(past === undefined || engines.length === 0 ? [] : [" · "]),
      ...(engines.length === 0 ? [] : [short(engines.slice(0, 6).join(", "))]),
    ],
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

/** The form behind **Choose…**. */
export function choiceForm({ proposalId, content, past, blockDays }: Of<"choice">): Form {
  const pastOf = new Map(past.map((one) => [one.ip, wordPastShort(one)]));
  const ips: Field = {
    kind: "menu",
    name: "ips",
    label: "Addresses to block",
    isMany: true,
    options: content.toBlock.map(({ ip, detections, total, owner }) => ({
      value: ip,
      label: [
        ip,
        `${detections}/${total}`,
        ...(pastOf.has(ip) ? [pastOf.get(ip)] : []),
        ...(owner === null ? [] : [short(owner, 30)]),
      ].join(" · "),
      isPicked: true,
    })),
  };
  return {
    title: "Choose what to block",
    submit: "Block",
    action: `chosen:${proposalId}`,
    intro: [
      `${wordCount(content.toBlock.length, "unsafe address", "unsafe addresses")}; take out what is not to be blocked.${wordAgain(past)}${toSentence(wordLetGoCount(past))}`,
    ],
    fields: [
      ips,
      lifeField("Blocked for", blockDays),
      { kind: "line", name: "reason", label: "Reason", hint: "for the audit trail" },
    ],
  };
}

function wordDays(days: number): string {
  return days === 0 ? "until removed" : `for ${wordCount(days, "day")}`;
}

function toSentence(words: string | null): string {
  return words === null ? "" : ` ${words}: the card says by whom.`;
}
