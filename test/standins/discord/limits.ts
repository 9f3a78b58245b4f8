/** Every limit of Discord that the stand-in enforces. Lengths in UTF-16 units, as the SDKs count them. Pages of discord.com/developers/docs. */
export const LIMITS = {
  /** resources/message#create-message */
  content: 2_000,
  nonce: 25,
  attachments: 10,
  embeds: 10,
  requestBytes: 25 * 1024 * 1024,
  /** resources/message#embed-object-embed-limits */
  embedsText: 6_000,
  embedTitle: 256,
  embedDescription: 4_096,
  embedFields: 25,
  embedFieldName: 256,
  embedFieldValue: 1_024,
  embedFooter: 2_048,
  embedAuthor: 256,
  /** resources/message#get-channel-messages */
  history: 100,
  /** components/reference */
  legacyRows: 5,
  components: 40,
  componentsText: 4_000,
  rowButtons: 5,
  customId: 100,
  buttonLabel: 80,
  buttonUrl: 512,
  placeholder: 150,
  selectOptions: 25,
  optionText: 100,
  sectionTexts: 3,
  galleryItems: 10,
  mediaDescription: 1_024,
  textInput: 4_000,
  textInputPlaceholder: 100,
  label: 45,
  labelDescription: 100,
  modalTitle: 45,
  modalComponents: 5,
  /** topics/threads, resources/channel#start-thread-from-message */
  threadName: 100,
  /** interactions/application-commands */
  commandName: 32,
  commandDescription: 100,
  commandOptions: 25,
  commandChoices: 25,
  commandText: 8_000,
  chatCommands: 100,
  contextCommands: 15,
  stringOption: 6_000,
  /** resources/channel#allowed-mentions-object */
  allowedMentions: 100,
  /** events/gateway */
  gatewayPayloadBytes: 4_096,
  gatewayFramesPerMinute: 120,
} as const;
