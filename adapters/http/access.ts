import { createHash, timingSafeEqual } from "node:crypto";

import type { FastifyReply, FastifyRequest } from "fastify";

import { Problem } from "./problem.ts";
import type { Sessions } from "./session.ts";
import { isLoopback, type Settings } from "./settings.ts";

/** Who may ask for a route: anybody, who has a feed's token, or who has the token. */
type Access = "open" | "feed" | "user";

declare module "fastify" {
  interface FastifyContextConfig {
    readonly access?: Access;
  }
}

/** A request that changes something. */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Refuses what may not be asked. Only hashes of the tokens are kept. */
export function createGate(
  { host, token, feedToken }: Settings,
  sessions: Sessions,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const tokenHash = token === null ? null : hashOf(token);
  const feedHash = feedToken === null ? null : hashOf(feedToken);

  return async (request, reply) => {
    const { access = "user" } = request.routeOptions.config;
    // Where a token is set, a page under another name has neither it nor the cookie; and a proxy sends its own name.
    if (isLoopback(host) && tokenHash === null) assertOwnName(request);
    if (!SAFE.has(request.method)) assertSameOrigin(request);
    if (tokenHash === null && access !== "open") assertNoProxy(request);
    if (access === "open" || tokenHash === null) {
      if (access !== "feed" || feedHash === null) return;
    }
    if (tokenHash !== null && sessions.has(request)) return;
    const given = tokenOf(request);
    if (tokenHash !== null && given !== null && isSame(given, tokenHash)) return;
    if (access === "feed" && feedHash !== null && given !== null && isSame(given, feedHash)) return;
    void reply.header("www-authenticate", access === "feed" ? 'Basic realm="vtip"' : "Bearer");
    throw new Problem(
      401,
      given === null ? NO_TOKEN : "This token is not valid here: check it for spaces and missing characters.",
    );
  };
}

const NO_TOKEN =
  "A token is needed: send the header Authorization: Bearer <token>, or for feeds the token as password.";

/** Whether a text is the token. */
export function createTokenCheck({ token }: Settings): (text: string) => boolean {
  const hash = token === null ? null : hashOf(token);
  return (text) => hash !== null && isSame(text.trim(), hash);
}

/** Nobody learns by time how much of a token is right. */
function isSame(given: string, hash: Buffer): boolean {
  return timingSafeEqual(hashOf(given), hash);
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** The token of a request, as bearer or as the password of basic authentication. */
function tokenOf({ headers }: FastifyRequest): string | null {
  const [, scheme = "", value = ""] = /^(\S+) +(\S+)$/u.exec(headers.authorization ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return value;
    case "basic": {
      const pair = Buffer.from(value, "base64").toString("utf8");
      return pair.slice(pair.indexOf(":") + 1);
    }
    default:
      return null;
  }
}

/** A page of another name that leads here, as DNS can be made to, must not act as this machine's user. */
function assertOwnName({ hostname }: FastifyRequest): void {
  if (!isLoopback(hostname.replace(/^\[|\]$/gu, ""))) {
    throw new Problem(
      421,
      `This server answers as 127.0.0.1 and localhost only, not as ${hostname.slice(0, 100)}.`,
    );
  }
}

/** A proxy lets others in, and nobody could tell who: then a token is needed here too. */
function assertNoProxy({ headers }: FastifyRequest): void {
  if (headers["x-forwarded-for"] === undefined && headers.forwarded === undefined) return;
  throw new Problem(403, "This comes through a proxy, and no HTTP_TOKEN is set: set one, and start again.");
}

/** Browsers name the page that sends a request: only this server's own may change something. */
function assertSameOrigin({ headers, protocol, host }: FastifyRequest): void {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") throw new Problem(403, OTHER_PAGE);
  if (
    headers.origin !== undefined &&
    headers.origin !== `${protocol}://${host}` &&
    headers.origin !== `https://${host}`
  )
    throw new Problem(403, OTHER_PAGE);
}

const OTHER_PAGE = "A page of another site may not do this.";
