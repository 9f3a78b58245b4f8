import type { Insertable, Selectable } from "kysely";

import type { Answer, Indicator, Kind, Piece, Status, VerdictRule } from "../model.ts";
import type { ScanItemTable } from "../records/tables.ts";
import { judgeAnswer } from "../report/verdict.ts";

export type ItemRow = Selectable<ScanItemTable>;

/** A piece as a row of a new scan. What needs no look-up has its status from the start. */
export function toItemRow(scanId: string, piece: Piece, position: number): Insertable<ScanItemTable> {
  const reason = piece.rejected ?? piece.skipped;
  return {
    scan_id: scanId,
    position,
    kind: piece.indicator?.kind ?? null,
    value: piece.indicator?.value ?? null,
    input: piece.input,
    offset: piece.offset,
    count: piece.count,
    origin: piece.from,
    status: piece.indicator === null ? "rejected" : piece.skipped === null ? null : "skipped",
    cause: piece.indicator !== null && piece.skipped !== null ? "never" : null,
    reason,
    code: null,
    facts: null,
    checked_at: null,
    cached: 0,
  };
}

/** The row with its answer. */
export function answeredRow(row: ItemRow, answer: Answer, rule: VerdictRule): ItemRow & { status: Status } {
  const status = judgeAnswer(answer, rule);
  const empty = {
    ...row,
    status,
    cause: null,
    reason: null,
    code: null,
    facts: null,
    checked_at: null,
    cached: 0,
  };
  switch (answer.outcome) {
    case "answered":
      return {
        ...empty,
        facts: answer.facts === null ? null : JSON.stringify(answer.facts),
        checked_at: answer.checkedAt,
        cached: answer.cached ? 1 : 0,
      };
    case "failed":
      return { ...empty, reason: answer.reason, code: answer.code };
    case "skipped":
      return { ...empty, reason: answer.reason, cause: answer.cause };
  }
}

/** The indicator of a row; null for a rejected piece. */
export function indicatorOf(row: Pick<ItemRow, "kind" | "value">): Indicator | null {
  return row.kind === null || row.value === null ? null : { kind: row.kind as Kind, value: row.value };
}
