import type { Kysely } from "kysely";

import { messageOf, UserError } from "../errors.ts";
import { migrate } from "./migrate.ts";
import { connectSqlite, sqliteFileOf } from "./sqlite.ts";
import type { Tables } from "./tables.ts";
import { untilFree } from "./until-free.ts";

/** Everything that must survive a restart: scans and their items, lists, deliveries, and what each key has spent. */
export type Records = Kysely<Tables>;

/** Where the records are. */
export interface RecordsPlace {
  /** Its `vtip.sqlite`, which is made when missing. */
  readonly dataDir: string;
  /** A PostgreSQL database instead; null: none. */
  readonly databaseUrl?: string | null;
  /** Hears of connections that end while nobody uses them. */
  readonly onFault?: (error: Error) => void;
}

/**
 * Opens the records and brings their tables up to date. Several processes may have them open.
 * @throws UserError (exit status 3) when they cannot be used.
 */
export async function openRecords(place: RecordsPlace): Promise<Records> {
  const { databaseUrl = null } = place;
  return databaseUrl === null ? openSqlite(place) : openPostgres(databaseUrl, place);
}

async function openSqlite({ dataDir }: RecordsPlace): Promise<Records> {
  let opened: Records | null = null;
  try {
    const { records, urgent } = await connectSqlite(dataDir);
    opened = records;
    await untilFree(async () => migrate(records));
    urgentOf.set(records, urgent);
    return records;
  } catch (error) {
    await opened?.destroy();
    throw toUnusable(sqliteFileOf(dataDir), "Check DATA_DIR, its permissions and the free space.", error);
  }
}

async function openPostgres(url: string, { onFault = () => undefined }: RecordsPlace): Promise<Records> {
  // Loaded by who needs it: the command line starts quicker.
  const { connectPostgres, nameOfPostgres } = await import("./postgres.ts");
  const { records, urgent } = connectPostgres(url, onFault);
  try {
    await migrate(records);
    urgentOf.set(records, urgent);
    return records;
  } catch (error) {
    await records.destroy();
    throw toUnusable(nameOfPostgres(url), "Check DATABASE_URL, and that the database runs.", error);
  }
}

function toUnusable(place: string, whatToDo: string, error: unknown): UserError {
  if (error instanceof UserError) return error;
  return new UserError(`The records in ${place} cannot be used (${messageOf(error)}). ${whatToDo}`, {
    exitStatus: 3,
    cause: error,
  });
}

const urgentOf = new WeakMap<Records, Records>();

/** The same records for what cannot wait: its statements go before all others. They are closed with `records`. */
export function urgentRecords(records: Records): Records {
  return urgentOf.get(records) ?? records;
}
