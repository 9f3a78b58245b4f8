import type { Server } from "node:http";

import { HTTPReceiver, type App } from "@slack/bolt";

import type { AdapterLog } from "../../src/contract.ts";
import { codeOf, toConfigError } from "../../src/platform-call.ts";
import { createLibraryLog } from "./library-log.ts";
import type { Line } from "./line.ts";

/** What is being answered may take so long; then its connections are cut. */
const CLOSING_MS = 2000;

interface HttpOptions {
  readonly app: App;
  readonly signingSecret: string;
  readonly port: number;
  readonly log: AdapterLog;
}

/** Slack's signed requests to `/slack/events`. */
export function createHttpLine(options: HttpOptions): Line {
  const { app, signingSecret, port, log } = options;
  const receiver = new HTTPReceiver({ signingSecret, port, logger: createLibraryLog(log) });
  receiver.init(app);
  let server: Server | null = null;
  let isStopped = false;

  return {
    async start() {
      if (isStopped) return;
      try {
        server = await receiver.start(port);
      } catch (error) {
        throw toConfigError(toSentence(error, port), error);
      }
      const address = server.address();
      log.info({ port: typeof address === "object" ? address?.port : port }, "listening for slack");
      if (isStopped) await close(server);
    },
    async stop() {
      isStopped = true;
      if (server !== null) await close(server);
      server = null;
    },
  };
}

async function close(server: Server): Promise<void> {
  const timer = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  clearTimeout(timer);
}

function toSentence(error: unknown, port: number): string {
  const code = codeOf(error);
  if (code === "EADDRINUSE")
    return `Port ${port} is in use by another program: set SLACK_PORT to a free one.`;
  if (code === "EACCES")
    return `Port ${port} may not be opened by this user: set SLACK_PORT to one above 1023.`;
  return `Slack's requests cannot be listened for on port ${port} (${code ?? String(error)}): set SLACK_PORT.`;
}
