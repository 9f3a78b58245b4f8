import type { DigestEntry, DigestFlip, Kept, OverBy } from "../block-model.ts";
import type { Reply } from "../reply.ts";
import type { Card, CardBlock, CardRow, Form, Text } from "./card-parts.ts";
import { codes, MOST_SHOWN, wordGuard } from "./left-out.ts";
import { lifeField } from "./life-field.ts";
import { short } from "./row.ts";
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
      ...calmLines(calm),
      ...(flips.length === 0 ? [] : [flipLines(flips)]),
    ],
  };
}

function titleOf({ asked, flips }: Of<"digest">): string {
  if (asked.length === 0) return `${wordCount(flips.length, "verdict")} of listed addresses changed`;
  const open = asked.filter(({ outcome }) => outcome.kind === "open");
  if (open.length === 0)
    return `${wordCount(asked.length, "block")} that were to end: nothing is left to decide`;
  const isUnsafe = open.every(({ found }) => found !== null);
  const [ends, is] = open.length === 1 ? ["ends", "is"] : ["end", "are"];
  return `${wordCount(open.length, "block")} ${ends} soon${isUnsafe ? ` and ${is} still unsafe` : ""}`;
}

/** Whether it can be decided now. */
function isOpen({ outcome, kept }: DigestEntry): boolean {
  return outcome.kind === "open" && kept === null;
}

function question(reply: Of<"digest">): CardBlock[] {
  const { digestId, asked, hasApprovers, extendDays } = reply;
  const open = asked.filter(isOpen);
  const shown = [...open, ...asked.filter((entry) => !isOpen(entry))].slice(0, MOST_SHOWN);
  const left = asked.length - shown.length;
  const where = open.length > 0 ? ": Choose… has those to decide" : "";
  return [
    { kind: "rows", rows: shown.map(toEntryRow) },
    ...(left > 0 ? [note([`and ${left.toLocaleString("en-US")} more${where}`])] : []),
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
  const { ip, until, approvedBy, outcome } = entry;
  const isStill = outcome.kind === "open" || outcome.kind === "let go";
  const state = isStill ? `ends ${wordTime(until)}` : `was to end ${wordTime(until)}`;
  return {
    tone: isOpen(entry) ? "unsafe" : "info",
    head: [{ code: ip }, ` · ${[...wordScore(entry), state].join(" · ")}`],
    details: [...wordOutcome(entry), "approved by ", { user: approvedBy }],
  };
}

/** What was found now, or, where nothing was, what it was blocked on. */
function wordScore({ found, evidence }: DigestEntry): readonly string[] {
  if (found !== null) return [`${found.detections}/${found.total}`];
  const then = evidence === null ? "" : ` (${evidence.detections}/${evidence.total} when blocked)`;
  return [`⚠️ not looked up again${then}`];
}

function wordOutcome({ outcome, kept }: DigestEntry): Text {
  switch (outcome.kind) {
    case "open":
      return kept === null ? [] : [`${wordKept(kept)}, so it is not extended · `];
    case "extended":
      return [
        `✅ extended ${outcome.until === null ? "until removed" : `until ${wordDay(outcome.until)}`} by `,
        { user: outcome.by },
        " · ",
      ];
    case "let go":
      return ["🕊️ let go by ", { user: outcome.by }, " · "];
    case "over":
      return [...wordOver(outcome.by, outcome.at), " · "];
  }
}

function wordKept(kept: Kept): string {
  switch (kept.kind) {
    case "whitelist":
      return `🛡️ whitelisted (${short(kept.line.entry, 60)}, line ${kept.line.line})`;
    case "guard":
      return `${kept.guard.kind === "own" ? "🏠" : "☁️"} ${wordGuard(kept.guard)}`;
  }
}

function wordOver(by: OverBy, at: number): Text {
  switch (by.kind) {
    case "end":
      return [`ended ${wordTime(at)}, nobody decided`];
    case "whitelist":
      return [`taken out ${wordTime(at)}, as it was whitelisted`];
    case "hand":
      return [`taken out by hand, seen ${wordTime(at)}`];
    case "person":
      return [`taken out ${wordTime(at)} by `, { user: by.id }];
  }
}

const CALM = [
  ["🟢", "clean"],
  ["🟡", "suspicious"],
  ["⚪", "unknown"],
] as const;

/** What is unsafe no longer, by what it is now. */
function calmLines(calm: readonly DigestEntry[]): CardBlock[] {
  return CALM.flatMap(([sign, status]) => {
    const ips = calm.filter(({ found }) => found?.status === status).map(({ ip }) => ip);
    const [block, end] = [wordCount(ips.length, "block"), ips.length === 1 ? "ends" : "end"];
    const text: Text = [`${sign} ${block} ${end}, unsafe no longer but ${status}: `, ...codes(ips)];
    return ips.length === 0 ? [] : [{ kind: "text", text }];
  });
}

function flipLines(flips: readonly DigestFlip[]): CardBlock {
  const shown = flips.slice(0, MOST_SHOWN);
  const left = flips.length - shown.length;
  const lines = shown.flatMap(({ ip, list, before, after, scanId, isListed }): Text => [
    "\n",
    { code: ip },
    ` ${list === "blacklisted" ? "blocked" : "whitelisted"}: ${before} → ${after} (${scanId})${isListed ? "" : ", not any more on that list"}`,
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
        options: open.map((entry) => {
          const words = [entry.ip, ...wordScore(entry), `ends ${wordDay(entry.until)}`];
          return { value: entry.ip, label: words.join(" · "), isPicked: true };
        }),
      },
      lifeField("Extended by", extendDays),
      { kind: "line", name: "reason", label: "Reason", hint: "for the audit trail" },
    ],
  };
}
