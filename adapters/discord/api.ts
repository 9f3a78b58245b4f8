import { REST, type RESTOptions, type RouteLike } from "discord.js";
import type { z } from "zod";

import type { AdapterLog } from "../../src/contract.ts";
import { toFailure, type Failure } from "./failure.ts";

/** How long one call may take. */
const TIMEOUT_MS = 10_000;
/** With files: 10 MiB over a line of 1 Mbit/s. */
const UPLOAD_TIMEOUT_MS = 90_000;
/** The library waits for a limit so long; what has to wait longer is told to wait. */
const MOST_WAIT_MS = 5000;

/** What a call came to. */
export type Called<T> = { readonly kind: "done"; readonly answer: T } | Failure;

/** A file that goes along. */
export interface SentFile {
  readonly name: string;
  readonly data: Buffer;
}

interface Call {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly route: RouteLike;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly files?: readonly SentFile[];
  /** Whether the bot's token goes along; the answers to interactions carry one of their own in their address. */
  readonly isOpen?: boolean;
}

/** Discord's REST API. */
export interface Api {
  /** Calls once. It never rejects: what Discord refuses, and what is lost, is data. */
  call<S extends z.ZodType>(call: Call, answer: S): Promise<Called<z.infer<S>>>;
  /** For the gateway, which asks for its address through it. */
  readonly rest: REST;
  close(): void;
}

export function createApi({ token, apiUrl, log }: { token: string; apiUrl: string; log: AdapterLog }): Api {
  const options: Partial<RESTOptions> = {
    api: apiUrl,
    timeout: TIMEOUT_MS,
    // A post that is repeated blindly may stand there twice.
    retries: 0,
    makeRequest: requestByFetch,
    rejectOnRateLimit: ({ timeToReset, retryAfter, sublimitTimeout }) =>
      Math.max(timeToReset, retryAfter, sublimitTimeout) > MOST_WAIT_MS,
  };
  const rest = new REST(options).setToken(token);
  const uploads = new REST({ ...options, timeout: UPLOAD_TIMEOUT_MS }).setToken(token);
  const followClock = createClockFollower([rest, uploads]);

  return {
    rest,
    async call({ method, route, query, body, files, isOpen = false }, answer) {
      // After one 401 the library forgets the token, and every call after that would fail.
      const client = files === undefined ? rest : uploads;
      client.setToken(token);
      followClock();
      try {
        const given = await client[method](route, {
          auth: !isOpen,
          ...(query !== undefined && { query: new URLSearchParams(query) }),
          ...(body !== undefined && { body }),
          ...(files !== undefined && { files: [...files] }),
        });
        const parsed = answer.safeParse(given);
        if (parsed.success) return { kind: "done", answer: parsed.data };
        return { kind: "unsure", reason: "Discord answered in a form that is not known." };
      } catch (error) {
        const failure = toFailure(error);
        log.debug({ method, route: toLogged(route), failure }, "a call of discord's api failed");
        return failure;
      }
    },
    close() {
      for (const client of [rest, uploads]) {
        client.clearHashSweeper();
        client.clearHandlerSweeper();
      }
    },
  };
}

/** The library notes by the machine's clock when a limit ends: when that was set back, it would wait as much longer. */
function createClockFollower(clients: readonly REST[]): () => void {
  let calledAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = Date.now();
    const isSetBack = now < calledAt;
    calledAt = now;
    if (!isSetBack) return;
    for (const client of clients) {
      client.handlers.clear();
      client.globalReset = -1;
    }
  };
}

/**
 * The library's own client takes its connections from whichever version of undici the process loaded first, and files
 * do not pass from one version to the other; the library names `fetch` for such cases. Types of both describe the same.
 */
const requestByFetch = fetch as unknown as RESTOptions["makeRequest"];

/** A route without the token that may stand in it. */
function toLogged(route: string): string {
  return route.replace(/^(\/(?:webhooks|interactions)\/\d+\/)[^/?]+/, "$1…");
}
