import { z } from "zod";

import { toCommandWords } from "./command-words.ts";
import { UserError } from "./errors.ts";
import { readSecret } from "./secret-file.ts";

/** Variables as a process has them; an empty one counts as not set. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * The variables with each secret that a file holds in place of the `<name>_FILE` that names the file; `secrets` tells
 * which names may have one. @throws UserError (exit status 3) that names variable and path, never what the file holds.
 */
export function withSecretFiles(env: Env, secrets: RegExp): Env {
  const named = Object.keys(env).filter((variable) => secrets.test(nameOf(variable) ?? ""));
  if (named.length === 0) return env;
  const all: Record<string, string | undefined> = { ...env };
  for (const variable of named) {
    // A name of its own it is not: HTTP_TOKEN_FILE is no token of somebody who is called file.
    delete all[variable];
    const [name, path] = [nameOf(variable) ?? "", env[variable]?.trim()];
    if (!path) continue;
    if (env[name]?.trim()) {
      throw new UserError(`${name} and ${variable} are both set: take one of them away.`, { exitStatus: 3 });
    }
    all[name] = readSecret(variable, path);
  }
  return all;
}

/** What a variable names the file of; null where it names none. */
function nameOf(variable: string): string | null {
  return /^(.+)_FILE$/u.exec(variable)?.[1] ?? null;
}

/**
 * Parses the variables that `schema` names and freezes the result.
 * @throws UserError (exit status 3) that names every wrong variable at once, never a secret's value.
 */
export function readEnv<S extends z.ZodObject>(schema: S, env: Env): Readonly<z.infer<S>> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, env[name]?.trim() || undefined]),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  throw new UserError(`Wrong configuration: ${problems.join("; ")}. See .env.example.`, { exitStatus: 3 });
}

/** A whole number of `least` or more, `fallback` when not set. */
export function wholeNumber(fallback: number, least = 0, most = Number.POSITIVE_INFINITY): z.ZodType<number> {
  return decimal(fallback, least)
    .refine((value) => Number.isInteger(value), "must be a whole number")
    .refine((value) => value <= most, `must be ${most} or less`);
}

/** A number of `least` or more, `fallback` when not set. */
export function decimal(fallback: number, least: number): z.ZodType<number> {
  return z
    .string()
    .default(String(fallback))
    .transform(Number)
    .refine((value) => Number.isFinite(value) && value >= least, `must be a number of ${least} or more`);
}

/** A comma-separated list of words. */
export function words(fallback: string): z.ZodType<readonly string[]> {
  return z
    .string()
    .default(fallback)
    .transform((text) =>
      text
        .split(",")
        .map((word) => word.trim())
        .filter(Boolean),
    );
}

/** A base address without its last slash: https, or plain http on this machine only, since keys are sent to it. */
export function apiUrl(fallback: string): z.ZodType<string> {
  return z
    .string()
    .default(fallback)
    .refine(
      isSafeUrl,
      "must be an https address (plain http is accepted for 127.0.0.1, [::1] and localhost only)",
    )
    .transform((url) => url.replace(/\/+$/, ""));
}

/** Where messages go, or null when not set: https, or plain http on this machine only. It may have a query. */
export function targetUrl(): z.ZodType<string | null> {
  return z
    .string()
    .default("")
    .refine(
      (text) => text === "" || isSafeUrl(text, { mayAsk: true }),
      "must be an https address (plain http is accepted for 127.0.0.1, [::1] and localhost only)",
    )
    .transform((text) => (text === "" ? null : text));
}

/** A server with one of these schemes, or null when not set; `example` is shown where it is wrong, never the value, which may hold a password. */
export function serverUrl(schemes: readonly string[], example: string): z.ZodType<string | null> {
  return z
    .string()
    .default("")
    .refine(
      (text) => text === "" || (URL.canParse(text) && schemes.includes(new URL(text).protocol)),
      `must be an address such as ${example}`,
    )
    .transform((text) => (text === "" ? null : text));
}

/** A command as words, split at blanks outside quotes; null when not set. */
export function commandWords(): z.ZodType<readonly string[] | null> {
  return z
    .string()
    .default("")
    .transform((text) => (text === "" ? [] : toCommandWords(text)))
    .refine((found) => found !== null, "has a quote that is not closed")
    .refine((found) => found === null || found[0] !== "", "names no program")
    .transform((found) => (found === null || found.length === 0 ? null : found));
}

function isSafeUrl(text: string, { mayAsk } = { mayAsk: false }): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username || url.password || url.hash || (url.search && !mayAsk)) return false;
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback);
}
