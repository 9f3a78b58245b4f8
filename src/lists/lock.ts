import { randomInt } from "node:crypto";
import { setTimeout } from "node:timers/promises";

import Database from "better-sqlite3";

import { UserError } from "../errors.ts";

/** A SQLite file keeps a number of 32 bits with a sign for the program that uses it; 0 where none was set. */
const MOST_MARK = 2 ** 31;

/** How long `withLock` tries again before it gives up, and how long it pauses between. */
const WAIT_MS = 10_000;
const PAUSE_MS = 15;

/**
 * Runs `work` while no other process, and nobody else in this one, holds the lock of the same file.
 * The lock is the one that SQLite takes on a database: the operating system lets go of it when its process ends, however
 * it ends, so there is never a stale lock to take over. The only thing in the database is the mark that `work` is given:
 * a number of 1 and more, made up for the first who had the lock, by which the file is known again in another place.
 * @throws UserError when it is not free within `waitMs`.
 */
export async function withLock<Result>(
  file: string,
  work: (mark: number) => Promise<Result>,
  waitMs: number = WAIT_MS,
): Promise<Result> {
  const database = new Database(file, { timeout: 0 });
  try {
    const giveUpAt = performance.now() + waitMs;
    await acquire(database, file, giveUpAt);
    if (markOf(database) === 0) {
      database.pragma(`user_version = ${randomInt(1, MOST_MARK)}`);
      // What was written is there for others only after the lock was let go of.
      database.exec("COMMIT");
      await acquire(database, file, giveUpAt);
    }
    return await work(markOf(database));
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
      if (performance.now() >= giveUpAt) {
        throw new UserError(`${file} is held by another process: wait for it, or end it, and try again.`, {
          cause: error,
        });
      }
    }
    await setTimeout(PAUSE_MS * (0.5 + Math.random()));
  }
}

function markOf(database: Database.Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY");
}
