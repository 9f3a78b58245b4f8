import type { Conversation, Fetched, Reply } from "../../src/contract.ts";
import type { Hub } from "./hub.ts";

/** As all conversations here are called: what is shown comes from the records, so one place is as good as another. */
export const CONVERSATION = "http:console";

/** What one request brings with it, and is told by itself. */
export interface Exchange {
  /** Files by their `ref`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly told: Reply[];
}

/** A conversation without messages: every post is there at once, since pages read the records. */
export function createConversation(hub: Hub, exchange: Exchange | null): Conversation {
  async function show(reply: Reply, message: string) {
    hub.tell(reply);
    return { kind: "sent", message } as const;
  }
  return {
    id: CONVERSATION,
    channel: CONVERSATION,
    page: { rows: 1, characters: 1 },
    showsRecords: true,
    mostFileBytes: Number.POSITIVE_INFINITY,
    post: async ({ mark, reply }) => show(reply, mark),
    edit: async (message, reply) => show(reply, message),
    find: async ({ mark }) => ({ kind: "found", message: mark }),
    async whisper(reply) {
      exchange?.told.push(reply);
    },
    async ask(form) {
      exchange?.told.push(form);
    },
    fetch: async ({ ref, name }, mostBytes) => fetched(exchange?.files.get(ref), name, mostBytes),
    link: async () => null,
  };
}

function fetched(bytes: Uint8Array | undefined, name: string, mostBytes: number): Fetched {
  if (bytes === undefined) return { kind: "refused", reason: `${name} is gone: send it again.` };
  if (bytes.byteLength > mostBytes) {
    const mebibytes = Math.floor(mostBytes / 1_048_576);
    return { kind: "refused", reason: `${name} is larger than ${mebibytes} MiB: send it in parts.` };
  }
  return { kind: "fetched", bytes };
}
