import type { AdapterLog } from "../../src/contract.ts";
import type { Api } from "./api.ts";
import type { Channels } from "./channels.ts";

/** What all conversations share. */
export interface Workspace {
  readonly api: Api;
  readonly channels: Channels;
  readonly threads: Threads;
  /** How often a post was looked for in vain, by its mark. */
  readonly lookedFor: Map<string, number>;
  readonly log: AdapterLog;
  /** Without a version and without a last slash. */
  readonly apiUrl: string;
}

/** The messages of which this process knows that they have a thread, and those that cannot have one. */
export interface Threads {
  readonly open: Set<string>;
  readonly impossible: Set<string>;
}
