import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { answerCall, bytesOf } from "../answering.ts";
import type { Faults } from "./faults.ts";
import { type Destinations, routeOf } from "./routes.ts";
import type { Trace } from "./trace.ts";

/** What the front passes requests on to, and what it writes down and spoils on the way. */
interface Behind extends Destinations {
  readonly trace: Trace;
  readonly faults: Faults;
}

/** The server that the bot takes for Slack. */
export interface Front {
  readonly host: string;
  /** To be called once; until then everything is answered with 503. */
  serve(behind: Behind): void;
  stop(): Promise<void>;
}

export async function startFront(): Promise<Front> {
  let behind: Behind | null = null;
  const server = createServer((request, response) => {
    if (behind === null) response.writeHead(503).end();
    else void handle(behind, request, response);
  });
  server.on("upgrade", (request, socket, head) => behind?.workspace.sockets.upgrade(request, socket, head));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(given) {
      behind = given;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function handle(behind: Behind, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { url = "/", headers } = request;
    const asked = {
      url: new URL(url, "http://front"),
      body: await bytesOf(request),
      contentType: headers["content-type"] ?? "",
      authorization: headers.authorization,
    };
    const route = routeOf(behind, asked);
    if (route === null) return void response.writeHead(404).end();
    const call = behind.trace.begin(route.method, route.args, headers.authorization);
    await answerCall(
      {
        fault: behind.faults.take(call),
        carryOut: route.carryOut,
        errorIn,
        ended: (outcome) => behind.trace.end(call, outcome),
      },
      response,
    );
  } catch (error) {
    // A client that went away meanwhile, or a mistake of the stand-in's own, which the test is to see.
    if (!response.headersSent) response.writeHead(500);
    response.end(error instanceof Error ? error.stack : String(error));
  }
}

/** The code of a fault's answer. */
function errorIn(body: unknown): string | undefined {
  return (body as { readonly error?: string } | undefined)?.error;
}
