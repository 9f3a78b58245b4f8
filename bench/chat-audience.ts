import type { Args } from "../test/standins/slack/args.ts";

/** Hears what the bot tells, and knows which address it is about. */
export interface Audience {
  /** To be called with every call of the bot, and when it came (`performance.now`). */
  onCall(method: string, args: Args, atMs: number): void;
  /**
   * Resolves when the file of a scan of this address alone has come, to the moment in which its summary had come.
   * @throws Error after `withinMs`.
   */
  summaryOf(address: string, withinMs: number): Promise<number>;
}

interface Waiting {
  summaryAt: number;
  readonly resolve: (summaryAt: number) => void;
}

/** A report, not progress: `S-7K3Q: 1 unsafe`, where progress says `S-7K3Q: 0/1 · 0 unsafe so far`. */
const SUMMARY = /^(S-\w+): [\d,]+ unsafe/u;

export function createAudience(): Audience {
  const byAddress = new Map<string, Waiting>();
  const byScan = new Map<string, Waiting>();

  function hearSummary({ text, blocks }: Args, atMs: number): void {
    const scanId = SUMMARY.exec(String(text))?.[1];
    if (scanId === undefined) return;
    const shown = JSON.stringify(blocks).match(/\d+(?:\.\d+){3}/gu) ?? [];
    const address = shown.find((one) => byAddress.has(one));
    const waiting = address === undefined ? undefined : byAddress.get(address);
    if (address === undefined || waiting === undefined) return;
    byAddress.delete(address);
    waiting.summaryAt = atMs;
    byScan.set(scanId, waiting);
  }

  function hearFile({ files }: Args): void {
    const [{ title }] = files as readonly [{ readonly title: string }];
    const scanId = /S-\w+/u.exec(title)?.[0] ?? "";
    const waiting = byScan.get(scanId);
    byScan.delete(scanId);
    waiting?.resolve(waiting.summaryAt);
  }

  return {
    onCall(method, args, atMs) {
      if (method === "files.completeUploadExternal") hearFile(args);
      else if (method === "chat.postMessage" || method === "chat.update") hearSummary(args, atMs);
    },
    summaryOf: (address, withinMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`The scan of ${address} was not answered within ${withinMs} ms.`)),
          withinMs,
        );
        byAddress.set(address, {
          summaryAt: Number.NaN,
          resolve(summaryAt) {
            clearTimeout(timer);
            resolve(summaryAt);
          },
        });
      }),
  };
}
