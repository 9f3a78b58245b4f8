/**
 * What Slack takes, in characters unless the name says otherwise; each with where it is written.
 * docs = https://docs.slack.dev/reference, types = the comments of the package `@slack/types`.
 */
export const LIMITS = Object.freeze({
  /** docs/block-kit/blocks: up to 50 blocks in each message. */
  messageBlocks: 50,
  /** docs/block-kit/blocks: 100 blocks in modals and Home tabs. */
  viewBlocks: 100,
  /**
   * All blocks of a message together: Slack says `msg_blocks_too_long` when text and 125 for each block come to more
   * than 13,547 (github.com/slackapi/bolt-js/issues/2509). Counted here in bytes of UTF-8, addresses of links too.
   */
  messageBytes: 12_000,
  blockBytes: 125,
  /** docs/block-kit/blocks/section-block: 3,000 characters; in bytes of UTF-8 it is never more. */
  sectionBytes: 3000,
  /** docs/block-kit/blocks/header-block: 150, plain text. */
  header: 150,
  /** docs/block-kit/composition-objects/text-object: 3,000; small print that long is none. */
  context: 2000,
  /** docs/block-kit/blocks/actions-block: 25 elements; rows of five can be read. */
  buttonsInRow: 5,
  /** docs/block-kit/block-elements/button-element: text 75, value 2,000. */
  buttonText: 75,
  /** docs/block-kit/blocks: action_id and block_id 255. */
  id: 255,
  /** docs/methods/chat.postMessage and chat.update: text of at most 4,000 is advised; chat.update refuses more. */
  text: 4000,
  /** slack.com/help/articles/201330736: a file of at most 1 GB. */
  fileBytes: 1_000_000_000,
  /** docs/views: title, submit and close of a modal. */
  viewTitle: 24,
  /** docs/views: private_metadata. */
  privateMetadata: 3000,
  /** docs/methods/views.open: 250 kB for a whole view; some room is left for what Slack adds. */
  viewBytes: 230_000,
  /** docs/block-kit/block-elements/multi-select-menu-element: 100 options. */
  menuOptions: 100,
  /** Menus of one field; more could not be read. */
  menusOfField: 10,
  /** docs/block-kit/composition-objects/option-object and types PlainTextOption: text 75, value 75. */
  optionText: 75,
  optionValue: 75,
  /** docs/block-kit/blocks/input-block: label 2,000; a label that long is none. docs/…/plain-text-input: hint 150. */
  label: 150,
  placeholder: 150,
  /** docs/interactivity/handling-user-interaction: a response_url works 5 times within 30 minutes. */
  responseUrlUses: 5,
  responseUrlMs: 30 * 60_000,
  /** docs/apis/web-api/rate-limits: chat.update is tier 3, 50 a minute for the workspace; 10 are left for summaries. */
  progressEditsPerMinute: 40,
});

/** How many rows one message gets. Their links and the rest of the card need room beside those characters. */
export const PAGE = Object.freeze({ rows: 20, characters: 6000 });
