import type { DigestEntry, DigestFlip } from "../block-model.ts";
import type { Reply } from "../reply.ts";
import type { Card, CardBlock, CardRow, Form, Text } from "./card-parts.ts";
import { codes, MOST_SHOWN } from "./left-out.ts";
import { lifeField } from "./life-field.ts";
import { wordCount, wordDay, wordTime } from "./words.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

/** What a channel is told once a day: blocks that end soon, with the question about them, and verdicts that flipped. */
export function digestCard(reply: Of<"digest">): Card {
  const { digestId, asked, calm, flips } = reply;
  const title = titleOf(reply);
  return {
    fallback: `${digestId}: ${title}`,
    blocks: [
      { kind: "title", tone: asked.length > 0 ? "unsafe" : "info", text: title },
      ...(asked.length === 0 ? [] : question(reply)),
      ...(calm.length === 0 ? [] : [calmLine(calm)]),
      ...(flips.length === 0 ? [] : [flipLines(flips)]),
    ],
  };
}

function titleOf({ asked, flips }: Of<"digest">): string {
  if (asked.length === 0) return `${wordCount(flips.length, "verdict")} of listed addresses changed`;
  const open = asked.filter(({ outcome }) => outcome.kind === "open").length;
  if (open === 0) return `${wordCount(asked.length, "block")} decided`;
  const isUnsafe = asked.every(({ found }) => found !== null);
  return open === 1
    ? `1 block ends soon${isUnsafe ? " and is still unsafe" : ""}`
    : `${open} blocks end soon${isUnsafe ? " and are still unsafe" : ""}`;
}

function question(reply: Of<"digest">): CardBlock[] {
  const { digestId, asked, hasApprovers, extendDays } = reply;
  const open = asked.filter(({ outcome }) => outcome.kind === "open");
  const shown = [...open, ...asked.filter(({ outcome }) => outcome.kind !== "open")].slice(0, MOST_SHOWN);
  const left = asked.length - shown.length;
  return [
    { kind: "rows", rows: shown.map(toEntryRow) },
    ...(left > 0
      ? [
          note([
            `and ${left.toLocaleString("en-US")} more${open.length > 0 ? ": Choose… has those to decide" : ""}`,
          ]),
        ]
      : []),
    ...(open.length === 0 ? [] : ask(digestId, open.length, { hasApprovers, extendDays })),
  ];
}

function ask(
  digestId: string,
  count: number,
  { hasApprovers, extendDays }: Pick<Of<"digest">, "hasApprovers" | "extendDays">,
): CardBlock[] {
  const rest = "Without a decision each ends by itself.";
  if (!hasApprovers) return [note([`Nobody may decide: APPROVERS names no one. ${rest}`])];
  return [
    {
      kind: "buttons",
      buttons: [
        { label: `Extend ${count}`, action: `extend:${digestId}`, style: "primary" },
        { label: "Choose…", action: `choose-ends:${digestId}`, style: "plain" },
        { label: "Let go", action: `let-go:${digestId}`, style: "plain" },
      ],
    },
    note([`For approvers. Extend: ${wordCount(extendDays, "day")} more. ${rest}`]),
  ];
}

function toEntryRow(entry: DigestEntry): CardRow {
  const { ip, until, approvedBy, found, evidence, outcome } = entry;
  const points = found ?? evidence;
  const score = points === null ? [] : [`${points.detections}/${points.total}`];
  const state = outcome.kind === "open" ? `ends ${wordTime(until)}` : `was to end ${wordTime(until)}`;
  return {
    tone: outcome.kind === "open" ? "unsafe" : "info",
    head: [{ code: ip }, ` · ${[...score, state].join(" · ")}`],
    details: [
      ...toOutcome(entry),
      "approved by ",
      { user: approvedBy },
      ...(found === null && outcome.kind === "open"
        ? [" · ⚠️ not looked up again: no request was spare; the score is from when it was blocked"]
        : []),
    ],
  };
}

function toOutcome({ outcome }: DigestEntry): Text {
  switch (outcome.kind) {
    case "open":
      return [];
    case "extended":
      return [
        `✅ extended ${outcome.until === null ? "until removed" : `until ${wordDay(outcome.until)}`} by `,
        { user: outcome.by },
        " · ",
      ];
    case "let go":
      return ["🕊️ let go by ", { user: outcome.by }, " · "];
    case "over":
      return outcome.by === null
        ? [`ended ${wordTime(outcome.at)}, nobody decided · `]
        : [`taken out ${wordTime(outcome.at)} by `, ...toPerson(outcome.by), " · "];
  }
}

function toPerson(by: string): Text {
  return by.includes(":") ? [{ user: by }] : [by];
}

function calmLine(calm: readonly DigestEntry[]): CardBlock {
  const count = wordCount(calm.length, "block");
  const ends = calm.length === 1 ? "ends, unsafe no longer" : "end, unsafe no longer";
  return { kind: "text", text: [`🟢 ${count} ${ends}: `, ...codes(calm.map(({ ip }) => ip))] };
}

function flipLines(flips: readonly DigestFlip[]): CardBlock {
  const shown = flips.slice(0, MOST_SHOWN);
  const left = flips.length - shown.length;
  const lines = shown.flatMap(({ ip, list, before, after, scanId }): Text => [
    "\n",
    { code: ip },
    ` ${list === "blacklisted" ? "blocked" : "whitelisted"}: ${before} → ${after} (${scanId})`,
  ]);
  const more = left > 0 ? [`\nand ${left.toLocaleString("en-US")} more`] : [];
  return { kind: "text", text: [{ bold: "Verdicts that changed" }, ...lines, ...more] };
}

function note(text: Text): CardBlock {
  return { kind: "note", text };
}

/** The form behind **Choose…** of a digest. */
export function extensionForm({ digestId, open, extendDays }: Of<"extension-choice">): Form {
  return {
    title: "Choose what stays",
    submit: "Extend",
    action: `extend-chosen:${digestId}`,
    intro: [`${wordCount(open.length, "block")} can be extended; take out what is to end.`],
    fields: [
      {
        kind: "menu",
        name: "ips",
        label: "Addresses to keep blocked",
        isMany: true,
        options: open.map(({ ip, until, found, evidence }) => {
          const points = found ?? evidence;
          const score = points === null ? [] : [`${points.detections}/${points.total}`];
          return { value: ip, label: [ip, ...score, `ends ${wordDay(until)}`].join(" · "), isPicked: true };
        }),
      },
      lifeField("Extended by", extendDays),
      { kind: "line", name: "reason", label: "Reason", hint: "for the audit trail" },
    ],
  };
}
