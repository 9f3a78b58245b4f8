import type { Fill, Font, Style } from "exceljs";

import type { Status } from "../model.ts";

/** Dark letters on a light ground of the same hue: at least 4.5 to 1, and the word says the same as the colour. */
interface Tone {
  readonly ink: string;
  readonly ground: string;
}

const TONES: Readonly<Record<Status, Tone>> = {
  unsafe: { ink: "FF9C0006", ground: "FFFFC7CE" },
  suspicious: { ink: "FF7F4A00", ground: "FFFFEB9C" },
  clean: { ink: "FF006100", ground: "FFC6EFCE" },
  unknown: { ink: "FF404040", ground: "FFE7E6E6" },
  failed: { ink: "FF5B2C83", ground: "FFE8DAF3" },
  skipped: { ink: "FF1F4E79", ground: "FFDDEBF7" },
  rejected: { ink: "FF595959", ground: "FFF2F2F2" },
};

/** Keeps a text off the number that stands to its left. */
const INDENTED = { horizontal: "left", indent: 1 } as const;

/** `@` keeps a text a text even when somebody edits the cell, so that `=1+1` never starts to calculate. */
export const TEXT_STYLE: Partial<Style> = { numFmt: "@", alignment: INDENTED };

export const COUNT_STYLE: Partial<Style> = { numFmt: "0" };

export const TIME_STYLE: Partial<Style> = { numFmt: "yyyy-mm-dd hh:mm", alignment: INDENTED };

/** For what needs a second look without being a verdict, such as an analysis over 90 days old. */
export const STALE_STYLE: Partial<Style> = {
  fill: solid("FFFCE4D6"),
  font: letters({ color: { argb: "FF833C0B" } }),
  alignment: INDENTED,
};

export const STALE_TIME_STYLE: Partial<Style> = { ...TIME_STYLE, ...STALE_STYLE };

/** White on dark blue, for the first row of every sheet. */
export const HEADER_STYLE: Partial<Style> = {
  fill: solid("FF1F3864"),
  font: letters({ bold: true, color: { argb: "FFFFFFFF" } }),
  alignment: { ...INDENTED, vertical: "middle", wrapText: true },
};

/** Red, for DEMO and for a scan that was cancelled. */
export const ALARM_STYLE: Partial<Style> = {
  numFmt: "@",
  fill: solid("FFC00000"),
  font: letters({ bold: true, color: { argb: "FFFFFFFF" } }),
  alignment: INDENTED,
};

export const TITLE_STYLE: Partial<Style> = { font: letters({ bold: true, size: 16 }), alignment: INDENTED };

export const BOLD_STYLE: Partial<Style> = { font: letters({ bold: true }), alignment: INDENTED };

/** Text of any length in a column of the summary. */
export const WRAPPED_STYLE: Partial<Style> = {
  numFmt: "@",
  alignment: { ...INDENTED, wrapText: true, vertical: "top" },
};

export const LEFT_COUNT_STYLE: Partial<Style> = { numFmt: "0", alignment: INDENTED };

export const SUM_STYLE: Partial<Style> = { ...LEFT_COUNT_STYLE, ...BOLD_STYLE };

export const LINK_STYLE: Partial<Style> = {
  font: letters({ color: { argb: "FF0563C1" }, underline: true }),
  alignment: INDENTED,
};

/** The colour of a sheet's tab in demo mode. */
export const ALARM_COLOUR = "FFC00000";

const STATUS_STYLES = new Map<Status, Partial<Style>>();

/** The look of a status. One object for each, since exceljs recognises a style by its object. */
export function statusStyle(status: Status): Partial<Style> {
  const known = STATUS_STYLES.get(status);
  if (known !== undefined) return known;
  const { ink, ground } = TONES[status];
  const style: Partial<Style> = {
    fill: solid(ground),
    font: letters({ bold: status === "unsafe", color: { argb: ink } }),
    alignment: INDENTED,
  };
  STATUS_STYLES.set(status, style);
  return style;
}

/** A font that names neither family nor size falls back to one with serifs in some programs. */
function letters(change: Partial<Font>): Partial<Font> {
  return { name: "Calibri", family: 2, size: 11, ...change };
}

function solid(argb: string): Fill {
  return { type: "pattern", pattern: "solid", fgColor: { argb } };
}
