import type { types } from "@slack/bolt";

import { bytesOf } from "./inert.ts";
import { LIMITS } from "./limits.ts";

type Block = types.KnownBlock;

/** A part of a card that is shown whole or not at all. */
export type Piece =
  | { readonly kind: "block"; readonly isNeeded: boolean; readonly block: Block }
  /** Rows of one table that stand together share a block. */
  | { readonly kind: "row"; readonly table: number; readonly markup: string };

/** Rows that share a section. */
type Rows = Pick<Extract<Piece, { readonly kind: "row" }>, "table" | "markup">;

/** For the line that says what was left out, its block included. */
const NOTE_BYTES = 250;
/** What rows cost beside their text, since a block of them is at least half full. */
const ROW_SHARE = LIMITS.blockBytes / (LIMITS.sectionBytes / 2);

/** Takes as many pieces as one message holds: what is needed, then texts, then rows, each from its beginning. */
export function toFitting(pieces: readonly Piece[], mostBlocks: number): Block[] {
  const kept = new Set(choose(pieces));
  let blocks = pack(pieces, kept);
  for (const piece of pieces.toReversed()) {
    if (blocks.length + (kept.size < pieces.length ? 1 : 0) <= mostBlocks) break;
    if (rankOf(piece) === 0) continue;
    kept.delete(piece);
    blocks = pack(pieces, kept);
  }
  return kept.size === pieces.length ? blocks : [...blocks.slice(0, mostBlocks - 1), toLeftOut(pieces, kept)];
}

/** Mark-up of which Slack makes no links by itself. */
export function toSection(markup: string): Block {
  return { type: "section", text: { type: "mrkdwn", text: markup, verbatim: true } };
}

function choose(pieces: readonly Piece[]): readonly Piece[] {
  let room = LIMITS.messageBytes - NOTE_BYTES;
  const chosen: Piece[] = [];
  for (const rank of [0, 1, 2]) {
    for (const piece of pieces) {
      if (rankOf(piece) !== rank) continue;
      room -= costOf(piece);
      if (room < 0) return chosen;
      chosen.push(piece);
    }
  }
  return chosen;
}

function costOf(piece: Piece): number {
  if (piece.kind === "block") return LIMITS.blockBytes + sizeOf(piece.block);
  return Math.ceil(bytesOf(piece.markup) * (1 + ROW_SHARE));
}

/** All that is read in a block, and where its links lead. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return bytesOf(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + sizeOf(part), 0);
  if (typeof value !== "object" || value === null) return 0;
  const parts = Object.entries(value).filter(([key]) => key !== "type" && key !== "style");
  return parts.reduce<number>((sum, [, part]) => sum + sizeOf(part), 0);
}

function rankOf(piece: Piece): number {
  if (piece.kind === "row") return 2;
  return piece.isNeeded ? 0 : 1;
}

function pack(pieces: readonly Piece[], kept: ReadonlySet<Piece>): Block[] {
  const blocks: Block[] = [];
  let rows = null as Rows | null;
  for (const piece of pieces) {
    if (!kept.has(piece)) continue;
    if (piece.kind === "block") {
      blocks.push(piece.block);
      rows = null;
      continue;
    }
    const joined = rows?.table === piece.table ? `${rows.markup}\n${piece.markup}` : null;
    if (joined === null || bytesOf(joined) > LIMITS.sectionBytes) {
      rows = piece;
      blocks.push(toSection(piece.markup));
    } else {
      rows = { table: piece.table, markup: joined };
      blocks[blocks.length - 1] = toSection(joined);
    }
  }
  return blocks;
}

function toLeftOut(pieces: readonly Piece[], kept: ReadonlySet<Piece>): Block {
  const rows = pieces.filter((piece) => piece.kind === "row" && !kept.has(piece)).length;
  const text = rows === 0 ? "Not everything fits here." : `${rows.toLocaleString("en-US")} more in the file.`;
  return { type: "context", elements: [{ type: "plain_text", text, emoji: false }] };
}
