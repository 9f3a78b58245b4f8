import {
  type APIEmbed,
  type APIMessage,
  type APIMessageInteractionMetadata,
  type APIMessageReference,
  type APIMessageTopLevelComponent,
  MessageFlags,
  MessageType,
} from "discord-api-types/v10";

import type { Attachments, StoredAttachment } from "./attachments.ts";
import { filesShown, mapNodes, type Node } from "./components.ts";
import { toThread, toUser } from "./describing.ts";
import type { Person, World } from "./world.ts";

/** A message as Discord keeps it. */
export interface StoredMessage {
  readonly id: string;
  /** The thread's, for a message in a thread. */
  readonly channel: string;
  readonly type: MessageType;
  readonly author: Person;
  readonly content: string;
  readonly components: readonly Node[];
  readonly embeds: readonly APIEmbed[];
  readonly attachments: readonly StoredAttachment[];
  readonly flags: number;
  readonly reference: APIMessageReference | null;
  readonly mentions: readonly Person[];
  readonly mentionRoles: readonly string[];
  readonly mentionEveryone: boolean;
  readonly webhookId: string | null;
  readonly interaction: APIMessageInteractionMetadata | null;
  /** The one person who sees it; null for a message that everybody sees. */
  readonly ephemeralTo: string | null;
  readonly editedAtMs: number | null;
  readonly nonce: string | number | undefined;
  readonly madeAtMs: number;
}

/** What stood in a message at a time. */
interface Version {
  /** Time of day in milliseconds. */
  readonly atMs: number;
  readonly content: string;
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly embeds: readonly APIEmbed[];
}

