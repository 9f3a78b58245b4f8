import type { IncomingMessage, ServerResponse } from "node:http";

import type { Fault } from "./faults.ts";

/** What is answered over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** The platform's own code for what went wrong, for the trace. */
  readonly error?: string | null;
}

/** A call that is to be answered, as it should be or as a fault has it. */
export interface Answering {
  readonly fault: Fault<never> | undefined;
  carryOut(): Promise<HttpAnswer>;
  /** The platform's code in the body of a fault. */
  errorIn(body: unknown): string | undefined;
  /** Hears what the client is told, before the client does. */
  ended(outcome: { readonly status: number; readonly ok: boolean; readonly error: string | null }): void;
}

/** Carries a call out, unless its fault keeps it from that, and answers it. */
export async function answerCall(answering: Answering, response: ServerResponse): Promise<void> {
  const { fault } = answering;
  const takesEffect = fault === undefined || fault.answer === "late" || fault.takesEffect === true;
  const own = takesEffect ? await answering.carryOut() : { status: 0, body: "" };
  if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  const { status, headers, body, error = null } = spoilt(own, answering);
  answering.ended({ status, ok: status >= 200 && status < 300 && error === null, error });
  if (fault?.answer === "hang") return;
  if (fault?.answer === "reset") return void response.destroy();
  response.writeHead(status, headers).end(body);
}

function spoilt(own: HttpAnswer, { fault, errorIn }: Answering): HttpAnswer {
  if (fault === undefined || fault.answer === "late") return own;
  if (fault.answer === "reset" || fault.answer === "hang")
    return { status: 0, body: "", error: fault.answer };
  const json = { "content-type": "application/json" };
  if (fault.answer === "garbled") return { status: 200, headers: json, body: '{"ok":tru', error: "garbled" };
  const { status, headers, body } = fault.answer;
  const text = typeof body === "string" ? body : JSON.stringify(body ?? {});
  return { status, headers: { ...json, ...headers }, body: text, error: errorIn(body) ?? `status ${status}` };
}

export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
