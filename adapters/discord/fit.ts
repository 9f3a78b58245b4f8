import {
  ComponentType,
  SeparatorSpacingSize,
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInContainer,
} from "discord.js";

import type { Text } from "../../src/card.ts";
import { sizeOf } from "./inert.ts";
import { LIMITS, PAGE } from "./limits.ts";
import { toMarkup, toMarkupLine } from "./markup.ts";

/** A part of a card. */
export type Piece =
  /** Cut where it is longer than what is left, `isNeeded` ones last. With something `before` it, it is one line. */
  | { readonly kind: "text"; readonly isNeeded: boolean; readonly before: string; readonly text: Text }
  /** Shown whole or not at all; only its details may be shortened. */
  | { readonly kind: "row"; readonly sign: string; readonly head: Text; readonly details: Text }
  | { readonly kind: "buttons"; readonly row: APIActionRowComponent<APIButtonComponent> };

type Row = Extract<Piece, { readonly kind: "row" }>;

/** For the line that says what was left out. */
const NOTE_SIZE = 60;
/** A text that is cut to less says nothing. */
const LEAST_SIZE = 20;
/** More rows than this are never shown, since each takes more than 40. */
const MOST_ROWS = 100;
/** The container, and the line that says what was left out. */
const OTHER_COMPONENTS = 2;
/** Where there are rows, what is said beside them takes at most so much. */
const MOST_BESIDE_ROWS = LIMITS.text / 2;
const SMALL_PRINT = "-# ";
const LINE: APIComponentInContainer = {
  type: ComponentType.Separator,
  divider: true,
  spacing: SeparatorSpacingSize.Small,
};

/** How much of a row's head and details is shown, and whether its links are; each step is shorter than the last. */
const STEPS = [
  ...[600, 300, 240, 200, 160, 120, 100, 80, 60, 40].map((details) => ({ head: 800, details, links: true })),
  { head: 200, details: 40, links: true },
  { head: 160, details: 40, links: false },
] as const;

/** Takes as much of the pieces as one message holds: buttons whole, then titles, then texts, then rows from the first. */
export function toFitting(pieces: readonly Piece[]): APIComponentInContainer[] {
  const rows = pieces.filter((piece) => piece.kind === "row");
  const shown = toTexts(pieces, rows.length > 0 ? MOST_BESIDE_ROWS : LIMITS.text - NOTE_SIZE);
  const isCut = pieces.some((piece) => piece.kind === "text" && (shown.get(piece) ?? "") !== toShown(piece));
  const taken = [...shown.values()].reduce((sum, markup) => sum + sizeOf(markup), 0);
  const lines = toLines(rows, LIMITS.text - NOTE_SIZE - taken);
  for (const [at, row] of rows.slice(0, lines.length).entries()) shown.set(row, lines[at] ?? "");
  return [...lay(pieces, shown), ...toLeftOut(rows.length - lines.length, isCut)];
}

/** What each text shows: titles get their room before the rest, and the first before the later ones. */
function toTexts(pieces: readonly Piece[], most: number): Map<Piece, string> {
  const texts = pieces.filter((piece) => piece.kind === "text");
  const others = pieces.map((piece, at) => componentsOf(piece, pieces[at - 1]));
  let places = LIMITS.components - OTHER_COMPONENTS - others.reduce((sum, count) => sum + count, 0);
  let room = most;
  const shown = new Map<Piece, string>();
  for (const piece of [
    ...texts.filter(({ isNeeded }) => isNeeded),
    ...texts.filter(({ isNeeded }) => !isNeeded),
  ]) {
    const markup = toShown(piece, room);
    if (markup === "" || places <= 0) continue;
    shown.set(piece, markup);
    room -= sizeOf(markup);
    places -= 1;
  }
  return shown;
}

function componentsOf(piece: Piece, last: Piece | undefined): number {
  if (piece.kind === "buttons") return 1 + piece.row.components.length;
  return piece.kind === "row" && last?.kind !== "row" ? 2 : 0;
}

/** Empty where there is no room for more than a word. */
function toShown({ before, text }: Extract<Piece, { readonly kind: "text" }>, most = Infinity): string {
  const room = most - before.length;
  const markup = room < LEAST_SIZE ? "" : toMarkup(text, room).trim();
  if (markup === "") return "";
  return before === "" ? markup : `${before}${markup.replaceAll("\n", " ")}`;
}

/** The lines of as many rows as fit. A page of the usual number is shortened until it fits whole. */
function toLines(rows: readonly Row[], most: number): readonly string[] {
  const steps = rows.length > PAGE.rows ? STEPS.slice(0, 1) : STEPS;
  let lines: readonly string[] = [];
  for (const step of steps) {
    lines = rows.slice(0, MOST_ROWS).map((row) => toRow(row, step));
    if (lines.length === rows.length && lines.reduce((sum, line) => sum + 1 + sizeOf(line), 0) <= most)
      return lines;
  }
  let room = most;
  const end = lines.findIndex((line) => (room -= 1 + sizeOf(line)) < 0);
  return end === -1 ? lines : lines.slice(0, end);
}

/** The head in one line, the details as small print under it. */
function toRow({ sign, head, details }: Row, step: (typeof STEPS)[number]): string {
  const line = `${sign} ${toMarkupLine(head, step.head)}`;
  const words = step.links
    ? details
    : details.filter((span) => typeof span === "string" || !("link" in span));
  const under = toMarkupLine(words, step.details);
  return under === "" ? line : `${line}\n${SMALL_PRINT}${under}`;
}

/** Rows that stand together share a component; a line parts them from a text above. */
function lay(pieces: readonly Piece[], shown: ReadonlyMap<Piece, string>): APIComponentInContainer[] {
  const components: APIComponentInContainer[] = [];
  let rows: string[] = [];
  let isUnderText = false;
  const flush = () => {
    if (rows.length === 0) return;
    components.push(...(isUnderText ? [LINE] : []), toDisplay(rows.join("\n")));
    rows = [];
  };
  for (const piece of pieces) {
    const markup = shown.get(piece);
    if (piece.kind === "row") {
      if (markup !== undefined) rows.push(markup);
      continue;
    }
    flush();
    isUnderText = piece.kind === "text" && piece.before === "";
    if (piece.kind === "buttons") components.push(piece.row);
    else if (markup !== undefined) components.push(toDisplay(markup));
  }
  flush();
  return components;
}

function toDisplay(content: string): APIComponentInContainer {
  return { type: ComponentType.TextDisplay, content };
}

function toLeftOut(rows: number, isCut: boolean): APIComponentInContainer[] {
  if (rows > 0) return [toDisplay(`${SMALL_PRINT}${rows.toLocaleString("en-US")} more in the file.`)];
  return isCut ? [toDisplay(`${SMALL_PRINT}Not everything fits here.`)] : [];
}
