import { z } from "zod";

import type { User } from "../../src/contract.ts";
import { readEnv, wholeNumber, withSecretFiles, words, type Env } from "../../src/env.ts";
import { CONSOLE, toUser } from "./caller.ts";

const NAMES = ["HTTP_PORT", "HTTP_HOST", "HTTP_TOKEN"];
/** The token of one person, such as HTTP_TOKEN_ANNA. */
const PERSONAL = /^HTTP_TOKEN_(\w+)$/u;
const MOST_PORT = 65_535;
/** What may stand in a file that `<name>_FILE` names. */
const SECRETS = /^(?:HTTP_TOKEN|HTTP_TOKEN_\w+|FEED_TOKEN)$/u;
/** Seconds; a proxy in front rarely waits longer than two minutes. */
const MOST_WAIT = 120;
/** Shorter ones can be guessed. */
const TOKEN_LENGTH = 16;

/** Somebody whom a token lets in. */
interface Holder {
  readonly user: User;
  readonly token: string;
}

/** What the environment says about HTTP. */
export interface Settings {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Programs and people who are let in; empty: everybody on this machine is. */
  readonly holders: readonly Holder[];
  /** Lets firewalls fetch feeds, and nothing else. */
  readonly feedToken: string | null;
  readonly isAutoBlock: boolean;
  /** How long a request of the old form waits for its answer. */
  readonly waitMs: number;
  /** Pages of other sites that may ask with a token, such as `https://soc.example.com`. */
  readonly corsOrigins: ReadonlySet<string>;
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

const schema = z.object({
  HTTP_HOST: z.string().default("127.0.0.1"),
  HTTP_PORT: wholeNumber(5000, 0, MOST_PORT),
  HTTP_TOKEN: token(),
  FEED_TOKEN: token(),
  HTTP_AUTO_BLOCK: z.enum(["true", "false"], "must be true or false").default("false"),
  HTTP_WAIT_SECONDS: wholeNumber(25, 0, MOST_WAIT),
  HTTP_CORS_ORIGINS: words("").refine(
    (all) => all.every(isOrigin),
    "must be origins such as https://soc.example.com, without a path; * would let the pages of everybody in",
  ),
});

/** Null where nothing asks for HTTP. @throws an Error with exitStatus 3 that names every wrong variable. */
export function readSettings(variables: Env): Settings | null {
  const env = withSecretFiles(variables, SECRETS);
  const personal = Object.keys(env).filter((name) => PERSONAL.test(name) && env[name]?.trim());
  const isWanted =
    [...NAMES, ...personal].some((name) => env[name]?.trim()) ||
    readEnv(z.object({ ADAPTERS: words("") }), env).ADAPTERS.includes("http");
  if (!isWanted) return null;
  const holders = toHolders(env, personal);
  const given = readEnv(
    schema.superRefine((all, context) => {
      for (const [name, message] of problemsOf(all, holders))
        context.addIssue({ code: "custom", path: [name], message });
    }),
    env,
  );
  return {
    host: given.HTTP_HOST,
    port: given.HTTP_PORT,
    holders: holders.map(({ user, token: text }) => ({ user, token: text })),
    feedToken: given.FEED_TOKEN === "" ? null : given.FEED_TOKEN,
    isAutoBlock: given.HTTP_AUTO_BLOCK === "true",
    waitMs: given.HTTP_WAIT_SECONDS * 1000,
    corsOrigins: new Set(given.HTTP_CORS_ORIGINS),
  };
}

type Named = Holder & { readonly name: string };

/** With the variables that have their tokens. */
function toHolders(env: Env, personal: readonly string[]): readonly Named[] {
  const shared = env["HTTP_TOKEN"]?.trim() ?? "";
  const people = personal.map((name) => ({
    name,
    user: toUser(name.replace(PERSONAL, "$1")),
    token: env[name]?.trim() ?? "",
  }));
  return shared === "" ? people : [{ name: "HTTP_TOKEN", user: CONSOLE, token: shared }, ...people];
}

/** What is wrong though each variable is right by itself: its name and a sentence. */
function problemsOf(
  given: { readonly HTTP_HOST: string; readonly HTTP_CORS_ORIGINS: readonly string[] },
  holders: readonly Named[],
): readonly (readonly [string, string])[] {
  const problems: (readonly [string, string])[] = [];
  const { HTTP_HOST: host } = given;
  if (!isLoopback(host) && holders.length === 0)
    problems.push([
      "HTTP_TOKEN",
      `is missing: ${host} can be reached from other machines. Set a long random text, such as of: openssl rand -hex 32`,
    ]);
  if (given.HTTP_CORS_ORIGINS.length > 0 && holders.length === 0)
    problems.push([
      "HTTP_CORS_ORIGINS",
      "needs HTTP_TOKEN: pages of other sites ask with a token and with nothing else",
    ]);
  for (const [at, { name, user, token: text }] of holders.entries()) {
    const wrong = name === "HTTP_TOKEN" ? [] : (token().safeParse(text).error?.issues ?? []);
    for (const { message } of wrong) problems.push([name, message]);
    const before = holders.slice(0, at);
    const same = before.find((other) => other.token === text);
    if (same !== undefined) problems.push([name, `is the token of ${same.name}: each has their own`]);
    const namesake = name === "HTTP_TOKEN" ? undefined : before.find((other) => other.user.id === user.id);
    if (namesake !== undefined || (name !== "HTTP_TOKEN" && user.id === CONSOLE.id))
      problems.push([name, `is ${user.id}, as ${namesake?.name ?? "HTTP_TOKEN"} is: take another name`]);
  }
  return problems;
}

function isOrigin(text: string): boolean {
  return /^https?:/u.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Whether only this machine reaches it. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/u.test(host);
}
