import type { types } from "@slack/bolt";

import type { UploadedFile } from "./files.ts";

/** A message as the Web API and the events give it. */
export interface RawMessage {
  readonly type: "message";
  readonly ts: string;
  readonly text: string;
  readonly user?: string;
  readonly subtype?: string;
  readonly bot_id?: string;
  readonly thread_ts?: string;
  readonly blocks?: readonly types.KnownBlock[];
  readonly attachments?: readonly types.MessageAttachment[];
  readonly files?: readonly RawFile[];
  readonly metadata?: types.MessageMetadata;
  readonly edited?: { readonly user: string; readonly ts: string };
}

/** A file as Slack describes it in messages. */
export interface RawFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly filetype: string;
  readonly size: number;
  readonly url_private: string;
  readonly url_private_download: string;
  readonly shares?: Readonly<Record<string, Readonly<Record<string, readonly { readonly ts: string }[]>>>>;
}

/** What stood in a message at a time. */
interface Version {
  /** Time of day in milliseconds. */
  readonly atMs: number;
  readonly text: string;
  readonly blocks: readonly types.KnownBlock[];
}

/** A message as a person sees it now. */
export interface SeenMessage {
  readonly ts: string;
  readonly channel: string;
  /** Of the message at the head of its thread; null outside of threads and for the head. */
  readonly threadTs: string | null;
  /** Who wrote it, as a user id. */
  readonly user: string;
  /** Set for a message of an app. */
  readonly botId: string | null;
  readonly text: string;
  readonly blocks: readonly types.KnownBlock[];
  readonly attachments: readonly types.MessageAttachment[];
  readonly files: readonly UploadedFile[];
  readonly metadata: types.MessageMetadata | null;
  /** The one person who sees it, as a user id; null for a message that everybody sees. */
  readonly ephemeralTo: string | null;
  /** First what was posted, then each edit; the last is what stands there. */
  readonly versions: readonly Version[];
  readonly raw: RawMessage;
}

/** Every message as it is now, with what it was. */
export interface Messages {
  /** Takes over a new or an edited message. */
  put(channel: string, raw: RawMessage, ephemeralTo?: string): SeenMessage;
  remove(channel: string, ts: string): void;
  find(channel: string, ts: string): SeenMessage | undefined;
  /** Of a channel, without replies in threads, oldest first. */
  inChannel(channel: string): readonly SeenMessage[];
  /** The head and its replies, oldest first. */
  inThread(channel: string, ts: string): readonly SeenMessage[];
  /** What only this person sees, everywhere, oldest first. */
  ephemeral(user: string): readonly SeenMessage[];
  all(): readonly SeenMessage[];
}

export function createMessages(fileOf: (raw: RawFile) => UploadedFile, changed: () => void): Messages {
  const seen = new Map<string, SeenMessage>();

  function put(channel: string, raw: RawMessage, ephemeralTo: string | null): SeenMessage {
    const key = `${channel} ${raw.ts}`;
    const { text, blocks = [] } = raw;
    const versions = [...(seen.get(key)?.versions ?? []), { atMs: Date.now(), text, blocks }];
    const message = {
      ts: raw.ts,
      channel,
      threadTs: raw.thread_ts === undefined || raw.thread_ts === raw.ts ? null : raw.thread_ts,
      user: raw.user ?? raw.bot_id ?? "",
      botId: raw.bot_id ?? null,
      text,
      blocks,
      attachments: raw.attachments ?? [],
      files: (raw.files ?? []).map(fileOf),
      metadata: raw.metadata ?? null,
      ephemeralTo,
      versions,
      raw,
    };
    seen.set(key, message);
    changed();
    return message;
  }

  // In the order of their ts, since each new message has a greater one and an edit keeps its place.
  const all = () => [...seen.values()];
  const openIn = (channel: string) =>
    all().filter((message) => message.channel === channel && message.ephemeralTo === null);
  return {
    put: (channel, raw, ephemeralTo) => put(channel, raw, ephemeralTo ?? null),
    remove(channel, ts) {
      seen.delete(`${channel} ${ts}`);
      changed();
    },
    find: (channel, ts) => seen.get(`${channel} ${ts}`),
    inChannel: (channel) => openIn(channel).filter(({ threadTs }) => threadTs === null),
    inThread: (channel, ts) =>
      openIn(channel).filter((message) => message.ts === ts || message.threadTs === ts),
    ephemeral: (user) => all().filter(({ ephemeralTo }) => ephemeralTo === user),
    all,
  };
}
