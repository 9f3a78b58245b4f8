import { z } from "zod";

import type { Api, Called } from "./api.ts";

/** Who the bot is in its workspace. */
export interface Identity {
  readonly userId: string;
  readonly botId: string;
  /** As people mention and invite it. */
  readonly name: string;
  /** What the token may do; empty when Slack does not say. */
  readonly scopes: readonly string[];
}

/** https://docs.slack.dev/reference/methods/auth.test; scopes come in a header, which the library adds. */
const Tested = z.object({
  user_id: z.string().min(1),
  bot_id: z.string().nullish(),
  user: z.string().nullish(),
  response_metadata: z.object({ scopes: z.array(z.string()).nullish() }).nullish(),
});

/** Asks once who the bot is; what failed is asked again. */
export function createIdentity(api: Api): () => Promise<Called<Identity>> {
  let known: Promise<Called<Identity>> | null = null;
  async function ask(): Promise<Called<Identity>> {
    const called = await api.call("auth.test", {}, Tested);
    if (called.kind !== "done") {
      known = null;
      return called;
    }
    const { user_id, bot_id, user, response_metadata } = called.answer;
    const scopes = response_metadata?.scopes ?? [];
    return { kind: "done", answer: { userId: user_id, botId: bot_id ?? "", name: user ?? "vtip", scopes } };
  }
  return () => (known ??= ask());
}

/** What manifest.yaml asks for; README.md says why each of them. */
export const SCOPES: readonly string[] = [
  "app_mentions:read",
  "channels:history",
  "chat:write",
  "commands",
  "files:read",
  "files:write",
  "groups:history",
  "im:history",
  "mpim:history",
  "usergroups:read",
];

/** The scopes that the token lacks; none when Slack does not say what it has. */
export function missingScopes({ scopes }: Identity): readonly string[] {
  return scopes.length === 0 ? [] : SCOPES.filter((scope) => !scopes.includes(scope));
}
