import type { FastifyInstance, FastifyRequest } from "fastify";

const METHODS = "GET, HEAD, POST, DELETE";
/** Of requests; those that every page may send need no word. */
const REQUEST_HEADERS = "authorization, content-type, if-none-match, prefer";
/** Of answers. */
const ANSWER_HEADERS = "content-disposition, etag, location, retry-after";
const REMEMBERED_S = "600";

/** Tells browsers that pages of these origins may ask here, with a token and never with a cookie. */
export function addCors(server: FastifyInstance, origins: ReadonlySet<string>): void {
  if (origins.size === 0) return;
  server.addHook("onRequest", async (request, reply) => {
    // Of the raw answer: what is streamed has no others.
    reply.raw.setHeader("vary", "origin");
    if (!isListed(request, origins)) return;
    reply.raw.setHeader("access-control-allow-origin", request.headers.origin ?? "");
    reply.raw.setHeader("access-control-expose-headers", ANSWER_HEADERS);
    // Browsers ask first, without the token.
    if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined)
      return;
    await reply
      .code(204)
      .header("access-control-allow-methods", METHODS)
      .header("access-control-allow-headers", REQUEST_HEADERS)
      .header("access-control-max-age", REMEMBERED_S)
      .send();
  });
  server.addHook("onSend", async (_request, reply) => {
    const vary = String(reply.getHeader("vary") ?? "");
    if (!/\borigin\b/iu.test(vary)) void reply.header("vary", vary === "" ? "origin" : `${vary}, origin`);
  });
}

/** Whether a page of an origin that HTTP_CORS_ORIGINS names asks. */
export function isListed({ headers }: FastifyRequest, origins: ReadonlySet<string>): boolean {
  return headers.origin !== undefined && origins.has(headers.origin);
}
