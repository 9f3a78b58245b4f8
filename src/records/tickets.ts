import { createHash, randomBytes } from "node:crypto";

import type { User } from "../chat.ts";
import type { Clock } from "../model.ts";
import type { Records } from "./records.ts";

/**
 * Random texts that stand for somebody for a while, to every process on the same records and over restarts. Only hashes
 * of them are kept.
 */
export interface Tickets {
  /** `purposeOf` words what it is good for, which may depend on the ticket. */
  issue(
    issued: { readonly user: User; readonly purposeOf: (ticket: string) => string },
    lifeMs: number,
  ): Promise<string>;
  /** What it stands for; null: nothing, or not any more. */
  find(ticket: string): Promise<Issued | null>;
  /** Ends it. False where it was over before: of those who take it at once, one has it. */
  take(ticket: string): Promise<boolean>;
}

/** Who is meant, and what for. */
interface Issued {
  readonly user: User;
  readonly purpose: string;
}

const RANDOM_BYTES = 32;

export function createTickets(records: Records, clock: Clock): Tickets {
  return {
    async issue({ user, purposeOf }, lifeMs) {
      const ticket = randomBytes(RANDOM_BYTES).toString("base64url");
      const until = clock.now() + lifeMs;
      await records.deleteFrom("ticket").where("until", "<=", clock.now()).execute();
      await records
        .insertInto("ticket")
        .values({
          hash: hashOf(ticket),
          purpose: purposeOf(ticket),
          user_id: user.id,
          user_name: user.name,
          until,
        })
        .execute();
      return ticket;
    },
    async find(ticket) {
      const row = await records
        .selectFrom("ticket")
        .select(["user_id", "user_name", "purpose"])
        .where("hash", "=", hashOf(ticket))
        .where("until", ">", clock.now())
        .executeTakeFirst();
      return row === undefined
        ? null
        : { user: { id: row.user_id, name: row.user_name }, purpose: row.purpose };
    },
    async take(ticket) {
      const { numDeletedRows } = await records
        .deleteFrom("ticket")
        .where("hash", "=", hashOf(ticket))
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

function hashOf(ticket: string): string {
  return createHash("sha256").update(ticket).digest("base64");
}
