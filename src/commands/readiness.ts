import { basename } from "node:path";

import { sql } from "kysely";

import { messageOf } from "../errors.ts";
import type { Readiness } from "../views.ts";
import type { Tools } from "./tools.ts";

/** Whether records, lists and keys can be used. */
export async function readiness(tools: Tools): Promise<readonly Readiness[]> {
  const { records, listings, lookUps, config } = tools;
  return Promise.all([
    check("records", async () => {
      await sql`select 1`.execute(records);
    }),
    check("lists", async () => {
      try {
        listings.lines();
      } catch (error) {
        throw new Error(withoutFolders(messageOf(error), [config.blacklistFile, config.whitelistFile]), {
          cause: error,
        });
      }
    }),
    check("keys", async () => {
      const quota = await lookUps.quota();
      if (quota.length === 0) throw new Error("No API key is set.");
      // Anybody may ask this: not even the end of a key is told.
      const reasons = quota.map(({ name, parked }) =>
        parked === null ? null : `${name.replace(/ \(.*$/u, "")}: ${parked}`,
      );
      if (!reasons.includes(null)) throw new Error(`No key can be asked now. ${reasons.join("; ")}.`);
    }),
  ]);
}

/** Anybody may ask this: where on this machine the files lie is not told. */
function withoutFolders(sentence: string, files: readonly string[]): string {
  return files.reduce((text, file) => text.replaceAll(file, basename(file)), sentence);
}

async function check(name: string, work: () => Promise<void>): Promise<Readiness> {
  try {
    await work();
    return { name, isReady: true, reason: null };
  } catch (error) {
    return { name, isReady: false, reason: messageOf(error) };
  }
}
