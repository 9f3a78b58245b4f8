import type { AdapterLog } from "../../src/contract.ts";
import { createApi, type Api } from "./api.ts";
import { createChannels, type Channels } from "./channels.ts";
import type { Settings } from "./settings.ts";

/** What all conversations share. */
export interface Workspace {
  readonly api: Api;
  readonly channels: Channels;
  readonly threads: Threads;
  /** How often a post was looked for in vain, by its mark. */
  readonly lookedFor: Map<string, number>;
  /** The marks of messages, by the core's name for them. */
  readonly marks: Map<string, number>;
  /** Who the bot is, once Discord has said so. */
  readonly self: { botId: string | null };
  readonly log: AdapterLog;
  /** Without a version and without a last slash. */
  readonly apiUrl: string;
}

/** The messages of which this process knows that they have a thread, and those that cannot have one. */
interface Threads {
  readonly open: Set<string>;
  readonly impossible: Set<string>;
}

export function createWorkspace({ token, apiUrl }: Settings, log: AdapterLog): Workspace {
  const api = createApi({ token, apiUrl, log });
  const threads = { open: new Set<string>(), impossible: new Set<string>() };
  const channels = createChannels(api);
  return {
    api,
    channels,
    threads,
    lookedFor: new Map(),
    marks: new Map(),
    self: { botId: null },
    log,
    apiUrl,
  };
}
