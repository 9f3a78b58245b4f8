import { createHash, randomBytes } from "node:crypto";

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import type { User } from "../../src/contract.ts";
import { CONSOLE } from "./caller.ts";
import { Problem } from "./problem.ts";
import type { Server } from "./server.ts";

/** Who is logged in with a browser: only hashes of what their cookies hold are kept. A restart logs everybody out. */
export interface Sessions {
  /** Who is logged in with the browser that a request comes from; null: nobody. */
  userOf(request: FastifyRequest): User | null;
  /** Logs somebody in with the browser, for 12 hours. */
  begin(request: FastifyRequest, reply: FastifyReply, user: User): void;
  end(request: FastifyRequest, reply: FastifyReply): void;
  /** A link's code that logs in once, within 10 minutes, as who has HTTP_TOKEN. */
  newCode(): string;
  /** Whom the code logs in; it is not good any more after that. Null where it was not. */
  spend(code: string): User | null;
}

const NAME = "vtip";
const LIFE_MS = 12 * 3_600_000;
const CODE_LIFE_MS = 10 * 60_000;
const RANDOM_BYTES = 32;

export function createSessions(): Sessions {
  const sessions = createTickets(LIFE_MS);
  const codes = createTickets(CODE_LIFE_MS);
  return {
    userOf: (request) => sessions.find(cookieOf(request)),
    begin(request, reply, user) {
      void reply.header("set-cookie", toCookie(request, sessions.issue(user), LIFE_MS / 1000));
    },
    end(request, reply) {
      sessions.take(cookieOf(request));
      void reply.header("set-cookie", toCookie(request, "", 0));
    },
    newCode: () => codes.issue(CONSOLE),
    spend: codes.take,
  };
}

function hashOf(ticket: string): string {
  return createHash("sha256").update(ticket).digest("base64");
}

/** Random texts that stand for somebody for a while. */
function createTickets(lifeMs: number) {
  const tickets = new Map<string, { readonly until: number; readonly user: User }>();
  function find(ticket: string): User | null {
    const found = ticket === "" ? undefined : tickets.get(hashOf(ticket));
    return found !== undefined && found.until > Date.now() ? found.user : null;
  }
  return {
    find,
    issue(user: User): string {
      for (const [hash, { until }] of tickets) if (until <= Date.now()) tickets.delete(hash);
      const ticket = randomBytes(RANDOM_BYTES).toString("base64url");
      tickets.set(hashOf(ticket), { until: Date.now() + lifeMs, user });
      return ticket;
    },
    take(ticket: string): User | null {
      const user = find(ticket);
      tickets.delete(hashOf(ticket));
      return user;
    },
  };
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
    sessions.begin(request, reply, user);
    return { status: "logged in" };
  });
  server.delete("/api/session", { config, schema }, async (request, reply) => {
    sessions.end(request, reply);
    return { status: "logged out" };
  });
  server.get(
    "/login/:code",
    { config, schema: { ...schema, params: z.object({ code: z.string().max(200) }) } },
    async (request, reply) => {
      const user = sessions.spend(request.params.code);
      if (user !== null) {
        sessions.begin(request, reply, user);
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
