import { SocketModeReceiver, type App } from "@slack/bolt";

import type { AdapterLog } from "../../src/contract.ts";
import { toConfigError } from "../../src/platform-call.ts";
import { clientOptions } from "./api.ts";
import { toFailure, TOKEN_REFUSED } from "./failure.ts";
import { createLibraryLog } from "./library-log.ts";
import type { Line } from "./line.ts";

const FIRST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 30_000;
/** Slack greets at once; without a greeting nothing is delivered. */
const GREETING_MS = 15_000;
const CLOSING_MS = 1000;
/** One that ends sooner than this is not opened again at once. */
const LASTING_MS = 10_000;

interface SocketOptions {
  readonly app: App;
  readonly appToken: string;
  readonly apiUrl: string;
  readonly log: AdapterLog;
}

/**
 * One connection of Socket Mode, opened again whenever it ends. The library's own reconnecting waits five seconds first,
 * and one failure of it to get an address would end the process.
 */
export function createSocketLine(options: SocketOptions): Line {
  const { app, appToken, apiUrl, log } = options;
  const receiver = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    logger: createLibraryLog(log),
    installerOptions: { clientOptions: clientOptions(apiUrl, log) },
  });
  receiver.init(app);
  const { client } = receiver;
  const stopping = new AbortController();
  const { signal } = stopping;

  async function keep(): Promise<void> {
    let tries = 0;
    while (!signal.aborted) {
      const openedAt = performance.now();
      await ended(client, signal);
      if (performance.now() - openedAt > LASTING_MS) tries = 0;
      do {
        if (tries > 0) await pause(Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), MOST_PAUSE_MS), signal);
        tries += 1;
      } while (!signal.aborted && !(await reopened()));
    }
  }

  async function reopened(): Promise<boolean> {
    try {
      await open(client, signal);
      return true;
    } catch (error) {
      log.warn({ reason: toSentence(error, apiUrl) }, "a connection to slack could not be opened again");
      return false;
    }
  }

  return {
    async start() {
      try {
        await open(client, signal);
      } catch (error) {
        throw toStartError(error, apiUrl);
      }
      void keep();
    },
    async stop() {
      if (signal.aborted) return;
      stopping.abort();
      await close(client);
    },
  };
}

type Client = SocketModeReceiver["client"];

async function open(client: Client, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const timer = setTimeout(() => void client.disconnect(), GREETING_MS);
  try {
    await client.start();
  } finally {
    clearTimeout(timer);
  }
  if (signal.aborted) await close(client);
}

async function ended(client: Client, signal: AbortSignal): Promise<void> {
  await unlessAborted(signal, (done) => {
    client.once("disconnected", done);
    return () => client.off("disconnected", done);
  });
}

async function close(client: Client): Promise<void> {
  // Where Slack does not answer the goodbye, saying it again ends the connection at once.
  const timer = setTimeout(() => void client.disconnect(), CLOSING_MS);
  await client.disconnect();
  clearTimeout(timer);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await unlessAborted(signal, (done) => {
    const timer = setTimeout(done, ms);
    return () => clearTimeout(timer);
  });
}

/** Waits for what `begin` arms, or for the end; leaves nothing behind, since a bot lives through many connections. */
async function unlessAborted(signal: AbortSignal, begin: (done: () => void) => () => unknown): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = begin(done);
    signal.addEventListener("abort", done);
    function done(): void {
      signal.removeEventListener("abort", done);
      end();
      resolve();
    }
  });
}

/** What has to be mended by a person does not pass by itself. */
function toStartError(error: unknown, apiUrl: string): Error {
  const sentence = toSentence(error, apiUrl);
  const isRefused = error !== undefined && (toFailure(error).kind === "refused" || isTokenRefused(error));
  return isRefused ? toConfigError(sentence, error) : new Error(sentence, { cause: error });
}

function isTokenRefused(error: unknown): boolean {
  const failure = toFailure(error);
  return (
    failure.kind !== "refused" && [...TOKEN_REFUSED].some((code) => failure.reason.includes(`(${code})`))
  );
}

function toSentence(error: unknown, apiUrl: string): string {
  if (error === undefined) return "Slack ended the connection before it greeted.";
  const failure = toFailure(error);
  if (failure.kind === "refused") {
    return `Slack opens no Socket Mode connection (${failure.code}): switch Socket Mode on for the app, and give SLACK_APP_TOKEN the scope connections:write.`;
  }
  if (isTokenRefused(error)) {
    return "Slack does not accept SLACK_APP_TOKEN: copy the app-level token (xapp-…) of Basic Information again.";
  }
  return `No Socket Mode connection to ${apiUrl}: ${failure.reason}`;
}
