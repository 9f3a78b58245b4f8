import { onTestFinished, vi } from "vitest";

import { type Discord, type DiscordOptions, startDiscord } from "./discord.ts";
import type { Interaction } from "./interactions.ts";
import type { Done } from "./pressing.ts";

/** A stand-in that is stopped after the test. */
export async function openDiscord(options?: DiscordOptions): Promise<Discord> {
  const discord = await startDiscord(options);
  onTestFinished(() => discord.stop());
  return discord;
}

/** An answer of the REST API. */
export interface Answer {
  readonly status: number;
  readonly code: number | undefined;
  readonly headers: Headers;
  // What a test looks into is of many shapes.
  readonly body: Record<string, never> & { readonly id: string };
  /** The codes of 50035, by path: `components.0.label: BASE_TYPE_MAX_LENGTH`. */
  readonly errors: readonly string[];
}

/** One call, without a client between. `files` make it multipart. */
export async function call(
  discord: Discord,
  route: string,
  body?: unknown,
  {
    files = [],
    token = discord.token,
  }: { readonly files?: readonly (readonly [string, string])[]; readonly token?: string } = {},
): Promise<Answer> {
  const [method = "GET", path = ""] = route.split(" ");
  const form = new FormData();
  form.set("payload_json", JSON.stringify(body ?? {}));
  for (const [number, [name, content]] of files.entries())
    form.set(`files[${number}]`, new Blob([content]), name);
  const json = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(`${discord.apiUrl}/v10${path}`, {
    method,
    headers: { authorization: `Bot ${token}`, ...(files.length === 0 && json) },
    ...(files.length > 0 ? { body: form } : body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = (text === "" ? {} : JSON.parse(text)) as Answer["body"];
  const { code, errors } = answer as { readonly code?: number; readonly errors?: unknown };
  return {
    status: response.status,
    code,
    headers: response.headers,
    body: answer,
    errors: codesIn(errors, []),
  };
}

function codesIn(errors: unknown, path: readonly string[]): readonly string[] {
  return Object.entries(errors ?? {}).flatMap(([key, value]) =>
    key === "_errors"
      ? (value as readonly { readonly code: string }[]).map(({ code }) => `${path.join(".")}: ${code}`)
      : codesIn(value, [...path, key]),
  );
}

/** What a person just did, not answered yet: an interaction is there as soon as the call is made. */
export function pending(
  discord: Discord,
  deed: Promise<Done>,
): Interaction & { readonly done: Promise<Done> } {
  const interaction = discord.interactions().at(-1);
  if (interaction === undefined) throw new Error("nothing was sent");
  return { ...interaction, done: deed };
}

/** The first answer to an interaction. */
export function answer(
  discord: Discord,
  { id, token }: Pick<Interaction, "id" | "token">,
  type: number,
  data: unknown = {},
): Promise<Answer> {
  return call(discord, `POST /interactions/${id}/${token}/callback`, { type, data });
}

/** The address of an interaction's messages. */
export function hook(discord: Discord, { token }: Pick<Interaction, "token">, path = ""): string {
  return `/webhooks/${discord.applicationId}/${token}${path}`;
}

/** Registers commands by name: `/vtip` takes any option. */
export async function register(discord: Discord, name = "vtip"): Promise<void> {
  const options = [
    { type: 3, name: "indicators", description: "what to check" },
    { type: 11, name: "file", description: "a list" },
  ];
  const path = `/applications/${discord.applicationId}/guilds/${discord.guildId}/commands`;
  await call(discord, `POST ${path}`, { name, description: "checks", options });
}

/** The time of day goes on by so much at once, until the test ends; timers go on as they do. */
export function moveClock(byMs: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + byMs });
  onTestFinished(() => void vi.useRealTimers());
}
