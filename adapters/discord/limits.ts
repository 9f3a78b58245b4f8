/**
 * What Discord takes, in characters unless the name says otherwise; each with where it is written.
 * docs = https://docs.discord.com/developers, issues = https://github.com/discord/discord-api-docs/issues.
 */
export const LIMITS = Object.freeze({
  /** docs/components/reference: up to 40 components in a message, nested ones counted. */
  components: 40,
  /** docs/change-log 2025-04-22, pull 8562 of discord-api-docs: all text displays of a message together. */
  text: 4000,
  /**
   * issues/8554: a message of more than about 10,170 bytes of UTF-8 is answered with a 500, though no other limit is
   * passed; each text display counts 12 beside its text. Some room is left for what is not known of it.
   */
  messageBytes: 9600,
  /** Of those, what all text displays may take: the rest is for buttons, ids and the components themselves. */
  textBytes: 8800,
  componentBytes: 12,
  /** Not written anywhere; an option has two texts and a tick, each of them a field. */
  optionBytes: 20,
  /** A title that long is none. */
  title: 200,
  /** docs/components/reference#action-row: up to 5 buttons or one menu. */
  buttonsInRow: 5,
  /** docs/components/reference#button-button-structure. */
  buttonLabel: 80,
  /** docs/components/reference#custom-id: 1–100. */
  customId: 100,
  /** docs/components/reference#string-select: 25 options; label and value 100, placeholder 150. */
  menuOptions: 25,
  optionLabel: 100,
  optionValue: 100,
  menuPlaceholder: 150,
  /** docs/interactions/receiving-and-responding#interaction-response-object-modal: title 45, 1–5 components. */
  modalTitle: 45,
  modalComponents: 5,
  /** docs/components/reference#label: 45. */
  label: 45,
  /** docs/components/reference#text-input: value 4,000, placeholder 100. A line longer than this is no line. */
  line: 1000,
  linePlaceholder: 100,
});

/**
 * How many table rows one message gets. The characters are counted with the addresses of links and what stands round
 * each row, so a page of them comes to fewer; what is over is taken from the small print of its rows.
 */
export const PAGE = Object.freeze({ rows: 16, characters: 5600 });
