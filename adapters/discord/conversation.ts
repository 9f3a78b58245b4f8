import { toForm } from "../../src/card.ts";
import type { Conversation } from "../../src/contract.ts";
import { ask, type Origin } from "./asking.ts";
import { download } from "./download.ts";
import { editMessage } from "./editing.ts";
import { findPost } from "./find.ts";
import { PAGE } from "./limits.ts";
import { toChannelId, toConversationId, toMessagePlace, type Place } from "./place.ts";
import { postMessage } from "./posting.ts";
import { toMessage, type Message } from "./render.ts";
import { toCard } from "./speech.ts";
import { whisper } from "./whisper.ts";
import type { Workspace } from "./workspace.ts";

/**
 * docs.discord.com/developers/reference#uploading-files: what everybody may send everywhere. Discord names more for
 * people with Nitro, but the report is the bot's own message; less than that holds.
 */
const MOST_FILE_BYTES = 10 * 1024 * 1024;

/** A channel, thread or direct messages. `origin` is what came with an interaction; null when it is reopened. */
export function createConversation(workspace: Workspace, place: Place, origin: Origin | null): Conversation {
  const id = toConversationId(place);
  const answer = origin?.answer ?? null;
  const tell = (message: Message) => whisper(workspace, place, answer, message);

  return {
    id,
    channel: toChannelId(place),
    page: PAGE,
    showsRecords: false,
    mostFileBytes: Math.min(origin?.token.mostFileBytes ?? MOST_FILE_BYTES, MOST_FILE_BYTES),
    async post(post) {
      const delivered = await postMessage(workspace, place, post);
      if (delivered.kind === "sent") void answer?.settle();
      return delivered;
    },
    edit: (message, reply) => editMessage(workspace, message, reply),
    find: (post, sinceMs) => findPost(workspace, place, post, sinceMs),
    whisper: (reply) => tell(toMessage(toCard(reply))),
    async ask(reply) {
      const form = toForm(reply);
      if (form !== null) await ask(form, origin, tell);
    },
    fetch: (upload, mostBytes) => download(workspace, upload, mostBytes),
    async link(message) {
      const { channel, message: id } = toMessagePlace(message);
      return `https://discord.com/channels/${place.guild ?? "@me"}/${channel}/${id}`;
    },
  };
}
