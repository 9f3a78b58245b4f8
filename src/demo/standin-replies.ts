import type { IncomingMessage, ServerResponse } from "node:http";

import { type Body, toGzip, toPlain } from "./standin-body.ts";
import { type StandinError, toErrorBody, toErrorPage } from "./standin-errors.ts";

/** An answer before it is sent. */
export interface StandinReply {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
  /** Packed when the request asks for it; a 429 never is. */
  readonly mayPack: boolean;
}

/** Both forms of the content type are VirusTotal's. */
export function toJsonReply(status: number, body: Body): StandinReply {
  const type = status === 200 ? "application/json; charset=utf-8" : "application/json";
  return { status, body, headers: { "content-type": type }, mayPack: status === 200 || status === 404 };
}

export function toErrorReply(
  error: StandinError,
  headers: Readonly<Record<string, string>> = {},
): StandinReply {
  const reply = toJsonReply(error.status, [toErrorBody(error)]);
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

export function toPageReply(status: number): StandinReply {
  return { status, body: [toErrorPage(status)], headers: { "content-type": "text/html" }, mayPack: false };
}

/** The bytes to send and what to call them; a front end packs for browsers, and for agents with "gzip" in their name. */
export function toWire(
  reply: StandinReply,
  request: IncomingMessage,
): { readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string | number>> } {
  const packs = reply.mayPack && wantsPacked(request);
  const bytes = packs ? toGzip(reply.body) : toPlain(reply.body);
  const headers = {
    vary: "Accept-Encoding",
    server: "vtip stand-in (DEMO)",
    "content-length": bytes.length,
    ...(packs && { "content-encoding": "gzip" }),
    ...reply.headers,
  };
  return { bytes, headers };
}

export function send(reply: StandinReply, request: IncomingMessage, response: ServerResponse): void {
  const { bytes, headers } = toWire(reply, request);
  response.writeHead(reply.status, headers).end(bytes);
}

function wantsPacked({ headers }: IncomingMessage): boolean {
  const accepted = headers["accept-encoding"] ?? "";
  return /\bgzip\b/.test(accepted) && /gzip|mozilla/i.test(headers["user-agent"] ?? "");
}
