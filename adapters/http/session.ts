import { createHash } from "node:crypto";

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import type { Tickets, User } from "../../src/contract.ts";
import { CONSOLE } from "./caller.ts";
import { Problem } from "./problem.ts";
import type { Server } from "./server.ts";
import type { Settings } from "./settings.ts";

/** Who is logged in with a browser, at every process on the same records and over restarts. */
export interface Sessions {
  /** Who is logged in with the browser that a request comes from; null: nobody. */
  userOf(request: FastifyRequest): Promise<User | null>;
  /** Logs somebody in with the browser, for 12 hours. */
  begin(request: FastifyRequest, reply: FastifyReply, user: User): Promise<void>;
  end(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** A link's code that logs in once, within 10 minutes, as who has HTTP_TOKEN. */
  newCode(): Promise<string>;
  /** Whom the code logs in; it is not good any more after that. Null where it was not. */
  spend(code: string): Promise<User | null>;
}

const NAME = "vtip";
const LIFE_MS = 12 * 3_600_000;
const CODE_LIFE_MS = 10 * 60_000;
/**
 * Whoever logged in by a token that is another one by now, or gone, is logged out: what is kept of a ticket depends on
 * the token as well. The ticket itself is kept nowhere, so nothing that is kept helps to guess a token.
 */
export function createSessions(tickets: Tickets, { holders }: Pick<Settings, "holders">): Sessions {
  const tokens = new Map(holders.map(({ user, token }) => [user.id, token]));
  const purposeOf = (what: Purpose, user: User, ticket: string) =>
    `${what} ${hashOf(`${ticket} ${tokens.get(user.id) ?? ""}`)}`;

  async function issue(what: Purpose, user: User, lifeMs: number): Promise<string> {
    return tickets.issue({ user, purposeOf: (ticket) => purposeOf(what, user, ticket) }, lifeMs);
  }
  async function find(what: Purpose, ticket: string): Promise<User | null> {
    const found = ticket === "" ? null : await tickets.find(ticket);
    return found !== null && found.purpose === purposeOf(what, found.user, ticket) ? found.user : null;
  }

  return {
    userOf: async (request) => find("session", cookieOf(request)),
    async begin(request, reply, user) {
      const ticket = await issue("session", user, LIFE_MS);
      void reply.header("set-cookie", toCookie(request, ticket, LIFE_MS / 1000));
    },
    async end(request, reply) {
      await tickets.take(cookieOf(request));
      void reply.header("set-cookie", toCookie(request, "", 0));
    },
    newCode: async () => issue("login", CONSOLE, CODE_LIFE_MS),
    async spend(code) {
      const user = await find("login", code);
      return user !== null && (await tickets.take(code)) ? user : null;
    },
  };
}

type Purpose = "session" | "login";

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function cookieOf({ headers }: FastifyRequest): string {
  return new RegExp(`(?:^|;\\s*)${NAME}=([\\w-]+)`, "u").exec(headers.cookie ?? "")?.[1] ?? "";
}

/** Strict: no page of another site sends it along. Behind a proxy with TLS it is never sent without. */
function toCookie(request: FastifyRequest, value: string, maxAgeS: number): string {
  const isSecure = request.headers["x-forwarded-proto"] === "https";
  return `${NAME}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeS}${isSecure ? "; Secure" : ""}`;
}

/** The ways in and out of the console where a token is set. */
export function addSession(
  server: Server,
  sessions: Sessions,
  holderOf: (token: string) => User | null,
): void {
  const config = { access: "open", rateLimit: { max: 20, timeWindow: "1 minute" } } as const;
  const schema = { hide: true } as const;
  const body = z.object({ token: z.string().max(1000) });
  server.post("/api/session", { config, schema: { ...schema, body } }, async (request, reply) => {
    const user = holderOf(request.body.token);
    if (user === null)
      throw new Problem(401, "This is not the token: it is HTTP_TOKEN of the settings, or your own.");
    await sessions.begin(request, reply, user);
    return { status: "logged in" };
  });
  server.delete("/api/session", { config, schema }, async (request, reply) => {
    await sessions.end(request, reply);
    return { status: "logged out" };
  });
  server.get(
    "/login/:code",
    { config, schema: { ...schema, params: z.object({ code: z.string().max(200) }) } },
    async (request, reply) => {
      const user = await sessions.spend(request.params.code);
      if (user !== null) {
        await sessions.begin(request, reply, user);
        return reply.redirect("/");
      }
      if (!/\btext\/html\b/u.test(request.headers.accept ?? "")) throw new Problem(401, SPENT);
      return reply.code(401).type("text/html; charset=utf-8").send(SPENT_PAGE);
    },
  );
}

const SPENT = "This link was used before, or is older than 10 minutes: log in with the token.";

const SPENT_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Log in · vtip</title>
<h1>This link is not good any more</h1>
<p>It was used before, or is older than 10 minutes. <a href="/">Log in with the token</a>, or start vtip again for a new link.</p>
</html>
`;
