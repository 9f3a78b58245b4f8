import { z } from "zod";

import { readEnv, wholeNumber, words, type Env } from "../../src/env.ts";

const NAMES = ["HTTP_PORT", "HTTP_HOST", "HTTP_TOKEN"];
const MOST_PORT = 65_535;
/** Seconds; a proxy in front rarely waits longer than two minutes. */
const MOST_WAIT = 120;
/** Shorter ones can be guessed. */
const TOKEN_LENGTH = 16;

/** What the environment says about HTTP. */
export interface Settings {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Lets programs and people in; null: everybody on this machine. */
  readonly token: string | null;
  /** Lets firewalls fetch feeds, and nothing else. */
  readonly feedToken: string | null;
  readonly isAutoBlock: boolean;
  /** How long a request of the old form waits for its answer. */
  readonly waitMs: number;
}

const token = () =>
  z
    .string()
    .default("")
    .refine((text) => text === "" || /^[\x21-\x7e]+$/u.test(text), "must be of visible ASCII characters")
    .refine(
      (text) => text === "" || text.length >= TOKEN_LENGTH,
      `must have ${TOKEN_LENGTH} characters or more`,
    );

const schema = z
  .object({
    HTTP_HOST: z.string().default("127.0.0.1"),
    HTTP_PORT: wholeNumber(5000, 0, MOST_PORT),
    HTTP_TOKEN: token(),
    FEED_TOKEN: token(),
    HTTP_AUTO_BLOCK: z.enum(["true", "false"], "must be true or false").default("false"),
    HTTP_WAIT_SECONDS: wholeNumber(25, 0, MOST_WAIT),
  })
  .superRefine(({ HTTP_HOST, HTTP_TOKEN }, context) => {
    if (isLoopback(HTTP_HOST) || HTTP_TOKEN !== "") return;
    const message = `is missing: ${HTTP_HOST} can be reached from other machines. Set a long random text, such as of: openssl rand -hex 32`;
    context.addIssue({ code: "custom", path: ["HTTP_TOKEN"], message });
  });

/** Null where nothing asks for HTTP. @throws an Error with exitStatus 3 that names every wrong variable. */
export function readSettings(env: Env): Settings | null {
  const isWanted =
    NAMES.some((name) => env[name]?.trim()) ||
    readEnv(z.object({ ADAPTERS: words("") }), env).ADAPTERS.includes("http");
  if (!isWanted) return null;
  const given = readEnv(schema, env);
  return {
    host: given.HTTP_HOST,
    port: given.HTTP_PORT,
    token: given.HTTP_TOKEN === "" ? null : given.HTTP_TOKEN,
    feedToken: given.FEED_TOKEN === "" ? null : given.FEED_TOKEN,
    isAutoBlock: given.HTTP_AUTO_BLOCK === "true",
    waitMs: given.HTTP_WAIT_SECONDS * 1000,
  };
}

/** Whether only this machine reaches it. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/u.test(host);
}
