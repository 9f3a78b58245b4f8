import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";

import type { AdapterLog } from "../../src/contract.ts";
import { withoutFolders } from "./problem.ts";

/** Answers every fault, also of what is no request of ours, as `{"error": "<sentence>"}`; nothing of the inside is told. */
export function answerFaults(server: FastifyInstance, log: AdapterLog): void {
  server.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = statusOf(error);
    if (status >= 500) {
      const route = request.routeOptions.url ?? null;
      log.error({ err: error, method: request.method, route }, "request failed");
    }
    sendFault(reply, status, sentenceOf(error, status));
  });
  server.setNotFoundHandler((request, reply) => {
    sendFault(reply, 404, `There is nothing at ${request.url.slice(0, 200)}. See /api/docs.`);
  });
}

/** Answers requests that no route is even looked for, such as one of a path that cannot be decoded. */
export function answerBadRequest(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  sendFault(reply, error.statusCode ?? 400, "The address of this request cannot be read: see /api/docs.");
}

function sendFault(reply: FastifyReply, status: number, error: string): void {
  void reply.code(status).type("application/json; charset=utf-8").send({ error });
}

function statusOf(error: FastifyError): number {
  if (isForPeople(error)) return "isRefusal" in error && error.isRefusal === true ? 403 : 422;
  return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 600
    ? error.statusCode
    : 500;
}

/** What a person can mend, as the core tells it. */
function isForPeople(error: FastifyError): boolean {
  return error.name === "UserError";
}

function sentenceOf(error: FastifyError, status: number): string {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [issue] = error.validation;
    const where = `${error.validationContext ?? "request"}${(issue?.instancePath ?? "").replaceAll("/", ".")}`;
    return `The ${where} is not as it should be: ${issue?.message ?? "see /api/docs"}.`;
  }
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return "The body is too large: send it in parts, or as files to POST /api/scans.";
  return status >= 500
    ? "Something went wrong here; the log has it. Try again, and tell the operator if it stays."
    : isForPeople(error)
      ? withoutFolders(error.message)
      : error.message;
}
