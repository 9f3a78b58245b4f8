/** How an answer hangs in its channel. `isPicked`: the message is somebody's, on which the person used a command. */
export type Hanging =
  /** At the top of the channel: its first message is the head of what follows. */
  | { readonly kind: "top" }
  /** In the thread of that message; in direct messages, which have none, as replies to it. */
  | { readonly kind: "under"; readonly message: string; readonly isPicked: boolean }
  /** The channel is a thread by itself. `message` is what is answered there; null for a command. */
  | { readonly kind: "thread"; readonly message: string | null; readonly isPicked: boolean };

/** Where an answer hangs. */
export interface Place {
  /** The server; null for direct messages. */
  readonly guild: string | null;
  readonly channel: string;
  readonly hanging: Hanging;
  /** Discord's id of who began the conversation. */
  readonly user: string;
}

const DIRECT = "@me";
const ID = /^discord:(@me|\d+):(\d+):([cmt])(p?)(\d*):(\d+)$/;

/**
 * The id of a conversation: `discord:GUILD:CHANNEL:c:USER`, `…:mMESSAGE:…` under a message, `…:tMESSAGE:…` in a thread,
 * with a `p` before a message that was picked.
 */
export function toConversationId({ guild, channel, hanging, user }: Place): string {
  return `discord:${guild ?? DIRECT}:${channel}:${toWord(hanging)}:${user}`;
}

function toWord(hanging: Hanging): string {
  switch (hanging.kind) {
    case "top":
      return "c";
    case "under":
      return `m${hanging.isPicked ? "p" : ""}${hanging.message}`;
    case "thread":
      return `t${hanging.isPicked ? "p" : ""}${hanging.message ?? ""}`;
  }
}

/** Who begins what the bot itself begins. */
const NOBODY = "0";

/** The id of the conversation at the top of the same channel or thread, the same for everybody in it. */
export function toChannelId({ guild, channel, hanging }: Place): string {
  const top: Hanging =
    hanging.kind === "thread" ? { kind: "thread", message: null, isPicked: false } : { kind: "top" };
  return toConversationId({ guild, channel, hanging: top, user: NOBODY });
}

/** Reads an id that `toConversationId` wrote. @throws an Error for any other. */
export function toPlace(conversationId: string): Place {
  const [, guild = "", channel = "", kind, picked, message = "", user = ""] = ID.exec(conversationId) ?? [];
  const hanging = toHanging(kind, message, picked === "p");
  if (hanging === null) throw new Error(`No conversation of Discord: ${conversationId}`);
  return { guild: guild === DIRECT ? null : guild, channel, hanging, user };
}

function toHanging(kind: string | undefined, message: string, isPicked: boolean): Hanging | null {
  if (kind === "c") return { kind: "top" };
  if (kind === "m" && message !== "") return { kind: "under", message, isPicked };
  if (kind === "t") return { kind: "thread", message: message === "" ? null : message, isPicked };
  return null;
}

/** A message and where it stands, as the core keeps it: `CHANNEL/MESSAGE`. */
export interface MessagePlace {
  readonly channel: string;
  readonly message: string;
}

export function toMessageRef({ channel, message }: MessagePlace): string {
  return `${channel}/${message}`;
}

/** Reads what `toMessageRef` wrote. @throws an Error for anything else. */
export function toMessagePlace(ref: string): MessagePlace {
  const [, channel = "", message = ""] = /^(\d+)\/(\d+)$/.exec(ref) ?? [];
  if (message === "") throw new Error(`No message of Discord: ${ref}`);
  return { channel, message };
}
