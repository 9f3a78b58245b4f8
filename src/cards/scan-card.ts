import type { Plan, Summary } from "../model.ts";
import type { Reply, ScanHead } from "../reply.ts";
import type { Card, CardBlock, Text, Tone } from "./card-parts.ts";
import { wordClosure, wordCosts } from "./costs.ts";
import { short, toRow, toSource } from "./row.ts";
import { wordCount, wordDay, wordDuration } from "./words.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

const DAY_MS = 24 * 3_600_000;
const OLD_MS = 90 * DAY_MS;
const BAR_LENGTH = 20;

/** A scan that waits for a person to say that it may spend so much. */
export function planCard({ head, plan, at }: Of<"plan">): Card {
  const counts = `${number(plan.toLookUp)} to look up, ${number(plan.cached)} cached`;
  return {
    fallback: `${head.scanId}: ${counts}. Start it?`,
    blocks: [
      { kind: "title", tone: "waiting", text: `${wordCount(plan.toLookUp, "request")}: start?` },
      {
        kind: "text",
        text: [...opening(head), `\n${wordCount(plan.indicators, "indicator")}: ${counts}${beside(plan)}`],
      },
      { kind: "text", text: [wordCosts(plan, at)] },
      ...toNotes(head.notes),
      {
        kind: "buttons",
        buttons: [
          { label: "Start", action: `start:${head.scanId}`, style: "primary" },
          { label: "Cached only", action: `cached:${head.scanId}`, style: "plain" },
          { label: "Cancel", action: `cancel:${head.scanId}`, style: "plain" },
        ],
      },
      { kind: "note", text: ["For who asked, and for approvers. Cached only spends no request."] },
    ],
  };
}

/** A scan under way. */
export function progressCard({ head, progress, cached, toLookUp }: Of<"progress">): Card {
  const { done, total, unsafe, leftMs, closure } = progress;
  const left = leftMs === null || done === total ? "" : ` · about ${wordDuration(leftMs)} left`;
  const counts = `${number(done)}/${number(total)} · ${number(unsafe)} unsafe so far${left}`;
  const source = `${number(cached)} cached, ${number(toLookUp)} to look up`;
  const waits = closure === null || done === total ? [] : [`\n⏸️ ${wordClosure(closure)}`];
  return {
    fallback: `${head.scanId}: ${counts}`,
    blocks: [
      {
        kind: "title",
        tone: unsafe > 0 ? "unsafe" : "waiting",
        text: `Checking ${wordCount(total, "input")}`,
      },
      {
        kind: "text",
        text: [...opening(head), ` · ${source}\n`, { code: bar(done, total) }, ` ${counts}`, ...waits],
      },
      ...toNotes(head.notes),
      {
        kind: "buttons",
        buttons: [{ label: "Cancel", action: `cancel:${head.scanId}`, style: "plain" }],
      },
    ],
  };
}

function bar(done: number, total: number): string {
  const full = total === 0 ? BAR_LENGTH : Math.floor((BAR_LENGTH * done) / total);
  return "█".repeat(full) + "░".repeat(BAR_LENGTH - full);
}

/** The summary: sums that add up to the number of inputs, and the worst first. */
export function reportCard({ head, state, summary, first, oldestAnalysisAt, rule, at }: Of<"report">): Card {
  const total = summary.indicators + summary.rejected;
  const cancelled = state === "cancelled" ? "cancelled · " : "";
  const sums = wordSums(summary);
  const more = summary.unsafe - first.filter((result) => result.status === "unsafe").length;
  return {
    fallback: `${head.scanId}: ${cancelled}${sums}`,
    blocks: [
      { kind: "title", tone: toTone(summary), text: `${cancelled}${toHeadline(summary)}` },
      { kind: "text", text: [...opening(head), `\n${wordCount(total, "input")}: ${sums}`] },
      ...(first.length === 0
        ? []
        : [{ kind: "rows", rows: first.map((result) => toRow(result, rule, at)) } as const]),
      ...(more > 0 ? [note(`${number(more)} more unsafe in the thread and the file`)] : []),
      ...toNotes(head.notes),
      note(
        [
          `${wordCount(summary.requests, "request")}, ${number(summary.cached)} cached, ${wordDuration(summary.elapsedMs)}`,
          ...(oldestAnalysisAt === null ? [] : [wordOldest(oldestAnalysisAt, at)]),
          `unsafe = more than ${rule.unsafeAbove} detections`,
        ].join(" · "),
      ),
    ],
  };
}

function wordOldest(oldestAt: number, at: number): string {
  const mark = at - oldestAt > OLD_MS ? "⚠️ " : "";
  return `${mark}oldest analysis of ${wordDay(oldestAt)}`;
}

/** `14 unsafe, 28 clean, 6 not checked (3 skipped, 3 rejected)`: adds up to the number of inputs. */
export function wordSums(summary: Summary): string {
  const { failed, skipped, rejected } = summary;
  const notChecked = failed + skipped + rejected;
  const kinds = [count(failed, "failed"), count(skipped, "skipped"), count(rejected, "rejected")].flat();
  return [
    [`${number(summary.unsafe)} unsafe`],
    count(summary.suspicious, "suspicious"),
    count(summary.clean, "clean"),
    count(summary.unknown, "unknown"),
    notChecked === 0 ? [] : [`${number(notChecked)} not checked (${kinds.join(", ")})`],
  ]
    .flat()
    .join(", ");
}

function count(many: number, word: string): string[] {
  return many === 0 ? [] : [`${number(many)} ${word}`];
}

function toTone(summary: Summary): Tone {
  if (summary.unsafe > 0) return "unsafe";
  if (summary.suspicious > 0) return "suspicious";
  if (summary.failed + summary.skipped + summary.rejected > 0) return "failed";
  return summary.unknown > 0 ? "unknown" : "clean";
}

/** What is seen at a glance. Nothing unsafe is no "all clear" while something was not checked. */
function toHeadline(summary: Summary): string {
  const notChecked = summary.failed + summary.skipped + summary.rejected;
  const worst = [...count(summary.unsafe, "unsafe"), ...count(summary.suspicious, "suspicious")];
  const rest = [
    ...(worst.length === 0 ? count(summary.clean, "clean") : []),
    ...count(summary.unknown, "unknown"),
    ...count(notChecked, "not checked"),
  ];
  return [...worst, ...rest].join(" · ");
}

/** The table in the thread. */
export function rowsCard({ scanId, rows, page, pages, inFileOnly, rule, at }: Of<"rows">): Card {
  const isLast = page === pages;
  return {
    fallback: `${scanId}: results ${page}/${pages}`,
    blocks: [
      ...(pages > 1 ? [note(`${scanId} · ${page} of ${pages}`)] : []),
      { kind: "rows", rows: rows.map((result) => toRow(result, rule, at)) },
      ...(isLast && inFileOnly > 0 ? [note(`${number(inFileOnly)} more in the file`)] : []),
    ],
  };
}

function opening({ scanId, requestedBy, source }: ScanHead): Text {
  return [{ bold: scanId }, " · ", toSource(source), " · asked by ", { user: requestedBy }];
}

/** Input that could not be read. */
export function toNotes(notes: readonly string[]): CardBlock[] {
  return notes.map((text) => ({ kind: "text", text: [`⚠️ ${short(text, 400)}`] }));
}

function note(text: string): CardBlock {
  return { kind: "note", text: [text] };
}

function beside({ skipped, rejected }: Plan): string {
  return [...count(skipped, "skipped"), ...count(rejected, "rejected")].map((words) => `, ${words}`).join("");
}

function number(count: number): string {
  return count.toLocaleString("en-US");
}
