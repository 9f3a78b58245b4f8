import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Fault, Faults } from "./faults.ts";
import { type Destinations, type HttpAnswer, json, type Route, routeOf } from "./routes.ts";
import type { Call, Trace } from "./trace.ts";

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
    await answer(behind, call, route, response);
  } catch (error) {
    // A client that went away meanwhile, or a mistake of the stand-in's own, which the test is to see.
    if (!response.headersSent) response.writeHead(500);
    response.end(error instanceof Error ? error.stack : String(error));
  }
}

async function answer(
  { trace, faults }: Behind,
  call: Call,
  route: Route,
  response: ServerResponse,
): Promise<void> {
  const fault = faults.take(call);
  const takesEffect = fault === undefined || fault.answer === "late" || fault.takesEffect === true;
  const own = takesEffect ? await route.carryOut() : { status: 0, body: "" };
  if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  const { status, headers, body, error = null } = spoilt(own, fault);
  trace.end(call, { status, ok: status >= 200 && status < 300 && error === null, error });
  if (fault?.answer === "hang") return;
  if (fault?.answer === "reset") return void response.destroy();
  response.writeHead(status, headers).end(body);
}

function spoilt(own: HttpAnswer, fault: Fault | undefined): HttpAnswer {
  if (fault === undefined || fault.answer === "late") return own;
  if (fault.answer === "reset" || fault.answer === "hang")
    return { status: 0, body: "", error: fault.answer };
  if (fault.answer === "garbled") return { ...json(200, { ok: true }), body: '{"ok":tru', error: "garbled" };
  const { status, headers, body } = fault.answer;
  const text = typeof body === "string" ? body : JSON.stringify(body ?? {});
  const error = (body as { error?: string } | undefined)?.error ?? `status ${status}`;
  return { status, headers: { "content-type": "application/json", ...headers }, body: text, error };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
