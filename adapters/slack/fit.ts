import type { types } from "@slack/bolt";

import { sizeOf } from "./lengths.ts";
import { LIMITS } from "./limits.ts";
import type { RichElement } from "./rich-text.ts";

type Block = types.KnownBlock;

/** A part of a card that is shown whole or not at all. */
export type Piece =
  | { readonly kind: "block"; readonly isNeeded: boolean; readonly block: Block }
  /** Rows of one table that stand together share a block. */
  | {
      readonly kind: "row";
      readonly table: number;
      readonly head: readonly RichElement[];
      readonly details: readonly RichElement[];
    };
type Row = Extract<Piece, { readonly kind: "row" }>;

/** For the line that says what was left out, its block included. */
const NOTE_BYTES = 250;
/** What rows cost beside their text, since a block of them is at least half full. */
const ROW_SHARE = LIMITS.blockBytes / (LIMITS.richText / 2);

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
  return Math.ceil(bytesOf(piece) * (1 + ROW_SHARE));
}

function bytesOf({ head, details }: Row): number {
  return sizeOf(head) + sizeOf(details) + 2 * LIMITS.elementBytes;
}

function rankOf(piece: Piece): number {
  if (piece.kind === "row") return 2;
  return piece.isNeeded ? 0 : 1;
}

function pack(pieces: readonly Piece[], kept: ReadonlySet<Piece>): Block[] {
  const blocks: Block[] = [];
  let open: { table: number; bytes: number; elements: types.RichTextBlockElement[] } | null = null;
  for (const piece of pieces) {
    if (!kept.has(piece)) continue;
    if (piece.kind === "block") {
      open = null;
      blocks.push(piece.block);
      continue;
    }
    const bytes = bytesOf(piece);
    if (open === null || open.table !== piece.table || open.bytes + bytes > LIMITS.richText) {
      open = { table: piece.table, bytes: 0, elements: [] };
      blocks.push({ type: "rich_text", elements: open.elements });
    }
    open.bytes += bytes;
    addRow(open.elements, piece);
  }
  return blocks;
}

/** A head is a line of its own, the details a quote under it; two heads in a row are lines of one section. */
function addRow(elements: types.RichTextBlockElement[], { head, details }: Row): void {
  const last = elements.at(-1);
  if (last?.type === "rich_text_section") last.elements.push({ type: "text", text: "\n" }, ...head);
  else elements.push({ type: "rich_text_section", elements: [...head] });
  if (details.length > 0) elements.push({ type: "rich_text_quote", elements: [...details] });
}

function toLeftOut(pieces: readonly Piece[], kept: ReadonlySet<Piece>): Block {
  const rows = pieces.filter((piece) => piece.kind === "row" && !kept.has(piece)).length;
  const text = rows === 0 ? "Not everything fits here." : `${rows.toLocaleString("en-US")} more in the file.`;
  return { type: "context", elements: [{ type: "plain_text", text, emoji: false }] };
}
