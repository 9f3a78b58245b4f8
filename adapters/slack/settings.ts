import { z } from "zod";

import { apiUrl, readEnv, wholeNumber, withSecretFiles, words, type Env } from "../../src/env.ts";

const PLATFORM = "slack:";
const CREDENTIALS = ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"];
/** What may stand in a file that `<name>_FILE` names. */
const SECRETS = new RegExp(`^(?:${CREDENTIALS.join("|")})$`, "u");
const MOST_PORT = 65_535;

/** How Slack reaches us. With both an app token and a signing secret it is Socket Mode: that one needs no open port. */
type Transport =
  | { readonly kind: "socket"; readonly appToken: string }
  | { readonly kind: "http"; readonly signingSecret: string; readonly port: number };

/** What the environment says about Slack. */
export interface Settings {
  readonly botToken: string;
  readonly transport: Transport;
  /** Without a last slash. */
  readonly apiUrl: string;
  /** Ids of Slack, without `slack:`. */
  readonly watchChannels: ReadonlySet<string>;
  readonly watchBots: ReadonlySet<string>;
}

const schema = z
  .object({
    SLACK_BOT_TOKEN: z
      .string("is missing: copy the Bot User OAuth Token (xoxb-…) of OAuth & Permissions")
      .refine(
        (token) => !token.startsWith("xapp-"),
        "is an app-level token: it belongs into SLACK_APP_TOKEN",
      ),
    SLACK_APP_TOKEN: z
      .string()
      .refine(
        (token) => !token.startsWith("xox"),
        "is no app-level token (xapp-…): make one at Basic Information",
      )
      .optional(),
    SLACK_SIGNING_SECRET: z.string().optional(),
    SLACK_PORT: wholeNumber(3000).refine((port) => port <= MOST_PORT, `must be at most ${MOST_PORT}`),
    SLACK_API_URL: apiUrl("https://slack.com/api"),
    WATCH_CHANNELS: words(""),
    WATCH_BOTS: words(""),
  })
  .superRefine((env, context) => {
    if (env.SLACK_APP_TOKEN !== undefined || env.SLACK_SIGNING_SECRET !== undefined) return;
    const message = "is missing: set it for Socket Mode, or SLACK_SIGNING_SECRET for HTTP";
    context.addIssue({ code: "custom", path: ["SLACK_APP_TOKEN"], message });
  });

/** Null without any credential of Slack. @throws an Error with exitStatus 3 that names every wrong variable. */
export function readSettings(variables: Env): Settings | null {
  const env = withSecretFiles(variables, SECRETS);
  if (!CREDENTIALS.some((name) => env[name]?.trim())) return null;
  const given = readEnv(schema, env);
  return {
    botToken: given.SLACK_BOT_TOKEN,
    transport: toTransport(given),
    apiUrl: given.SLACK_API_URL,
    watchChannels: ofSlack(given.WATCH_CHANNELS),
    watchBots: ofSlack(given.WATCH_BOTS),
  };
}

function toTransport(given: z.infer<typeof schema>): Transport {
  if (given.SLACK_APP_TOKEN !== undefined) return { kind: "socket", appToken: given.SLACK_APP_TOKEN };
  return { kind: "http", signingSecret: given.SLACK_SIGNING_SECRET ?? "", port: given.SLACK_PORT };
}

function ofSlack(ids: readonly string[]): ReadonlySet<string> {
  return new Set(ids.filter((id) => id.startsWith(PLATFORM)).map((id) => id.slice(PLATFORM.length)));
}
