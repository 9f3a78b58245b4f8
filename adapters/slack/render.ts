import type { types } from "@slack/bolt";

import { SIGNS, type Button, type Card, type CardBlock, type CardRow, type Text } from "../../src/card.ts";
import { toFitting, toSection, type Piece } from "./fit.ts";
import { toClean, toCut, toInert } from "./inert.ts";
import { LIMITS } from "./limits.ts";
import { toMarkup, toMarkupRuns, toWords } from "./markup.ts";

type Block = types.KnownBlock;

/** A card as `chat.postMessage` takes it. */
export interface Message {
  readonly text: string;
  readonly blocks: Block[];
}

/** Escaped, each may count five. */
const FALLBACK_CHARACTERS = LIMITS.text / 5;
/** A row is cut where its head or its details are longer, so that every row stays in one piece. */
const HEAD_BYTES = 1000;
const DETAILS_BYTES = 1000;

/** Lays a card out. What does not fit into one message is left out, and the last line says how much that is. */
export function toMessage(card: Card): Message {
  return {
    text: toInert(toCut(card.fallback, FALLBACK_CHARACTERS)),
    blocks: toBlocks(card, LIMITS.messageBlocks),
  };
}

/** The blocks of a card, at most `most` of them. */
export function toBlocks(card: Card, most: number): Block[] {
  return toFitting(card.blocks.flatMap(toPieces), most);
}

function toPieces(block: CardBlock, at: number): readonly Piece[] {
  switch (block.kind) {
    case "title":
      return [{ kind: "block", isNeeded: true, block: toHeader(`${SIGNS[block.tone]} ${block.text}`) }];
    case "text":
      return toMarkupRuns(block.text, LIMITS.sectionBytes).map((markup) => ({
        kind: "block",
        isNeeded: false,
        block: toSection(markup),
      }));
    case "rows":
      return block.rows.map((row) => toRow(row, at));
    case "note":
      return toWords(block.text).trim() === ""
        ? []
        : [{ kind: "block", isNeeded: false, block: toContext(block.text) }];
    case "buttons":
      return toButtonRows(block.buttons, at).map((row) => ({ kind: "block", isNeeded: true, block: row }));
  }
}

function toHeader(text: string): Block {
  // Without `emoji`, a `:skull:` in a file's name stays text.
  return {
    type: "header",
    text: { type: "plain_text", text: toCut(toClean(text), LIMITS.header), emoji: false },
  };
}

/** Small print. Plain words are left as they are; of mark-up `verbatim` keeps Slack from making links by itself. */
function toContext(text: Text): Block {
  const element: types.ContextBlock["elements"][number] = text.every((span) => typeof span === "string")
    ? { type: "plain_text", text: toCut(toWords(text), LIMITS.context), emoji: false }
    : { type: "mrkdwn", text: toMarkup(text, LIMITS.context), verbatim: true };
  return { type: "context", elements: [element] };
}

/** The head in one line, the details as a quote under it. */
function toRow({ tone, head, details }: CardRow, table: number): Piece {
  const under = toMarkup(details, DETAILS_BYTES).replaceAll("\n", " ");
  const line = `${SIGNS[tone]} ${toMarkup(head, HEAD_BYTES).replaceAll("\n", " ")}`;
  return { kind: "row", table, markup: under === "" ? line : `${line}\n>${under}` };
}

function toButtonRows(buttons: readonly Button[], at: number): readonly Block[] {
  const rows = [];
  for (let from = 0; from < buttons.length; from += LIMITS.buttonsInRow) {
    const row = buttons.slice(from, from + LIMITS.buttonsInRow);
    rows.push({
      type: "actions" as const,
      elements: row.map((button, n) => toButton(button, `${at}.${from + n}`)),
    });
  }
  return rows;
}

/** `key` makes the action_id unique in its message, which Slack asks for; the value is what comes back. */
function toButton({ label, action, style }: Button, key: string): types.Button {
  return {
    type: "button",
    text: { type: "plain_text", text: toCut(toClean(label), LIMITS.buttonText), emoji: false },
    action_id: toCut(`${key}:${action}`, LIMITS.id),
    value: action,
    ...(style !== "plain" && { style }),
  };
}
