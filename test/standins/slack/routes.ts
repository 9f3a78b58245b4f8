import type { HttpAnswer } from "../answering.ts";
import { type Args, readArgs, textArg } from "./args.ts";
import { download, type Downloads } from "./downloads.ts";
import type { Tokens, WebApi } from "./web-api.ts";
import type { Workspace } from "./workspace.ts";

/** What a request asks for, named as in the trace. */
export interface Route {
  readonly method: string;
  readonly args: Args;
  carryOut(): Promise<HttpAnswer>;
}

/** What routes lead to. */
export interface Destinations {
  readonly workspace: Workspace;
  readonly api: WebApi;
  readonly tokens: Tokens;
  readonly downloads: Downloads;
}

/** A request as it came in. */
export interface Asked {
  readonly url: URL;
  readonly body: Buffer;
  readonly contentType: string;
  readonly authorization: string | undefined;
}

/** Where a request leads; null for what Slack has not. */
export function routeOf(to: Destinations, asked: Asked): Route | null {
  const [, root = "", ...rest] = asked.url.pathname.split("/");
  switch (root) {
    case "api":
      return apiRoute(to, asked, rest.join("/"));
    case "upload":
      return uploadRoute(to, asked, rest.at(-1) ?? "");
    case "files-pri": {
      const carryOut = () => download(asked.url, bearerOf(asked), to.tokens.bot, to.workspace, to.downloads);
      return { method: "download", args: { id: rest[0] }, carryOut };
    }
    case "response":
      return responseRoute(to, asked, rest[0] ?? "");
    default:
      return null;
  }
}

function apiRoute({ api }: Destinations, asked: Asked, method: string): Route {
  const args = readArgs(asked.body, asked.contentType, asked.url.searchParams);
  const token = bearerOf(asked) ?? textArg(args, "token");
  return { method, args, carryOut: async () => json(200, await api.call(method, args, token)) };
}

function uploadRoute({ workspace }: Destinations, { body, contentType }: Asked, id: string): Route {
  const carryOut = async () => {
    const { status, text } = await workspace.files.upload(id, body, contentType);
    return { status, body: text };
  };
  return { method: "upload", args: { id, size: body.length }, carryOut };
}

function responseRoute({ workspace }: Destinations, { body }: Asked, id: string): Route {
  const args = JSON.parse(body.toString()) as Args;
  const carryOut = async () => {
    const { status, answer } = await workspace.responseUrls.use(id, args);
    return json(status, answer);
  };
  return { method: "response_url", args, carryOut };
}

function bearerOf({ authorization }: Asked): string | undefined {
  return authorization?.replace(/^Bearer /, "");
}

/** An answer of the Web API. */
function json(status: number, content: { readonly ok: boolean; readonly error?: string }): HttpAnswer {
  const headers = { "content-type": "application/json; charset=utf-8" };
  return { status, headers, body: JSON.stringify(content), error: content.ok ? null : (content.error ?? "") };
}
