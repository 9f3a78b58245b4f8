import type { FastifyRequest } from "fastify";

import type { User } from "../../src/contract.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks; null where that was not asked: at an open route, or with the token of the feeds. */
    user: User | null;
  }
}

/** Whoever asks without a name of their own, as APPROVERS and the audit trail name them: they sit at this machine, or have HTTP_TOKEN. */
export const CONSOLE: User = { id: "local:console", name: "http" };

/** A person with a token of their own, as APPROVERS and the audit trail name them. */
export function toUser(name: string): User {
  return { id: `local:${name.toLowerCase()}`, name: "http" };
}

/** Who asks at a route that is not open. @throws Error where the gate let through somebody that it does not know. */
export function callerOf({ user }: Pick<FastifyRequest, "user">): User {
  if (user === null) throw new Error("it is not known who asks");
  return user;
}
