import type { types } from "@slack/bolt";

import { sizeOf } from "./lengths.ts";
import { LIMITS } from "./limits.ts";
import type { RichElement } from "./rich-text.ts";

type Block = types.KnownBlock;

/** A part of a card that is shown whole or not at all. */
export type Piece =
  | { readonly kind: "block"; readonly isNeeded: boolean; readonly block: Block }
  /** Rows of one table that stand together share a block. */
  | { readonly kind: "row"; readonly table: number; readonly elements: readonly RichElement[] };

/** For the line that says what was left out. */
const NOTE_BYTES = 100;

/** Takes as many pieces as one message holds: what is needed, then texts, then rows, each from its beginning. */
export function toFitting(pieces: readonly Piece[], mostBlocks: number): Block[] {
  const kept = new Set(choose(pieces));
  let blocks = pack(pieces, kept);
  const isOver = () => blocks.length + (kept.size < pieces.length ? 1 : 0) > mostBlocks;
  for (const piece of pieces.toReversed()) {
    if (!isOver()) break;
    if (rankOf(piece) === 0) continue;
    kept.delete(piece);
    blocks = pack(pieces, kept);
  }
  return kept.size === pieces.length ? blocks : [...blocks.slice(0, mostBlocks - 1), toLeftOut(pieces, kept)];
}

function choose(pieces: readonly Piece[]): readonly Piece[] {
  let room = LIMITS.messageBytes - NOTE_BYTES;
  const chosen = [];
  for (const rank of [0, 1, 2]) {
    for (const piece of pieces) {
      if (rankOf(piece) !== rank) continue;
      room -= sizeOf(piece.kind === "row" ? piece.elements : piece.block);
      if (room < 0) return chosen;
      chosen.push(piece);
    }
  }
  return chosen;
}

function rankOf(piece: Piece): number {
  if (piece.kind === "row") return 2;
  return piece.isNeeded ? 0 : 1;
}

function pack(pieces: readonly Piece[], kept: ReadonlySet<Piece>): Block[] {
  const blocks: Block[] = [];
  let open: { table: number; bytes: number; sections: types.RichTextSection[] } | null = null;
  for (const piece of pieces) {
    if (!kept.has(piece)) continue;
    if (piece.kind === "block") {
      open = null;
      blocks.push(piece.block);
      continue;
    }
    const bytes = sizeOf(piece.elements);
    if (open === null || open.table !== piece.table || open.bytes + bytes > LIMITS.richText) {
      open = { table: piece.table, bytes: 0, sections: [] };
      blocks.push({ type: "rich_text", elements: open.sections });
    }
    open.bytes += bytes;
    open.sections.push({ type: "rich_text_section", elements: [...piece.elements] });
  }
  return blocks;
}

function toLeftOut(pieces: readonly Piece[], kept: ReadonlySet<Piece>): Block {
  const rows = pieces.filter((piece) => piece.kind === "row" && !kept.has(piece)).length;
  const text = rows === 0 ? "Not everything fits here." : `${rows.toLocaleString("en-US")} more in the file.`;
  return { type: "context", elements: [{ type: "mrkdwn", text, verbatim: true }] };
}
