import { type AddressInfo, createServer as createTcpServer } from "node:net";

import { onTestFinished } from "vitest";

import { type Standin, type StandinOptions, startStandin } from "../../src/demo/standin.ts";
import { VirusTotalError } from "../../src/lookup/virustotal-error.ts";
import { createVirusTotal, type VirusTotal } from "../../src/lookup/virustotal.ts";
import { createMovedClock } from "../moved-clock.ts";

/** As long and as random as a real one, and none. */
export const KEY = "5ec2e7".repeat(10) + "beef";

/** Long enough for a loaded machine: only the tests of the timeout wait for one. */
const TIMEOUT_MS = 10_000;

/** A client of `url` that is closed at the end of the test. */
export function clientOf(url: string, timeoutMs = TIMEOUT_MS, connections = 8): VirusTotal {
  const clock = createMovedClock("2026-11-21T10:00:00Z");
  const client = createVirusTotal({ url, timeoutMs, clock, connections });
  onTestFinished(() => client.close());
  return client;
}

/** A stand-in that knows `KEY`, and a client of it; both are closed at the end of the test. */
export async function standAndClient(
  options: Partial<StandinOptions> & { readonly timeoutMs?: number } = {},
): Promise<{ standin: Standin; client: VirusTotal }> {
  const { timeoutMs, ...others } = options;
  const standin = await startStandin({ keys: { [KEY]: {} }, ...others });
  onTestFinished(() => standin.close());
  return { standin, client: clientOf(standin.url, timeoutMs) };
}

/** The error that `ask` ends in. Anything else fails the test. */
export async function errorOf(asked: Promise<unknown>): Promise<VirusTotalError> {
  const outcome = await asked.then(
    (answer) => new Error(`answered ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof VirusTotalError) return outcome;
  throw outcome;
}

/** The address of a server that answers these bytes to whatever comes, and then closes or stays silent. */
export async function rawServer(answer: string, then: "closes" | "stays" = "closes"): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => (then === "closes" ? socket.end(answer) : socket.write(answer)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
}
