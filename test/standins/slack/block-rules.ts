import type { types } from "@slack/bolt";

import type { Flaw } from "./answer.ts";
import { accessory, actionElement, contextElement, inputElement } from "./element-rules.ts";
import { LIMITS } from "./limits.ts";
import {
  anything,
  both,
  distinct,
  type Json,
  kinds,
  list,
  object,
  type Rule,
  text,
  textObject,
  toJson,
} from "./rules.ts";

const blockId = { block_id: text(LIMITS.blockId) };
const actionIds = distinct("action_id");
const refused: Rule = (value, at) => [
  { message: `unsupported type: ${String(toJson(value)["type"])}`, at: `${at}/type` },
];

/** What each kind of block must keep to; that this names every kind is checked by Slack's own types. */
const BLOCKS = {
  section: both(
    object({
      ...blockId,
      text: textObject(LIMITS.sectionText),
      fields: list(LIMITS.sectionFields, textObject(LIMITS.sectionField)),
      accessory,
    }),
    (value, at) =>
      toJson(value)["text"] === undefined && toJson(value)["fields"] === undefined
        ? [{ message: "missing required field: text", at }]
        : [],
  ),
  header: object({ ...blockId, text: textObject(LIMITS.headerText, "plain_text") }, ["text"]),
  divider: object(blockId),
  context: object({ ...blockId, elements: list(LIMITS.contextElements, contextElement) }, ["elements"]),
  actions: object({ ...blockId, elements: both(list(LIMITS.actionsElements, actionElement), actionIds) }, [
    "elements",
  ]),
  input: object(
    {
      ...blockId,
      label: textObject(LIMITS.inputLabel, "plain_text"),
      hint: textObject(LIMITS.inputLabel, "plain_text"),
      element: inputElement,
    },
    ["label", "element"],
  ),
  image: object(
    {
      ...blockId,
      image_url: text(LIMITS.imageUrl),
      alt_text: text(LIMITS.imageAltText),
      title: textObject(LIMITS.imageAltText, "plain_text"),
    },
    ["alt_text"],
  ),
  markdown: object({ text: text(LIMITS.markdownText) }, ["text"]),
  table: object({ ...blockId, rows: list(LIMITS.tableRows, list(LIMITS.tableCells, tableCell)) }, ["rows"]),
  rich_text: object(blockId, ["elements"]),
  // An app can't send it: Slack puts it there itself.
  file: refused,
  alert: anything,
  card: anything,
  carousel: anything,
  container: anything,
  context_actions: anything,
  data_table: anything,
  plan: anything,
  task_card: anything,
  video: anything,
} satisfies Readonly<Record<types.KnownBlock["type"], Rule>>;

const blockIds = distinct("block_id");

/** What Slack would not take of the blocks of a message. */
export function messageFlaws(blocks: unknown): readonly Flaw[] {
  return both(list(LIMITS.messageBlocks, kinds(BLOCKS)), both(blockIds, tableText))(blocks, "/blocks");
}

const VIEW_TEXTS = {
  title: textObject(LIMITS.viewTitle, "plain_text"),
  submit: textObject(LIMITS.viewTitle, "plain_text"),
  close: textObject(LIMITS.viewTitle, "plain_text"),
  private_metadata: text(LIMITS.privateMetadata),
  callback_id: text(LIMITS.callbackId),
};
const viewBlocks = both(
  list(LIMITS.viewBlocks, kinds({ ...BLOCKS, markdown: refused, table: refused })),
  blockIds,
);
const modal = object({ ...VIEW_TEXTS, blocks: viewBlocks }, ["title", "blocks"]);
const home = object({ private_metadata: VIEW_TEXTS.private_metadata, blocks: viewBlocks }, ["blocks"]);

/** What Slack would not take of a modal or an App Home. */
export function viewFlaws(view: unknown): readonly Flaw[] {
  const flaws = kinds({ modal, home })(view, "/view");
  return flaws.length > 0 ? flaws : submitFlaws(toJson(view));
}

function submitFlaws({ type, submit, blocks }: Json): readonly Flaw[] {
  const asks = (blocks as readonly Json[]).some((block) => block["type"] === "input");
  if (type !== "modal" || !asks || submit !== undefined) return [];
  return [{ message: "missing required field: submit", at: "/view" }];
}

function tableCell(value: unknown, at: string): readonly Flaw[] {
  const raw = object({ text: text({ ...LIMITS.tableText }) }, ["text"]);
  return kinds({ raw_text: raw, raw_number: anything, rich_text: anything })(value, at);
}

function tableText(blocks: unknown, at: string): readonly Flaw[] {
  const tables = (Array.isArray(blocks) ? blocks : []).filter((block) => toJson(block)["type"] === "table");
  const length = textLengthOf(tables);
  return length > LIMITS.tableText.max
    ? [{ message: `no more than ${LIMITS.tableText.max} characters in tables`, at }]
    : [];
}

/** The characters of every `text` in a tree of blocks. */
export function textLengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + textLengthOf(one), 0);
  return Object.entries(toJson(value)).reduce(
    (sum, [name, own]) => sum + (name === "text" && typeof own === "string" ? own.length : textLengthOf(own)),
    0,
  );
}
