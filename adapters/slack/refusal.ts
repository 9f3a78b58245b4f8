const OUTSIDE = new Set(["not_in_channel", "channel_not_found"]);

/** Slack's words for what it will not do, as sentences that a person can act on. `bot` is the bot's name. */
const SENTENCES: Readonly<Record<string, (bot: string) => string>> = {
  not_in_channel: invite,
  channel_not_found: invite,
  is_archived: () => "The channel is archived: ask in another one.",
  restricted_action: () =>
    "An administrator has restricted who may post in this channel: ask in another one.",
  restricted_action_read_only_channel: () => "Only some people may post in this channel: ask in another one.",
  restricted_action_thread_only_channel: () =>
    "In this channel only replies in threads are allowed: mention me in a thread.",
  restricted_action_non_threadable_channel: () => "This channel allows no threads: ask in another one.",
  restricted_action_thread_locked: () => "The thread is locked: ask in a new one.",
  thread_not_found: () => "The message at the head of the thread is gone: ask again.",
  message_not_found: () => "The message is gone.",
  cant_update_message: () => "Slack does not let me change this message.",
  edit_window_closed: () => "The workspace does not allow changes of messages any more.",
  msg_too_long: tooLong,
  msg_blocks_too_long: tooLong,
  no_permission: () => "The workspace does not allow me to do this: ask an administrator.",
  ekm_access_denied: () => "An administrator has stopped posting for now.",
  file_uploads_disabled: () => "The workspace allows no files: ask an administrator to allow uploads.",
  file_uploads_except_images_disabled: () =>
    "The workspace allows pictures only: ask an administrator to allow files.",
  storage_limit_reached: () => "The workspace has no room left for files.",
  cannot_reply_to_message: () => "Slack allows no replies to this message: ask in a new one.",
  user_not_in_channel: () => "You are not in this channel.",
};

function invite(bot: string): string {
  return `I am not in this channel: write /invite @${bot} in it, then ask again.`;
}

function tooLong(): string {
  return "Slack finds the message too long.";
}

/** What Slack refused, and where. */
export interface Refusal {
  readonly code: string;
  /** The scope that is missing, where Slack says so. */
  readonly needed: string | null;
  /** How people call the bot. */
  readonly bot: string;
  /** Whether it was in direct messages, which the bot may have no part in: commands and shortcuts work there too. */
  readonly isDirect: boolean;
}

/** A sentence for what Slack refused. */
export function toRefusalSentence({ code, needed, bot, isDirect }: Refusal): string {
  if (isDirect && OUTSIDE.has(code)) {
    return "I have no part in this conversation: ask in a channel, or write to me directly.";
  }
  if (code === "missing_scope") {
    const scope = needed ?? "one that manifest.yaml names";
    return `The Slack app lacks a scope (${scope}): add it at OAuth & Permissions and reinstall the app.`;
  }
  return SENTENCES[code]?.(bot) ?? `Slack refused it (${code}).`;
}