/** A file as a person finds it in a message. */
interface SeenFile {
  readonly id: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** A message as a person sees it now. */
export interface SeenMessage {
  readonly id: string;
  /** The id of where it stands: a channel, direct messages, or a thread. */
  readonly channel: string;
  /** Of the thread that it stands in, which is that of the message at its head; null outside of threads. */
  readonly threadOf: string | null;
  /** Who wrote it, as a user id. */
  readonly author: string;
  readonly content: string;
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly embeds: readonly APIEmbed[];
  /** Those that are shown: with components v2, those that a component shows. */
  readonly files: readonly SeenFile[];
  readonly flags: number;
  /** The id of the message that it answers. */
  readonly reference: string | null;
  readonly isEphemeral: boolean;
  /** The one person who sees it, as a user id; null for a message that everybody sees. */
  readonly ephemeralTo: string | null;
  /** "vtip is thinking…": deferred and not answered yet. */
  readonly isThinking: boolean;
  /** First what was posted, then each edit; the last is what stands there. */
  readonly versions: readonly Version[];
  readonly raw: APIMessage;
}

/** Every message as it is now, with what it was. */
export interface Messages {
  /** Takes over a new or an edited message. */
  put(message: StoredMessage): SeenMessage;
  remove(id: string): void;
  find(id: string): StoredMessage | undefined;
  seen(id: string): SeenMessage | undefined;
  /** As REST and the gateway give it, with fresh addresses, without its nonce. */
  describe(message: StoredMessage): APIMessage;
  /** What everybody sees in a channel or a thread, oldest first. */
  in(place: string): readonly SeenMessage[];
  /** All that REST finds there, what the platform itself wrote too, oldest first. */
  storedIn(place: string): readonly StoredMessage[];
  /** What only this person sees, everywhere, oldest first. */
  ephemeral(user: string): readonly SeenMessage[];
  all(): readonly SeenMessage[];
  /** Those of a channel that is gone. */
  removeIn(place: string): void;
}

/** What Discord itself writes into a channel: no person said it. */
const SYSTEM: readonly MessageType[] = [MessageType.ThreadCreated, MessageType.ThreadStarterMessage];

export function createMessages(world: World, attachments: Attachments, changed: () => void): Messages {
  const stored = new Map<string, StoredMessage>();
  const seen = new Map<string, SeenMessage>();

  function describe(message: StoredMessage, depth = 0): APIMessage {
    const { reference, flags, editedAtMs, interaction, webhookId } = message;
    const files = message.attachments.map(attachments.describe);
    const thread = world.threads().find(({ id }) => id === message.id);
    const answered = reference?.message_id === undefined ? undefined : stored.get(reference.message_id);
    const raw: APIMessage = {
      id: message.id,
      type: message.type,
      channel_id: message.channel,
      author: toUser(message.author),
      content: message.content,
      timestamp: new Date(message.madeAtMs).toISOString(),
      edited_timestamp: editedAtMs === null ? null : new Date(editedAtMs).toISOString(),
      tts: false,
      mention_everyone: message.mentionEveryone,
      mentions: message.mentions.map(toUser),
      mention_roles: [...message.mentionRoles],
      attachments: files,
      embeds: [...message.embeds],
      components: withAddresses(message.components, files),
      pinned: false,
      flags: flags | (thread === undefined ? 0 : MessageFlags.HasThread),
      ...(thread !== undefined && { thread: toThread(thread) }),
      ...(webhookId !== null && { webhook_id: webhookId }),
      ...(webhookId === world.applicationId && { application_id: webhookId }),
      ...(interaction !== null && { interaction_metadata: interaction }),
      ...(reference !== null && { message_reference: reference }),
      ...(reference !== null &&
        depth === 0 && { referenced_message: answered === undefined ? null : describe(answered, 1) }),
    };
    return raw;
  }

  function look(message: StoredMessage): SeenMessage {
    const raw = describe(message);
    const { id, channel, content, embeds, flags, ephemeralTo } = message;
    const components = raw.components ?? [];
    const shown = filesShown(message.components);
    const isV2 = (flags & MessageFlags.IsComponentsV2) !== 0;
    const version = { atMs: Date.now(), content, components, embeds };
    return {
      id,
      channel,
      threadOf: world.findPlace(channel)?.kind === "thread" ? channel : null,
      author: message.author.id,
      content,
      components,
      embeds,
      files: message.attachments
        .filter(({ name }) => !isV2 || shown.includes(name))
        .map(({ id, name, bytes }) => ({ id, name, bytes })),
      flags: raw.flags ?? 0,
      reference: message.reference?.message_id ?? null,
      isEphemeral: ephemeralTo !== null,
      ephemeralTo,
      isThinking: (flags & MessageFlags.Loading) !== 0,
      versions: [...(seen.get(id)?.versions ?? []), version],
      raw,
    };
  }

  // In the order of their ids, since each new message has a greater one and an edit keeps its place.
  const all = () => [...seen.values()];
  const openIn = (place: string) =>
    [...stored.values()].filter(({ channel, ephemeralTo }) => channel === place && ephemeralTo === null);
  const remove = (id: string) => {
    stored.delete(id);
    seen.delete(id);
  };
  return {
    put(message) {
      stored.set(message.id, message);
      const now = look(message);
      seen.set(message.id, now);
      changed();
      return now;
    },
    remove(id) {
      remove(id);
      changed();
    },
    find: (id) => stored.get(id),
    seen: (id) => seen.get(id),
    describe: (message) => describe(message),
    in: (place) =>
      openIn(place)
        .filter(({ type }) => !SYSTEM.includes(type))
        .flatMap(({ id }) => seen.get(id) ?? []),
    storedIn: openIn,
    ephemeral: (user) => all().filter(({ ephemeralTo }) => ephemeralTo === user),
    all,
    removeIn(place) {
      for (const { id, channel } of stored.values()) if (channel === place) remove(id);
      changed();
    },
  };
}

/** Components with addresses in the place of `attachment://name`, as Discord gives them. */
function withAddresses(
  components: readonly Node[],
  files: APIMessage["attachments"],
): APIMessageTopLevelComponent[] {
  const resolve = (media: unknown) => {
    const { url } = media as { readonly url: string };
    const file = files.find(({ filename }) => url === `attachment://${filename}`);
    if (file === undefined) return media;
    return {
      url: file.url,
      proxy_url: file.proxy_url,
      content_type: file.content_type,
      attachment_id: file.id,
    };
  };
  const given = mapNodes(components, (node) => {
    if (typeof node["file"] === "object" && node["file"] !== null) {
      const { url } = node["file"] as { readonly url: string };
      const file = files.find(({ filename }) => url === `attachment://${filename}`);
      return {
        ...node,
        file: resolve(node["file"]),
        ...(file !== undefined && { name: file.filename, size: file.size }),
      };
    }
    if (typeof node["media"] === "object" && node["media"] !== null)
      return { ...node, media: resolve(node["media"]) };
    if (!Array.isArray(node["items"])) return node;
    const items = node["items"] as readonly { readonly media: unknown }[];
    return { ...node, items: items.map((item) => ({ ...item, media: resolve(item.media) })) };
  });
  return given as unknown as APIMessageTopLevelComponent[];
}
