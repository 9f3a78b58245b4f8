/** A number that Slack holds a message or a view to, and where it is written. */
export interface Limit {
  readonly max: number;
  /** 1 unless said: an empty text is refused too. */
  readonly min?: number;
  readonly source: string;
}

const TYPES = "@slack/types 3.2";
const REFERENCE = "docs.slack.dev/reference";

/** Every limit of Slack that the stand-in enforces. Lengths in UTF-16 units, as the SDKs count them. */
export const LIMITS = {
  messageBlocks: { max: 50, min: 0, source: `${REFERENCE}/block-kit/blocks` },
  viewBlocks: { max: 100, min: 0, source: `${REFERENCE}/block-kit/blocks` },
  messageText: { max: 40_000, source: `${REFERENCE}/methods/chat.postMessage: cut off, not refused` },
  updateText: { max: 4_000, source: `${REFERENCE}/methods/chat.update: msg_too_long` },
  /** Of the texts of all blocks, with `blockOverhead` for each block. */
  messageBlocksText: {
    max: 13_547,
    source: "slackapi/bolt-js#2509: 13,297 with two blocks, 13,172 with three",
  },
  blockOverhead: { max: 125, source: "slackapi/bolt-js#2509, #2867" },
  attachments: { max: 100, min: 0, source: `${REFERENCE}/methods/chat.postMessage: too_many_attachments` },
  blockId: { max: 255, source: `${TYPES} Block.block_id` },
  actionId: { max: 255, source: `${TYPES} Actionable.action_id` },
  sectionText: { max: 3_000, source: `${TYPES} SectionBlock.text` },
  sectionFields: { max: 10, source: `${TYPES} SectionBlock.fields` },
  sectionField: { max: 2_000, source: `${TYPES} SectionBlock.fields` },
  headerText: { max: 150, source: `${TYPES} HeaderBlock.text` },
  contextElements: { max: 10, source: `${TYPES} ContextBlock.elements` },
  contextText: { max: 3_000, source: `${TYPES} MrkdwnElement.text` },
  actionsElements: { max: 25, source: `${TYPES} ActionsBlock.elements` },
  inputLabel: { max: 2_000, source: `${TYPES} InputBlock.label` },
  markdownText: { max: 12_000, source: `${TYPES} MarkdownBlock.text` },
  tableRows: { max: 100, source: `${TYPES} TableBlock.rows` },
  tableCells: { max: 20, source: `${TYPES} TableBlock.rows` },
  tableText: { max: 10_000, source: `${REFERENCE}/block-kit/blocks/table-block: of all cells in a message` },
  imageUrl: { max: 3_000, source: `${REFERENCE}/block-kit/blocks/image-block` },
  imageAltText: { max: 2_000, source: `${TYPES} ImageBlock.alt_text` },
  buttonText: { max: 75, source: `${TYPES} Button.text` },
  buttonValue: { max: 2_000, source: `${TYPES} Button.value` },
  buttonUrl: { max: 3_000, source: `${TYPES} Button.url` },
  accessibilityLabel: { max: 75, source: `${TYPES} Button.accessibility_label` },
  placeholder: { max: 150, source: `${REFERENCE}/block-kit/block-elements` },
  selectOptions: { max: 100, source: `${TYPES} StaticSelect.options` },
  checkboxOptions: { max: 10, source: `${TYPES} Checkboxes.options, RadioButtons.options` },
  overflowOptions: { max: 5, source: `${REFERENCE}/block-kit/block-elements/overflow-menu-element` },
  optionText: { max: 75, source: `${TYPES} PlainTextOption.text` },
  optionValue: { max: 75, source: `${TYPES} OptionDescriptor.value` },
  optionDescription: { max: 75, source: `${TYPES} OptionDescriptor.description` },
  confirmTitle: { max: 100, source: `${TYPES} Confirm.title` },
  confirmText: { max: 300, source: `${TYPES} Confirm.text` },
  confirmButton: { max: 30, source: `${TYPES} Confirm.confirm` },
  inputMaxLength: { max: 3_000, source: `${TYPES} PlainTextInput.max_length` },
  viewTitle: { max: 24, source: `${REFERENCE}/views/modal-views` },
  privateMetadata: { max: 3_000, min: 0, source: `${REFERENCE}/views/modal-views` },
  callbackId: { max: 255, min: 0, source: `${REFERENCE}/views/modal-views` },
  viewBytes: { max: 250_000, source: `${REFERENCE}/methods/views.open: view_too_large` },
} as const satisfies Readonly<Record<string, Limit>>;
