import type { types } from "@slack/bolt";

import type { Button, Card, CardBlock, CardRow, Tone } from "../../src/card.ts";
import { toFitting, type Piece } from "./fit.ts";
import { toClean, toCut, toEscaped } from "./inert.ts";
import { cutElements, splitElements } from "./lengths.ts";
import { LIMITS } from "./limits.ts";
import { toElements, toMarkup, type RichElement } from "./rich-text.ts";

type Block = types.KnownBlock;

/** A card as `chat.postMessage` takes it. */
export interface Message {
  readonly text: string;
  readonly blocks: Block[];
}

/** One sign each, so that a verdict is seen before it is read; the word stands beside it in the card. */
const SIGNS: Readonly<Record<Tone, string>> = {
  unsafe: "🔴",
  suspicious: "🟠",
  clean: "🟢",
  unknown: "⚪",
  failed: "⚠️",
  skipped: "⏭️",
  rejected: "✖️",
  info: "ℹ️",
  waiting: "⏳",
  blocked: "⛔",
  protected: "🛡️",
  problem: "❗",
};

/** Escaped, each may count five. */
const FALLBACK_CHARACTERS = LIMITS.text / 5;
/** A row longer than this has its end cut off, so that every row stays in one piece. */
const ROW_BYTES = 1200;
/** Room for what a row's details are cut to, however long its head is. */
const HEAD_BYTES = 900;

/** Lays a card out. What does not fit into one message is left out, and the last line says how much that is. */
export function toMessage(card: Card): Message {
  return {
    text: toEscaped(toCut(card.fallback, FALLBACK_CHARACTERS)),
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
      return splitElements(toElements(block.text), LIMITS.richText).map((elements) => ({
        kind: "block",
        isNeeded: false,
        block: { type: "rich_text", elements: [{ type: "rich_text_section", elements: [...elements] }] },
      }));
    case "rows":
      return block.rows.map((row) => ({ kind: "row", table: at, elements: toRow(row) }));
    case "note":
      return toMarkup(block.text) === ""
        ? []
        : [{ kind: "block", isNeeded: false, block: toContext(toMarkup(block.text)) }];
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

/** `verbatim`: Slack makes no links of names and addresses that stand in it. */
function toContext(markup: string): Block {
  return {
    type: "context",
    elements: [{ type: "mrkdwn", text: toCut(markup, LIMITS.context), verbatim: true }],
  };
}

/** Sign and head in one piece, the details under it. */
function toRow({ tone, head, details }: CardRow): readonly RichElement[] {
  const first = cutElements([{ type: "text", text: `${SIGNS[tone]} ` }, ...toElements(head)], HEAD_BYTES);
  const under = toElements(details);
  return under.length === 0
    ? first
    : cutElements([...first, { type: "text", text: "\n" }, ...under], ROW_BYTES);
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
