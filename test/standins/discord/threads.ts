import { ChannelType, GatewayIntentBits, MessageType } from "discord-api-types/v10";

import { toThread } from "./describing.ts";
import { createFormErrors, invalid } from "./form-errors.ts";
import { LIMITS } from "./limits.ts";
import type { StoredMessage } from "./messages.ts";
import type { Parts } from "./parts.ts";
import { refusal } from "./refusal.ts";
import type { GuildChannel, Person, Place, Thread } from "./world.ts";

/** What a thread is made with. */
export interface ThreadBody {
  readonly name?: string;
  readonly auto_archive_duration?: number;
  readonly type?: ChannelType;
}

/** What may be changed in a thread. */
export interface ThreadChange {
  readonly name?: string;
  readonly archived?: boolean;
  readonly locked?: boolean;
  readonly auto_archive_duration?: number;
}

export interface Threads {
  /** @throws {Refusal} 160004 where the message has one, 50024 where there can be none, 160006. */
  start(place: Place, message: StoredMessage | null, by: Person, body: ThreadBody): Thread;
  change(thread: Thread, change: ThreadChange): void;
  /** What writing in it does: an archived thread is active again. */
  wake(place: Place): void;
}

const MINUTES = [60, 1440, 4320, 10_080];

type Needed = Pick<Parts, "world" | "gateway" | "nextId" | "settings" | "messages">;

export function createThreads({ world, gateway, nextId, settings, messages }: Needed): Threads {
  function tell(name: "THREAD_CREATE" | "THREAD_UPDATE", thread: Thread, more = {}): void {
    if (!world.botMay(thread, "VIEW_CHANNEL")) return;
    gateway.dispatch({ name, data: { ...toThread(thread), ...more }, intents: GatewayIntentBits.Guilds });
  }

  function change(thread: Thread, { name, archived, locked, auto_archive_duration }: ThreadChange): void {
    if (archived !== undefined && archived !== thread.archived) thread.archiveChangedAtMs = Date.now();
    thread.name = name ?? thread.name;
    thread.archived = archived ?? thread.archived;
    thread.locked = locked ?? thread.locked;
    thread.archiveMinutes = auto_archive_duration ?? thread.archiveMinutes;
    tell("THREAD_UPDATE", thread);
  }

  /** What stands first in a thread that was made from a message: it points to that message, and says nothing. */
  function writeStarter(thread: Thread, message: StoredMessage, by: Person): void {
    messages.put({
      id: nextId(),
      channel: thread.id,
      type: MessageType.ThreadStarterMessage,
      author: by,
      content: "",
      components: [],
      embeds: [],
      attachments: [],
      flags: 0,
      reference: {
        type: 0,
        channel_id: message.channel,
        message_id: message.id,
        guild_id: thread.parent.guild.id,
      },
      mentions: [],
      mentionRoles: [],
      mentionEveryone: false,
      webhookId: null,
      interaction: null,
      ephemeralTo: null,
      editedAtMs: null,
      nonce: undefined,
      madeAtMs: Date.now(),
    });
  }

  return {
    start(place, message, by, body) {
      if (place.kind !== "channel" || !holdsThreads(place)) throw refusal(50_024);
      checkThread(body, true);
      if (message !== null && world.threads().some(({ id }) => id === message.id)) throw refusal(160_004);
      const active = world
        .threads()
        .filter(({ archived, parent }) => !archived && parent.guild === place.guild);
      if (active.length >= settings.activeThreads) throw refusal(160_006);
      const thread: Thread = {
        kind: "thread",
        id: message?.id ?? nextId(),
        name: body.name ?? "",
        type: typeIn(place, message, body),
        parent: place,
        ownerId: by.id,
        madeAtMs: Date.now(),
        archived: false,
        locked: false,
        archiveMinutes: body.auto_archive_duration ?? 1440,
        archiveChangedAtMs: Date.now(),
        messages: 0,
      };
      world.add(thread);
      tell("THREAD_CREATE", thread, { newly_created: true });
      if (message !== null) {
        writeStarter(thread, message, by);
        // It now says that it has a thread.
        messages.put(message);
        const data = { ...messages.describe(message), guild_id: place.guild.id };
        if (world.botMay(place, "VIEW_CHANNEL"))
          gateway.dispatch({ name: "MESSAGE_UPDATE", data, intents: GatewayIntentBits.GuildMessages });
      }
      return thread;
    },
    change,
    wake(place) {
      if (place.kind === "thread" && place.archived) change(place, { archived: false });
    },
  };
}

/** @throws {Refusal} 50035. */
export function checkThread(body: ThreadBody, isNew: boolean): void {
  const errors = createFormErrors();
  if (isNew || body.name !== undefined)
    errors.length(["name"], body.name, { min: 1, max: LIMITS.threadName });
  if (body.auto_archive_duration !== undefined)
    errors.oneOf(["auto_archive_duration"], body.auto_archive_duration, MINUTES);
  errors.throwIfAny();
}

function holdsThreads({ type }: GuildChannel): boolean {
  return type === ChannelType.GuildText || type === ChannelType.GuildAnnouncement;
}

function typeIn(place: GuildChannel, message: StoredMessage | null, { type }: ThreadBody): Thread["type"] {
  const isNews = place.type === ChannelType.GuildAnnouncement;
  if (message !== null || isNews) return isNews ? ChannelType.AnnouncementThread : ChannelType.PublicThread;
  if (type === undefined || type === ChannelType.PrivateThread) return ChannelType.PrivateThread;
  if (type === ChannelType.PublicThread) return type;
  throw invalid(["type"], "BASE_TYPE_CHOICES", "Value must be one of {11, 12}.");
}
