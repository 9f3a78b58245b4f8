import type { Conversation, Fetched, Reply } from "../../src/contract.ts";
import type { Hub } from "./hub.ts";

/** What is asked here by people, and by programs that begin scans. What is shown comes from the records: one place is enough. */
export const CONVERSATION = "http:console";

/** What is asked by `POST /verificar_ip`: nobody looks at it, and its unsafe addresses may be blocked by setting. */
export const OLD_QUESTIONS = "http:verificar_ip";

/** What one request brings with it, and is told by itself. */
export interface Exchange {
  /** Files by their `ref`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly told: Reply[];
}

/** Where replies go. */
export interface Outlet {
  readonly hub: Hub;
  /** Decides a proposal by setting; null where people do. */
  readonly autoBlock: ((proposalId: string) => Promise<void>) | null;
}

/** A conversation without messages: every post is there at once, since pages read the records. */
export function createConversation(
  id: string,
  { hub, autoBlock }: Outlet,
  exchange: Exchange | null,
): Conversation {
  const isDecidedBySetting = autoBlock !== null && id === OLD_QUESTIONS;
  async function show(reply: Reply, message: string) {
    hub.tell(reply);
    return { kind: "sent", message } as const;
  }
  return {
    id,
    channel: CONVERSATION,
    page: { rows: 1, characters: 1 },
    showsRecords: true,
    mostFileBytes: Number.POSITIVE_INFINITY,
    async post({ mark, reply }) {
      // Before it counts as posted: a run that is killed here leaves it to the next one.
      if (isDecidedBySetting && reply.kind === "proposal") await autoBlock(reply.proposalId);
      return show(reply, mark);
    },
    edit: async (message, reply) => show(reply, message),
    find: async ({ mark }) => (isDecidedBySetting ? { kind: "absent" } : { kind: "found", message: mark }),
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
