import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { answerCall, bytesOf, type HttpAnswer } from "../answering.ts";
import type { Faults } from "../faults.ts";
import type { Parts } from "./parts.ts";
import type { RateLimits } from "./rate-limits.ts";
import { Refusal, UNAUTHORIZED } from "./refusal.ts";
import { type ApiRequest, readBody } from "./request.ts";
import { DOWNLOAD, type Route, type Routes } from "./routes.ts";
import type { Call, Trace } from "./trace.ts";

/** What the front passes requests on to, and what it writes down and spoils on the way. */
interface Behind {
  readonly parts: Pick<Parts, "attachments" | "gateway">;
  readonly routes: Routes;
  readonly limits: RateLimits;
  readonly trace: Trace;
  readonly faults: Faults<Call>;
  readonly token: string;
}

/** The server that the bot takes for Discord. */
export interface Front {
  readonly host: string;
  /** To be called once; until then everything is answered with 503. */
  serve(behind: Behind): void;
  stop(): Promise<void>;
}

const API = "/api/v10";

export async function startFront(): Promise<Front> {
  let behind: Behind | null = null;
  const server = createServer((request, response) => {
    if (behind === null) response.writeHead(503).end();
    else void handle(behind, request, response);
  });
  server.on("upgrade", (request, socket, head) => behind?.parts.gateway.upgrade(request, socket, head));
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
    const { method = "GET", headers } = request;
    const url = new URL(request.url ?? "/", `http://${headers.host ?? "front"}`);
    const bytes = await bytesOf(request);
    const isDownload = /^\/(?:ephemeral-)?attachments\//.test(url.pathname);
    const path = decodeURIComponent(isDownload ? url.pathname : url.pathname.replace(API, ""));
    const route = url.pathname.startsWith(`${API}/`) ? behind.routes.find(method, path) : null;
    const read = await readBody(bytes, headers["content-type"] ?? "").catch((error: unknown) => error);
    const { body, files } = isRead(read) ? read : { body: {}, files: [] };
    const call = behind.trace.begin({
      route: isDownload ? DOWNLOAD : (route?.name ?? `${method} ${path}`),
      path,
      query: Object.fromEntries(url.searchParams),
      body: body as Call["body"],
      files: files.map(({ name, bytes }) => ({ name, bytes })),
      authorization: headers.authorization,
    });
    const carryOut = async () => {
      if (isDownload) return behind.parts.attachments.read(url);
      if (!isRead(read)) return answerOf(read);
      return answer(behind, call, route, { query: url.searchParams, ...read });
    };
    const ended = (outcome: Parameters<Trace["end"]>[1]) => behind.trace.end(call, outcome);
    await answerCall({ fault: behind.faults.take(call), carryOut, errorIn, ended }, response);
  } catch (error) {
    // A client that went away meanwhile, or a mistake of the stand-in's own, which the test is to see.
    if (!response.headersSent) response.writeHead(500);
    response.end(error instanceof Error ? error.stack : String(error));
  }
}

function isRead(read: unknown): read is Pick<ApiRequest, "body" | "files"> {
  return typeof read === "object" && read !== null && "files" in read;
}

async function answer(
  { limits, token }: Behind,
  call: Call,
  route: Route | null,
  request: Omit<ApiRequest, "ids">,
): Promise<HttpAnswer> {
  try {
    if (route === null) throw new Refusal(404, { code: 0, message: "404: Not Found" });
    const isOpen = /^\/(?:interactions|webhooks)\/|^\/gateway$/.test(call.path);
    if (!isOpen && call.authorization !== `Bot ${token}`)
      throw new Refusal(UNAUTHORIZED.status, UNAUTHORIZED.body);
    const headers = limits.count(route.name, call.path);
    const content = await route.handler({ ...request, ids: route.ids });
    // Without a type: the real clients choke on an empty body that says it is JSON.
    if (content === undefined) return { status: 204, headers, body: "" };
    return {
      status: 200,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(content),
    };
  } catch (error) {
    return answerOf(error);
  }
}

/** The answer that a refusal is; a mistake of the stand-in's own is told with its stack. */
function answerOf(error: unknown): HttpAnswer {
  const isRefusal = error instanceof Refusal;
  const told = isRefusal
    ? error
    : new Refusal(500, { code: 0, message: error instanceof Error ? error.stack : String(error) });
  const { status, body, headers } = told;
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    error: errorIn(body) ?? `status ${status}`,
  };
}

/** Discord's code in a body. */
function errorIn(body: unknown): string | undefined {
  const { code } = (typeof body === "object" && body !== null ? body : {}) as { readonly code?: number };
  return code === undefined || code === 0 ? undefined : String(code);
}
