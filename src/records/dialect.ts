import type Database from "better-sqlite3";
import { SqliteDialect, type Dialect, type Driver, type SqliteDatabase } from "kysely";

import { turn } from "../turn.ts";

/** One database, which its users have one after the other: a statement holds up the whole program. */
export interface Desk {
  readonly database: SqliteDatabase;
  /** SQLite ends a transaction by itself where it cannot go on, as on a full disk. */
  isInTransaction(): boolean;
  /** Resolves when nobody else has it. The urgent need not wait for their turn, and go before those who do. */
  take(isUrgent: boolean): Promise<void>;
  giveBack(): void;
}

export function createDesk(database: Database.Database): Desk {
  const urgent: (() => void)[] = [];
  const patient: (() => void)[] = [];
  let isTaken = false;
  return {
    database: { prepare: keepStatements(database), close: () => void database.close() },
    isInTransaction: () => database.inTransaction,
    async take(isUrgent) {
      if (!isUrgent) await turn();
      if (isTaken) await new Promise<void>((resolve) => (isUrgent ? urgent : patient).push(resolve));
      isTaken = true;
    },
    giveBack() {
      const next = urgent.shift() ?? patient.shift();
      if (next === undefined) isTaken = false;
      else next();
    },
  };
}

/** How Kysely speaks to SQLite over a desk that several of it share. */
export function toDialect(desk: Desk, { isUrgent }: { readonly isUrgent: boolean }): Dialect {
  const dialect = new SqliteDialect({ database: desk.database });
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => overDesk(desk, isUrgent, dialect.createDriver()),
  };
}

function overDesk(desk: Desk, isUrgent: boolean, driver: Driver): Driver {
  return {
    init: async () => driver.init(),
    async acquireConnection() {
      await desk.take(isUrgent);
      return driver.acquireConnection();
    },
    beginTransaction: async (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: async (connection) => driver.commitTransaction(connection),
    async rollbackTransaction(connection) {
      if (desk.isInTransaction()) await driver.rollbackTransaction(connection);
    },
    async releaseConnection(connection) {
      await driver.releaseConnection(connection);
      desk.giveBack();
    },
    destroy: async () => driver.destroy(),
  };
}

/** Longer ones are inserts of many rows: each number of rows makes another statement. */
const LONGEST_KEPT = 2000;
const MOST_KEPT = 500;

/** To prepare a statement takes longer than to carry it out. */
function keepStatements(database: Database.Database): SqliteDatabase["prepare"] {
  const kept = new Map<string, Database.Statement>();
  return (sql: string) => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    if (sql.length <= LONGEST_KEPT && kept.size < MOST_KEPT) kept.set(sql, statement);
    return statement;
  };
}
