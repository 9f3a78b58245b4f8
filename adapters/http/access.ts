import { createHash, timingSafeEqual } from "node:crypto";

import type { FastifyReply, FastifyRequest } from "fastify";

import type { User } from "../../src/contract.ts";
import { CONSOLE } from "./caller.ts";
import { isListed } from "./cors.ts";
import { Problem } from "./problem.ts";
import type { Sessions } from "./session.ts";
import { isLoopback, type Settings } from "./settings.ts";

/** Who may ask for a route: anybody, who has a feed's token, or who has the token. */
type Access = "open" | "feed" | "user";

declare module "fastify" {
  interface FastifyContextConfig {
    readonly access?: Access;
    /** A route that changes nothing though its method says otherwise. */
    readonly isForLooking?: boolean;
  }
}

/** Methods that change nothing. */
export const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Refuses what may not be asked, and notes who asks. Only hashes of the tokens are kept. */
export function createGate(
  settings: Settings,
  sessions: Sessions,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const { host, holders, feedToken, corsOrigins } = settings;
  const holderOf = createTokenCheck(settings);
  const feedHash = feedToken === null ? null : hashOf(feedToken);
  const isForAll = holders.length === 0;

  return async (request, reply) => {
    const { access = "user" } = request.routeOptions.config;
    // Where a token is set, a page under another name has neither it nor the cookie; and a proxy sends its own name.
    if (isLoopback(host) && isForAll) assertOwnName(request);
    // Where one logs in, only this server's own pages have anything to do.
    const isOther = access !== "open" && isListed(request, corsOrigins);
    if (!SAFE.has(request.method) && !isOther) assertSameOrigin(request);
    if (isForAll && access !== "open") assertNoProxy(request);
    if (isForAll) request.user = CONSOLE;
    if (access === "open" || (isForAll && (access !== "feed" || feedHash === null))) return;
    const given = isOther ? bearerOf(request) : tokenOf(request);
    // What a browser sends by itself says nothing about the page of another site that makes it.
    request.user =
      (isOther ? null : await sessions.userOf(request)) ?? (given === null ? null : holderOf(given));
    if (request.user !== null) return;
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

/** Tells whose token a text is; null: nobody's. */
export function createTokenCheck({ holders }: Settings): (text: string) => User | null {
  const hashes = holders.map(({ user, token }) => ({ user, hash: hashOf(token) }));
  return (text) => hashes.filter(({ hash }) => isSame(text.trim(), hash))[0]?.user ?? null;
}

/** Nobody learns by time how much of a token is right. */
function isSame(given: string, hash: Buffer): boolean {
  return timingSafeEqual(hashOf(given), hash);
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** The token of a request, as bearer or as the password of basic authentication. */
function tokenOf(request: FastifyRequest): string | null {
  const { scheme, value } = credentialsOf(request);
  switch (scheme) {
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

/** Browsers remember passwords of basic authentication and send them by themselves; this they never do. */
function bearerOf(request: FastifyRequest): string | null {
  const { scheme, value } = credentialsOf(request);
  return scheme === "bearer" ? value : null;
}

function credentialsOf({ headers }: FastifyRequest): { readonly scheme: string; readonly value: string } {
  const [, scheme = "", value = ""] = /^(\S+) +(\S+)$/u.exec(headers.authorization ?? "") ?? [];
  return { scheme: scheme.toLowerCase(), value };
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
