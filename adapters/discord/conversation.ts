import { toForm } from "../../src/card.ts";
import type { Conversation } from "../../src/contract.ts";
import { createAnswer, type Answer } from "./answer.ts";
import type { Token } from "./arrived.ts";
import { download } from "./download.ts";
import { editMessage } from "./editing.ts";
import { findPost } from "./find.ts";
import { hasMenus, toMenus, toModal } from "./form.ts";
import { PAGE } from "./limits.ts";
import { toConversationId, toMessagePlace, type Place } from "./place.ts";
import { postMessage } from "./posting.ts";
import { toMessage } from "./render.ts";
import { toCard } from "./speech.ts";
import { whisper } from "./whisper.ts";
import type { Workspace } from "./workspace.ts";

/** docs.discord.com/developers/reference#uploading-files: the least that Discord takes anywhere. */
const LEAST_FILE_BYTES = 10 * 1024 * 1024;

/** What came with a delivery: the interaction to be answered. */
export interface Origin {
  readonly answer: Answer;
  readonly token: Token;
}

export function toOrigin({ api, log }: Workspace, token: Token): Origin {
  return { answer: createAnswer(api, log, token), token };
}

/** A channel, thread or direct messages. `origin` is what came with an interaction; null when it is reopened. */
export function createConversation(workspace: Workspace, place: Place, origin: Origin | null): Conversation {
  const id = toConversationId(place);
  const answer = origin?.answer ?? null;
  const tell = (message: Parameters<typeof whisper>[3]) => whisper(workspace, place, answer, message);

  return {
    id,
    page: PAGE,
    mostFileBytes: origin?.token.mostFileBytes ?? LEAST_FILE_BYTES,
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
      if (form === null) return;
      const { token } = origin ?? {};
      if (token && hasMenus(form) && !token.wantsForm) return tell(toMenus(form, token.action));
      if (await answer?.open(toModal(form))) return;
      const text = "The form could not be opened in time: press the button again.";
      await tell(toMessage(toCard({ kind: "notice", tone: "problem", text })));
    },
    fetch: (upload, mostBytes) => download(workspace, upload, mostBytes),
    async link(message) {
      const { channel, message: id } = toMessagePlace(message);
      return `https://discord.com/channels/${place.guild ?? "@me"}/${channel}/${id}`;
    },
  };
}
