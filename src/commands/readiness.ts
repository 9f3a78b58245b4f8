import { sql } from "kysely";

import { messageOf } from "../errors.ts";
import type { Readiness } from "../views.ts";
import type { Tools } from "./tools.ts";

/** Whether records, lists and keys can be used. */
export async function readiness(tools: Tools): Promise<readonly Readiness[]> {
  const { records, listings, lookUps } = tools;
  return Promise.all([
    check("records", async () => {
      await sql`select 1`.execute(records);
    }),
    check("lists", async () => {
      listings.lines();
    }),
    check("keys", async () => {
      const quota = await lookUps.quota();
      if (quota.length === 0) throw new Error("No API key is set.");
      const reasons = quota.map(({ name, parked }) => (parked === null ? null : `${name}: ${parked}`));
      if (!reasons.includes(null)) throw new Error(`No key can be asked now. ${reasons.join("; ")}.`);
    }),
  ]);
}

async function check(name: string, work: () => Promise<void>): Promise<Readiness> {
  try {
    await work();
    return { name, isReady: true, reason: null };
  } catch (error) {
    return { name, isReady: false, reason: messageOf(error) };
  }
}
