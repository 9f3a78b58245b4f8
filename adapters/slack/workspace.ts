import type { AdapterLog } from "../../src/contract.ts";
import type { Api, Called } from "./api.ts";
import type { Edits } from "./edits.ts";
import type { Identity } from "./identity.ts";

/** What all conversations of one workspace share. */
export interface Workspace {
  readonly api: Api;
  readonly identity: () => Promise<Called<Identity>>;
  readonly edits: Edits;
  readonly token: string;
  /** Without a last slash. */
  readonly apiUrl: string;
  readonly log: AdapterLog;
}

/** How people call the bot, null while that is not known. */
export async function botName({ identity }: Workspace): Promise<string | null> {
  const called = await identity();
  return called.kind === "done" ? called.answer.name : null;
}
