import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createPostgres } from "../test/engines/postgres.ts";
import { createRedis } from "../test/engines/redis.ts";
import { runVtip } from "./cli-process.ts";
import { indicators } from "./indicators.ts";
import { atLeast, atMost, type Measure, type Row } from "./row.ts";
import { keySettings, standinKeys } from "./settings.ts";
import { withStandin } from "./standin-child.ts";
import { inWorkspace } from "./workspace.ts";

const LOOK_UPS = 400;
const KEYS = 10;
const PER_MINUTE = 4;
/** The shorter the window, the more a millisecond weighs. */
const WINDOW_MS = 6000;
const REAL_WINDOW_MS = 60_000;
const CREWS = [1, 3, 8] as const;

/** The first round of places goes at once; every further round waits one window. */
const IDEAL_MS = (Math.ceil(LOOK_UPS / (KEYS * PER_MINUTE)) - 1) * WINDOW_MS;

/** How much of what ten keys allow several processes use together, and whether the limits are kept at the server. */
export const measureProcesses: Measure = async (say) => {
  const folder = await mkdtemp(join(tmpdir(), "vtip-engines-"));
  const postgres = await createPostgres(folder);
  const redis = await createRedis(folder);
  if (postgres === null || redis === null) {
    say("left out: PostgreSQL and Redis are not installed");
    return [];
  }
  try {
    await postgres.start();
    await redis.start();
    const rows: Row[] = [];
    for (const [at, size] of CREWS.entries()) {
      say(`${nameOf(size)}, about ${Math.ceil(IDEAL_MS / 1000)} s`);
      const shared = {
        DATABASE_URL: postgres.databaseUrl(`crew_${size}`),
        REDIS_URL: `${redis.url}/${at}`,
      };
      rows.push(...(await measureCrew(size, shared)));
    }
    return rows;
  } finally {
    await redis.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

async function measureCrew(size: number, shared: Readonly<Record<string, string>>): Promise<readonly Row[]> {
  const limits = { perMinute: PER_MINUTE };
  const options = { keys: standinKeys(KEYS, limits), windowMs: WINDOW_MS, known: LOOK_UPS };
  return withStandin(options, async (standin) =>
    inWorkspace(async ({ folder, env }) => {
      const all = indicators(LOOK_UPS, { withDomains: true });
      const settings = {
        ...env,
        ...keySettings(KEYS, limits),
        ...shared,
        VT_API_URL: standin.url,
        VT_WINDOW_SECONDS: String(WINDOW_MS / 1000),
      };
      const scans = Array.from({ length: size }, async (_, at) => {
        const file = join(folder, `list-${at}.txt`);
        await writeFile(file, all.filter((_, place) => place % size === at).join("\n"));
        await runVtip(["scan", "-i", file, "--no-out"], { folder, env: settings });
      });
      await Promise.all(scans);
      const { spanMs, worstWindow, taken, refused } = await standin.count();
      const lostMs = (spanMs - IDEAL_MS) / (IDEAL_MS / WINDOW_MS);
      const use = REAL_WINDOW_MS / (REAL_WINDOW_MS + lostMs);
      const name = nameOf(size);
      return [
        { name: `${name}: lost per window`, figure: lostMs, unit: "ms" },
        {
          name: `${name}: use of what the keys allow, with windows of 60 s`,
          figure: 100 * use,
          unit: "%",
          ...atLeast(100 * use, 98, " %"),
        },
        {
          name: `${name}: worst window at the server`,
          figure: worstWindow,
          unit: "requests",
          ...atMost(worstWindow, PER_MINUTE),
        },
        {
          name: `${name}: requests per indicator`,
          figure: taken / LOOK_UPS,
          unit: "requests",
          ...atMost(taken / LOOK_UPS, 1),
        },
        { name: `${name}: 429s provoked`, figure: refused, unit: "replies", ...atMost(refused, 0) },
      ];
    }),
  );
}

function nameOf(size: number): string {
  return `${size} process${size === 1 ? "" : "es"} on PostgreSQL and Redis, ${LOOK_UPS} look-ups, ${KEYS} keys, window ${WINDOW_MS / 1000} s`;
}
