import { createHash, randomBytes } from "node:crypto";

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import { Problem } from "./problem.ts";
import type { Server } from "./server.ts";

/** Who is logged in with a browser: only hashes of what their cookies hold are kept. A restart logs everybody out. */
export interface Sessions {
  /** Whether the request comes from a browser that is logged in. */
  has(request: FastifyRequest): boolean;
  /** Logs the browser in, for 12 hours. */
  begin(request: FastifyRequest, reply: FastifyReply): void;
  end(request: FastifyRequest, reply: FastifyReply): void;
  /** A link's code that logs in once, within 10 minutes. */
  newCode(): string;
  /** Whether the code is good; it is not any more after that. */
  spend(code: string): boolean;
}

const NAME = "vtip";
const LIFE_MS = 12 * 3_600_000;
const CODE_LIFE_MS = 10 * 60_000;
const RANDOM_BYTES = 32;

export function createSessions(): Sessions {
  const sessions = createTickets(LIFE_MS);
  const codes = createTickets(CODE_LIFE_MS);
  return {
    has: (request) => sessions.has(cookieOf(request)),
    begin(request, reply) {
      void reply.header("set-cookie", toCookie(request, sessions.issue(), LIFE_MS / 1000));
    },
    end(request, reply) {
      sessions.take(cookieOf(request));
      void reply.header("set-cookie", toCookie(request, "", 0));
    },
    newCode: codes.issue,
    spend: codes.take,
  };
}

function hashOf(ticket: string): string {
  return createHash("sha256").update(ticket).digest("base64");
}

/** Random texts that are good for a while. */
function createTickets(lifeMs: number) {
  const untils = new Map<string, number>();
  function isGood(ticket: string): boolean {
    return ticket !== "" && (untils.get(hashOf(ticket)) ?? 0) > Date.now();
  }
  return {
    has: isGood,
    issue(): string {
      for (const [hash, until] of untils) if (until <= Date.now()) untils.delete(hash);
      const ticket = randomBytes(RANDOM_BYTES).toString("base64url");
      untils.set(hashOf(ticket), Date.now() + lifeMs);
      return ticket;
    },
    take(ticket: string): boolean {
      const was = isGood(ticket);
      untils.delete(hashOf(ticket));
      return was;
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
export function addSession(server: Server, sessions: Sessions, isToken: (text: string) => boolean): void {
  const config = { access: "open", rateLimit: { max: 20, timeWindow: "1 minute" } } as const;
  const schema = { hide: true } as const;
  const body = z.object({ token: z.string().max(1000) });
  server.post("/api/session", { config, schema: { ...schema, body } }, async (request, reply) => {
    if (!isToken(request.body.token))
      throw new Problem(401, "This is not the token: it is HTTP_TOKEN of the settings.");
    sessions.begin(request, reply);
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
      if (!sessions.spend(request.params.code))
        throw new Problem(
          401,
          "This link was used before, or is older than 10 minutes: log in with the token.",
        );
      sessions.begin(request, reply);
      return reply.redirect("/");
    },
  );
}
