import type { IncomingMessage, ServerResponse } from "node:http";

import { resetConnection } from "./connection-reset.ts";
import { toPlain } from "./standin-body.ts";
import { toError } from "./standin-errors.ts";
import { send, type StandinReply, toErrorReply, toPageReply, toWire } from "./standin-replies.ts";

/**
 * What goes wrong with one request. A `status` alone answers VirusTotal's error for it, or a front end's page where
 * VirusTotal has none; `reset` cuts the connection before an answer, `reset-mid-body` and `close-mid-body` within one;
 * `truncated` is half of the JSON, sent whole; `html` is a front end's 502; `hang` never answers.
 */
export type Fault =
  | {
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      /** Instead of the error's JSON. */
      readonly body?: string | Uint8Array;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly delayMs: number }
  | "reset"
  | "reset-mid-body"
  | "close-mid-body"
  | "truncated"
  | "html"
  | "hang";

/** Long enough for the first half to arrive before the connection goes. */
const HALF_ARRIVES_MS = 10;

/** Answers `reply` with this fault in it. */
export function sendFaulty(
  fault: Fault,
  reply: StandinReply,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (typeof fault === "object") {
    if ("status" in fault) send(toFaultyReply(fault), request, response);
    else setTimeout(() => send(reply, request, response), fault.delayMs).unref();
    return;
  }
  switch (fault) {
    case "hang":
      return;
    case "reset":
      resetConnection(request.socket);
      return;
    case "html":
      send(toPageReply(502), request, response);
      return;
    case "truncated":
      send({ ...reply, body: [halfOf(toPlain(reply.body))] }, request, response);
      return;
    case "reset-mid-body":
    case "close-mid-body":
      sendHalf(reply, request, response, fault === "reset-mid-body");
      return;
  }
}

/** The status that a faulty answer has; 0 when there is none. */
export function statusOf(fault: Fault | undefined, reply: StandinReply): number {
  if (fault === "hang" || fault === "reset") return 0;
  if (fault === "html") return 502;
  return typeof fault === "object" && "status" in fault ? fault.status : reply.status;
}

function toFaultyReply(fault: Extract<Fault, { status: number }>): StandinReply {
  const headers = fault.headers ?? {};
  const { status, body } = fault;
  if (body !== undefined) return { status, body: [body], headers, mayPack: false };
  const known =
    toError(status) ?? (fault.code === undefined ? null : { status, code: fault.code, message: "" });
  if (known === null) return { ...toPageReply(status), headers };
  return toErrorReply(
    { status, code: fault.code ?? known.code, message: fault.message ?? known.message },
    headers,
  );
}

function sendHalf(
  reply: StandinReply,
  request: IncomingMessage,
  response: ServerResponse,
  isReset: boolean,
): void {
  const { bytes, headers } = toWire(reply, request);
  response.writeHead(reply.status, headers).write(halfOf(bytes));
  setTimeout(() => {
    if (isReset) resetConnection(request.socket);
    else request.socket.destroy();
  }, HALF_ARRIVES_MS).unref();
}

function halfOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}
