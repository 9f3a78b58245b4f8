import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { type Args, readArgs, textArg } from "./args.ts";
import { download, type Downloads } from "./downloads.ts";
import type { Fault, Faults } from "./faults.ts";
import type { Call, Trace } from "./trace.ts";
import type { Tokens, WebApi } from "./web-api.ts";
import type { Workspace } from "./workspace.ts";

/** What is answered over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** Slack's code, for the trace. */
  readonly error?: string | null;
}

/** What the front passes requests on to. */
export interface Behind {
  readonly workspace: Workspace;
  readonly api: WebApi;
  readonly trace: Trace;
  readonly faults: Faults;
  readonly tokens: Tokens;
  readonly downloads: Downloads;
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
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function handle(behind: Behind, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://front");
  const contentType = request.headers["content-type"] ?? "";
  try {
    const body = await bytesOf(request);
    const route = routeOf(behind, url, body, contentType, request.headers.authorization);
    if (route === null) return void response.writeHead(404).end();
    const call = behind.trace.begin(route.method, route.args, request.headers.authorization);
    await answer(behind, call, route.carryOut, response);
  } catch (error) {
    // A client that went away meanwhile, or a mistake of the stand-in's own, which the test is to see.
    if (!response.headersSent) response.writeHead(500);
    response.end(error instanceof Error ? error.stack : String(error));
  }
}

interface Route {
  readonly method: string;
  readonly args: Args;
  carryOut(): Promise<HttpAnswer>;
}

function routeOf(
  behind: Behind,
  url: URL,
  body: Buffer,
  contentType: string,
  authorization?: string,
): Route | null {
  const { workspace, api, tokens, downloads } = behind;
  const [, root = "", ...rest] = url.pathname.split("/");
  const bearer = authorization?.replace(/^Bearer /, "");
  switch (root) {
    case "api": {
      const method = rest.join("/");
      const args = readArgs(body, contentType, url.searchParams);
      const token = bearer ?? textArg(args, "token");
      return { method, args, carryOut: async () => json(200, await api.call(method, args, token)) };
    }
    case "upload": {
      const id = rest.at(-1) ?? "";
      const carryOut = async () => {
        const { status, text } = await workspace.files.upload(id, body, contentType);
        return { status, body: text };
      };
      return { method: "upload", args: { id, size: body.length }, carryOut };
    }
    case "files-pri": {
      const carryOut = () => download(url.pathname + url.search, bearer, tokens.bot, workspace, downloads);
      return { method: "download", args: { id: rest[0] }, carryOut };
    }
    case "response": {
      const args = JSON.parse(body.toString()) as Args;
      const carryOut = async () => {
        const { status, answer } = await workspace.responseUrls.use(rest[0] ?? "", args);
        return json(status, answer);
      };
      return { method: "response_url", args, carryOut };
    }
    default:
      return null;
  }
}

async function answer(
  { trace, faults }: Behind,
  call: Call,
  carryOut: () => Promise<HttpAnswer>,
  response: ServerResponse,
): Promise<void> {
  const fault = faults.take(call);
  const carriedOut = fault === undefined || fault.answer === "late" || fault.takesEffect === true;
  const own = carriedOut ? await carryOut() : { status: 0, body: "" };
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

function json(status: number, content: { readonly ok: boolean; readonly error?: string }): HttpAnswer {
  const headers = { "content-type": "application/json; charset=utf-8" };
  return { status, headers, body: JSON.stringify(content), error: content.ok ? null : (content.error ?? "") };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
