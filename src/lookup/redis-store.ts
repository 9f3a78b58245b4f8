import { setTimeout as pause } from "node:timers/promises";

import KeyvRedis from "@keyv/redis";

import { messageOf, UserError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { CacheStore } from "./cache-store.ts";

const CONNECT_MS = 5000;
const LONGEST_PAUSE_MS = 2000;
/** A connection that hangs is noticed by an answer that does not come. */
const PING_MS = 3000;
const SOCKET_MS = 10_000;
/** How long what was asked before the end may take. */
const CLOSE_MS = 1000;

/**
 * Verdicts that several processes share. What is asked while it is away fails at once, and counts as not known.
 * @throws UserError (exit status 3) when it cannot be reached at the start.
 */
export async function openRedisStore(url: string, log: Log): Promise<CacheStore> {
  // At the start nothing waits for it: whoever opens it is told at once.
  let wasThere = false;
  const store = new KeyvRedis(
    {
      url,
      disableOfflineQueue: true,
      pingInterval: PING_MS,
      socket: {
        connectTimeout: CONNECT_MS,
        socketTimeout: SOCKET_MS,
        reconnectStrategy: (retries: number, cause: Error) =>
          wasThere ? Math.min(100 * (retries + 1), LONGEST_PAUSE_MS) : cause,
      },
    },
    { throwOnErrors: true, connectionTimeout: CONNECT_MS },
  );
  const { client } = store;
  let isTold = false;
  client.on("error", (error: unknown) => {
    if (!isTold && wasThere) log.warn({ err: error }, "the shared cache cannot be reached");
    isTold = wasThere;
  });
  client.on("ready", () => {
    wasThere = true;
    if (isTold) log.info("the shared cache is back");
    isTold = false;
  });
  await connect(store, url);
  return {
    store,
    isAway: () => !("isReady" in client && client.isReady),
    close: async () => close(store, log),
  };
}

/** Answers come in order: with that to a last question all are there. The client's own closing waits for ever where none come. */
async function close(store: KeyvRedis<unknown>, log: Log): Promise<void> {
  const answered = new AbortController();
  const last = Promise.resolve(store.get("last")).then(
    () => undefined,
    () => undefined,
  );
  const late = pause(CLOSE_MS, "late", { signal: answered.signal }).catch(() => undefined);
  if ((await Promise.race([last, late])) === "late")
    log.warn("the shared cache does not answer, and is left");
  answered.abort();
  await store.disconnect(true);
}

async function connect(store: KeyvRedis<unknown>, url: string): Promise<void> {
  let giveUp: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    giveUp = setTimeout(
      () => reject(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })),
      CONNECT_MS,
    );
  });
  try {
    await Promise.race([store.client.connect(), tooLong]);
  } catch (error) {
    await store.disconnect(true).catch(() => undefined);
    const { host } = new URL(url);
    // The client wraps what kept it from trying again.
    const cause = error instanceof Error && "originalError" in error ? error.originalError : error;
    throw new UserError(
      `The cache in Redis at ${host} cannot be used (${messageOf(cause)}). Check REDIS_URL, and that Redis runs.`,
      { exitStatus: 3, cause },
    );
  } finally {
    clearTimeout(giveUp);
  }
}
