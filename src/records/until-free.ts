import { setTimeout as sleep } from "node:timers/promises";

import { messageOf } from "../errors.ts";

const TRIES = 60;
const PAUSE_MS = 50;

/**
 * Does `work` again while another process has the database. SQLite's own busy timeout does not cover a change of the
 * journal's mode, nor a transaction that begins by reading.
 */
export async function untilFree<T>(work: () => Promise<T>, triesLeft = TRIES): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (triesLeft === 0 || !/database is locked|SQLITE_BUSY/.test(messageOf(error))) throw error;
  }
  await sleep(PAUSE_MS * (0.5 + Math.random()));
  return untilFree(work, triesLeft - 1);
}
