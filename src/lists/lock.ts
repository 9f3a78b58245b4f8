import { setTimeout } from "node:timers/promises";

import Database from "better-sqlite3";

import { UserError } from "../errors.ts";

/** How long `withLock` tries again before it gives up, and how long it pauses between. */
const WAIT_MS = 10_000;
const PAUSE_MS = 15;

/**
 * Runs `work` while no other process, and nobody else in this one, holds the lock of the same file.
 * The lock is the one that SQLite takes on an empty database: the operating system lets go of it when its
 * process ends, however it ends, so there is never a stale lock to take over.
 * @throws UserError when it is not free within `waitMs`.
 */
export async function withLock<Result>(
  file: string,
  work: () => Promise<Result>,
  waitMs: number = WAIT_MS,
): Promise<Result> {
  const database = new Database(file, { timeout: 0 });
  try {
    await acquire(database, file, Date.now() + waitMs);
    return await work();
  } finally {
    database.close();
  }
}

async function acquire(database: Database.Database, file: string, giveUpAt: number): Promise<void> {
  for (;;) {
    try {
      database.exec("BEGIN EXCLUSIVE");
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (Date.now() >= giveUpAt) {
        throw new UserError(`${file} is held by another process: wait for it, or end it, and try again.`, {
          cause: error,
        });
      }
    }
    await setTimeout(PAUSE_MS * (0.5 + Math.random()));
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
}
