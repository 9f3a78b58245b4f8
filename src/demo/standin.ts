import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { API_ROOT, createDesk } from "./standin-desk.ts";
import type { StandinObject } from "./standin-objects.ts";
import type { StandinOptions, StandinRecord } from "./standin-options.ts";

export type { Fault } from "./standin-faults.ts";
export type { StandinOptions } from "./standin-options.ts";

/** A VirusTotal v3 on loopback that holds to its limits, and knows nothing true about anything. */
export interface Standin {
  /** Such as `http://127.0.0.1:41234/api/v3`. */
  readonly url: string;
  /** Everything that came, in order. The status is 0 where nothing was answered. */
  readonly requests: readonly StandinRecord[];
  /** From now on this is known of an object. */
  learn(value: string, object: StandinObject): void;
  /** Most requests of this key that counted in any one sliding window; those refused with 429 don't. */
  worstWindow(key: string): number;
  /** How many requests of this key counted, and how many were refused with 429. */
  counted(key: string): { readonly taken: number; readonly refused: number };
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startStandin(options: StandinOptions): Promise<Standin> {
  const desk = createDesk(options);
  const server = createServer((request, response) => void desk.serve(request, response, url));
  // Longer than a client keeps a connection, so that it is never closed under a request on its way.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${API_ROOT}`;
  return {
    url,
    requests: desk.requests,
    learn: desk.learn,
    worstWindow: (key) => desk.worstWindow(key),
    counted: (key) => desk.counted(key),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
