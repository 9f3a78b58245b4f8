import { Worker } from "node:worker_threads";

import { UserError } from "../errors.ts";
import type { Piece } from "../model.ts";
import { toTooMany } from "./extract-limits.ts";
import { extract } from "./extract.ts";
import { MAX_INDICATORS } from "./limits.ts";

/** Text up to this length is read at once: that takes a few milliseconds, a thread takes longer to start. */
const INLINE_UNITS = 256 * 1024;
const DEADLINE_MS = 60_000;

/** Findings live until the end, so room for the young ones saves moving them; the old ones have a ceiling. */
const RESOURCES = { maxYoungGenerationSizeMb: 64, maxOldGenerationSizeMb: 1024 };

export interface ExtractOptions {
  /** Ends the work early; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How long a long text may take, in ms; default 60 s. */
  readonly deadlineMs?: number;
  /** Text up to this length is read at once, in UTF-16 units; default 256 Ki, for those who have nothing else to do. */
  readonly inlineUnits?: number;
}

type Message = { readonly pieces: readonly Piece[] } | { readonly indicators: number };

/**
 * The same as `extract`, off the event loop for long text.
 * @throws UserError over 100,000 distinct indicators, or when the deadline passes.
 */
export async function extractAsync(text: string, options: ExtractOptions = {}): Promise<Piece[]> {
  options.signal?.throwIfAborted();
  if (text.length > (options.inlineUnits ?? INLINE_UNITS)) return extractInThread(text, options);
  return extract(text);
}

function extractInThread(
  text: string,
  { signal, deadlineMs = DEADLINE_MS }: ExtractOptions,
): Promise<Piece[]> {
  const worker = createWorker(text);
  return new Promise<Piece[]>((resolve, reject) => {
    const pieces: Piece[] = [];
    const deadline = setTimeout(() => end(() => reject(toTooSlow(deadlineMs))), deadlineMs);
    const abort = (): void => end(() => reject(signal?.reason));
    signal?.addEventListener("abort", abort, { once: true });

    function end(settle: () => void): void {
      clearTimeout(deadline);
      signal?.removeEventListener("abort", abort);
      worker.removeAllListeners();
      // A thread that is ended while it starts may still fail; nobody waits for it any more.
      worker.on("error", () => undefined);
      void worker.terminate();
      settle();
    }

    worker.on("message", (message: Message) => {
      if ("pieces" in message) pieces.push(...message.pieces);
      else if (message.indicators > MAX_INDICATORS) end(() => reject(toTooMany(message.indicators)));
      else end(() => resolve(pieces));
    });
    worker.on("error", (error) => end(() => reject(toReadable(error))));
    worker.on("exit", (code) =>
      end(() => reject(new Error(`the thread that reads text ended with ${code}`))),
    );
  });
}

function createWorker(text: string): Worker {
  const options = { workerData: text, env: {}, execArgv: [], resourceLimits: RESOURCES };
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL("./extract-worker.js", import.meta.url), options);
  }
  // From the sources, as tests and `npm run dev` run them: a thread does not inherit what reads TypeScript.
  const { href } = new URL("./extract-worker.ts", import.meta.url);
  const start = `import("tsx/esm/api").then((tsx) => (tsx.register(), import(${JSON.stringify(href)})));`;
  return new Worker(start, { ...options, eval: true });
}

function toReadable(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  return new UserError("The text holds more than fits into memory: split it and send the parts.", {
    cause: error,
  });
}

function toTooSlow(deadlineMs: number): UserError {
  const seconds = Math.round(deadlineMs / 1000);
  return new UserError(
    `Reading the text took over ${seconds} s and was given up: split it and send the parts.`,
  );
}
