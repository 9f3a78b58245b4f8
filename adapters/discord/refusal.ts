import type { Delivered } from "../../src/contract.ts";
import type { Failure } from "./failure.ts";

/** Discord's numbers: docs.discord.com/developers/topics/opcodes-and-status-codes#json. */
export const CODES = Object.freeze({
  unknownChannel: 10_003,
  unknownMessage: 10_008,
  unknownGuild: 10_004,
  unknownMember: 10_007,
  unknownUser: 10_013,
  tooManyActiveThreads: 160_006,
  hasThread: 160_004,
  lockedThread: 160_005,
  noReplyWithoutHistory: 160_002,
  archivedThread: 50_083,
  missingAccess: 50_001,
  missingPermissions: 50_013,
  wrongChannelType: 50_024,
  systemMessage: 50_021,
  cannotWriteToUser: 50_007,
  fileTooLarge: 40_005,
  invalidForm: 50_035,
} as const);

const NO_ENTRY =
  "I may not write here: invite me to this channel (Edit Channel → Permissions: View Channel, Send Messages, Send Messages in Threads, Create Public Threads), then ask again.";

/** What Discord will not do, as sentences that a person can act on. */
const SENTENCES: Readonly<Record<number, string>> = {
  [CODES.unknownChannel]: "The channel or thread is gone: ask again in another one.",
  [CODES.unknownMessage]: "The message is gone.",
  [CODES.missingAccess]: NO_ENTRY,
  [CODES.missingPermissions]: NO_ENTRY,
  [CODES.lockedThread]: "The thread is locked: ask in a new one.",
  [CODES.archivedThread]: "The thread is archived: open it again, or ask in a new one.",
  [CODES.cannotWriteToUser]: "You take no direct messages from me: ask in a channel.",
  [CODES.fileTooLarge]: "The file is larger than Discord takes here.",
  20_016: "The channel is in slow mode: ask again later.",
  20_028: "The server has reached a limit of Discord's: ask again later.",
  30_007: "The server has reached a limit of Discord's: ask again later.",
  40_062: "Discord asks to go slower here: ask again later.",
  200_000: "The server's AutoMod does not let this message through: ask its administrators to except me.",
};

/** A sentence for what Discord refused. */
function toRefusalSentence({ code, message }: { readonly code: number; readonly message: string }): string {
  return SENTENCES[code] ?? `Discord refused it (${code} ${message}).`;
}

/** For a message with a file, where one without is taken. */
export const NO_FILES =
  "I may not attach files here: allow me Attach Files in this channel (Edit Channel → Permissions), then ask again.";

/** What a failed call means for a post or an edit. */
export function toRefused(failure: Failure): Exclude<Delivered, { readonly kind: "sent" }> {
  return failure.kind === "refused" ? { kind: "refused", reason: toRefusalSentence(failure) } : failure;
}
