import {
  ButtonStyle,
  ComponentType,
  MessageFlags,
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIMessageTopLevelComponent,
} from "discord.js";

import { SIGNS, type Button, type Card, type CardBlock, type Text, type Tone } from "../../src/card.ts";
import { toFitting, type Piece } from "./fit.ts";
import { toClean, toCut } from "./inert.ts";
import { LIMITS } from "./limits.ts";

/** A card as Discord takes it, in a channel or as an answer; nobody is called by it. */
export interface Message {
  readonly flags: number;
  readonly components: APIMessageTopLevelComponent[];
  readonly allowed_mentions: { readonly parse: [] };
}

/** The line at a card's side: what its first title says at a glance. Discord's own red, green and yellow among them. */
export const COLOURS: Readonly<Record<Tone, number>> = {
  unsafe: 0xda_37_3c,
  suspicious: 0xf0_88_3e,
  clean: 0x23_a5_5a,
  unknown: 0x80_84_8e,
  failed: 0xf0_b2_32,
  skipped: 0x80_84_8e,
  rejected: 0x80_84_8e,
  info: 0x58_65_f2,
  waiting: 0x58_65_f2,
  blocked: 0x99_2d_22,
  protected: 0x23_a5_5a,
  problem: 0xf0_b2_32,
};

const STYLES = {
  primary: ButtonStyle.Primary,
  danger: ButtonStyle.Danger,
  plain: ButtonStyle.Secondary,
} as const;

/**
 * Lays a card out. What does not fit into one message is left out, and the last line says how much that is. `id`, 1 to
 * 2³¹ − 1, comes back with the message as that of its first component.
 */
export function toMessage({ blocks, fallback }: Card, id?: number): Message {
  const inside = toFitting(blocks.flatMap(toPieces));
  const title = blocks.find((block) => block.kind === "title");
  return toMessageOf({
    type: ComponentType.Container,
    ...(id !== undefined && { id }),
    ...(title !== undefined && { accent_color: COLOURS[title.tone] }),
    // A container must not be empty.
    components: inside.length > 0 ? inside : toFitting([toTextPiece([fallback, "…"])]),
  });
}

/** A message of this and nothing else. */
export function toMessageOf(component: APIMessageTopLevelComponent): Message {
  return {
    flags: MessageFlags.IsComponentsV2,
    components: [component],
    allowed_mentions: { parse: [] },
  };
}

/** A heading as every card has it. */
export function toTitlePiece(title: string): Piece {
  return { kind: "text", isNeeded: true, before: "### ", text: [toCut(title, LIMITS.title)] };
}

function toTextPiece(text: Text): Piece {
  return { kind: "text", isNeeded: false, before: "", text };
}

export function toNotePiece(text: Text): Piece {
  return { kind: "text", isNeeded: false, before: "-# ", text };
}

function toPieces(block: CardBlock): readonly Piece[] {
  switch (block.kind) {
    case "title":
      return [toTitlePiece(`${SIGNS[block.tone]} ${block.text}`)];
    case "text":
      return [toTextPiece(block.text)];
    case "rows":
      return block.rows.map(({ tone, head, details }) => ({ kind: "row", sign: SIGNS[tone], head, details }));
    case "note":
      return [toNotePiece(block.text)];
    case "buttons":
      return toButtonRows(block.buttons).map((row) => ({ kind: "buttons", row }));
  }
}

function toButtonRows(buttons: readonly Button[]): readonly APIActionRowComponent<APIButtonComponent>[] {
  const rows = [];
  for (let from = 0; from < buttons.length; from += LIMITS.buttonsInRow) {
    rows.push(toButtonRow(buttons.slice(from, from + LIMITS.buttonsInRow)));
  }
  return rows;
}

/** Up to five buttons beside each other. The action is what comes back when one is pressed. */
export function toButtonRow(buttons: readonly Button[]): APIActionRowComponent<APIButtonComponent> {
  return {
    type: ComponentType.ActionRow,
    components: buttons.map(({ label, action, style }) => ({
      type: ComponentType.Button,
      style: STYLES[style],
      label: toCut(toClean(label), LIMITS.buttonLabel),
      custom_id: action,
    })),
  };
}
