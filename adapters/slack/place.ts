/** Where an answer hangs. */
export interface Place {
  readonly channel: string;
  /** The ts of the message at the head of the thread; null: at the top of the channel. */
  readonly thread: string | null;
  /** Slack's id of who began the conversation. */
  readonly user: string;
}

/** The id of a conversation: `slack:C012AB3CD:1700000000.000100:U012AB3CD`, the middle part empty without a thread. */
export function toConversationId({ channel, thread, user }: Place): string {
  return `slack:${channel}:${thread ?? ""}:${user}`;
}

/** Who begins what the bot itself begins; as with any bot, there is nobody to whisper to. */
const NOBODY = "B0";

/** The id of the conversation at the top of the same channel, the same for everybody in it. */
export function toChannelId({ channel }: Place): string {
  return toConversationId({ channel, thread: null, user: NOBODY });
}

/** Reads an id that `toConversationId` wrote. @throws an Error for any other. */
export function toPlace(conversationId: string): Place {
  const [platform, channel, thread, user, ...rest] = conversationId.split(":");
  if (platform !== "slack" || !channel || thread === undefined || !user || rest.length > 0) {
    throw new Error(`No conversation of Slack: ${conversationId}`);
  }
  return { channel, thread: thread === "" ? null : thread, user };
}

/** Whether only the person and the bot are there: an id of direct messages, or the person's own. */
export function isDirect(channel: string): boolean {
  return /^[DUW]/.test(channel);
}
