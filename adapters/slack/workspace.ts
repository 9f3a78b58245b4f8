import type { AdapterLog, Delivered } from "../../src/contract.ts";
import type { Api, Called } from "./api.ts";
import type { Edits } from "./edits.ts";
import type { Failure } from "./failure.ts";
import type { Identity } from "./identity.ts";
import { isDirect } from "./place.ts";
import { toRefusalSentence } from "./refusal.ts";

/** As manifest.yaml names the bot. */
const DEFAULT_NAME = "vtip";

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

/** What a failed call means for a post in a channel; a refusal becomes a sentence that a person can act on. */
export async function toUndelivered(
  { identity }: Workspace,
  failure: Failure,
  channel: string,
): Promise<Exclude<Delivered, { readonly kind: "sent" }>> {
  if (failure.kind !== "refused") return failure;
  const called = await identity();
  const bot = called.kind === "done" ? called.answer.name : DEFAULT_NAME;
  const { code, needed } = failure;
  return { kind: "refused", reason: toRefusalSentence({ code, needed, bot, isDirect: isDirect(channel) }) };
}
