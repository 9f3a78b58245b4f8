import type { Style } from "exceljs";

import type { Status } from "../model.ts";
import type { Cell } from "./cell.ts";
import { textCell } from "./cell.ts";
import { statusStyle } from "./palette.ts";
import type { Score } from "./score.ts";

/** Excel keeps 200 to 250 number formats in a file; every total needs one of its own. */
const MAX_FORMATS = 150;

/** Fractions with a longer denominator are more than spreadsheets promise to show. */
const MAX_TOTAL = 9_999;

/** Makes the cells of one report's VT_Score column. */
export interface ScoreCells {
  cellOf(score: Score | null, status: Status): Cell;
}

/**
 * VT_Score as a real number, detections over total, under a fraction format whose denominator is fixed: it shows
 * `2/94` (neither a date nor 0.02 nor 1/47) and sorts by value. Beyond what formats can do it is text.
 */
export function createScoreCells(): ScoreCells {
  const totals = new Set<number>();
  const styles = new Map<string, Partial<Style>>();

  function styleOf(total: number, status: Status): Partial<Style> {
    const key = `${status} ${total}`;
    const known = styles.get(key);
    if (known !== undefined) return known;
    const style: Partial<Style> = {
      ...statusStyle(status),
      numFmt: `0/${total}`,
      alignment: { horizontal: "right" },
    };
    styles.set(key, style);
    return style;
  }

  return {
    cellOf(score, status) {
      if (score === null) return null;
      if (!totals.has(score.total)) {
        if (totals.size >= MAX_FORMATS || score.total > MAX_TOTAL) return textCell(score.text);
        totals.add(score.total);
      }
      return { type: "number", number: score.detections / score.total, style: styleOf(score.total, status) };
    },
  };
}
