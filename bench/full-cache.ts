import { join } from "node:path";

import Database from "better-sqlite3";

import { built } from "./built.ts";
import { scanInProcess } from "./core-run.ts";
import { indicators } from "./indicators.ts";
import { keySettings, standinKeys } from "./settings.ts";
import { withStandin } from "./standin-child.ts";
import type { Workspace } from "./workspace.ts";

const NO_LIMIT = { perMinute: 0 };

/** Looks the first `count` indicators up once. Resolves to settings with which nothing can be asked any more. */
export async function lookUpSome(
  { env }: Workspace,
  count: number,
): Promise<Readonly<Record<string, string>>> {
  const settings = { ...env, ...keySettings(1, NO_LIMIT) };
  await withStandin({ keys: standinKeys(1, NO_LIMIT), known: count }, async ({ url }) =>
    scanInProcess({ ...settings, VT_API_URL: url }, indicators(count, { withDomains: true }).join("\n")),
  );
  return { ...settings, VT_API_URL: "http://127.0.0.1:9/api/v3" };
}

/** Gives the verdicts of the first `from` indicators to the others up to `to`: asking for each would take minutes and change nothing. */
export async function multiplyCache(
  env: Readonly<Record<string, string>>,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const [{ openCache }, { readConfig }, { openLog }, { systemClock }] = await Promise.all([
    built.cache(),
    built.config(),
    built.log(),
    built.clock(),
  ]);
  const log = await openLog({ level: "silent", file: "", onProblem: () => undefined });
  const cache = await openCache({ ...readConfig(env), clock: systemClock, log });
  const all = indicators(to, { withDomains: true }).map(
    (value) => ({ kind: value.endsWith(".com") ? "domain" : "ip", value }) as const,
  );
  const known = await cache.getMany(all.slice(0, from));
  for (const [at, indicator] of all.entries()) {
    const twin = known[at % from];
    if (twin?.checkedAt === null || twin === undefined) throw new Error("The cache lacks a verdict.");
    if (at >= from) await cache.set(indicator, twin.facts, twin.checkedAt);
  }
  await cache.close();
}

const AT_ONCE = 10_000;

/**
 * Puts verdicts of others beside those that are there, until there are `to`: copies of them under names that nobody asks
 * about. Straight into the file: one by one it would take hours.
 */
export function crowdCache(env: Readonly<Record<string, string>>, to: number): void {
  const database = new Database(join(env["DATA_DIR"] ?? "", "cache.sqlite"));
  try {
    const count = () => Number(database.prepare("select count(*) from keyv").pluck().get());
    const rows = database.prepare("select value from keyv limit 1000").pluck().all();
    const insert = database.prepare("insert or ignore into keyv (key, value) values (?, ?)");
    const insertSome = database.transaction((from: number, until: number) => {
      // Names as spread as those that are asked about, so that pages of the file are, too.
      for (let at = from; at < until; at += 1)
        insert.run(`vt:ip:${at % 256}.x.${at}`, rows[at % rows.length]);
    });
    for (let at = count(); at < to; at += AT_ONCE) insertSome(at, Math.min(at + AT_ONCE, to));
  } finally {
    database.close();
  }
}
