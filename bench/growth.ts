import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type ProgramRun, runVtip } from "./cli-process.ts";
import { crowdCache, lookUpSome, multiplyCache } from "./full-cache.ts";
import { indicators } from "./indicators.ts";
import type { Measure, Row } from "./row.ts";
import { keySettings, standinKeys } from "./settings.ts";
import { withStandin } from "./standin-child.ts";
import { inWorkspace, type Workspace } from "./workspace.ts";

/** As many as one input may hold. */
const LONGEST = 100_000;
const SIZES = [1000, 10_000, LONGEST].filter((size) => size <= Number(process.env["GROWTH_MOST"] ?? LONGEST));
/** `GROWTH_LISTS=10`: so many of the longest lists one after the other, a million indicators. */
const LISTS = Number(process.env["GROWTH_LISTS"] ?? 0);
/** `GROWTH_CACHE=10000000`: up to so many verdicts are in the cache, 13 GB of them. */
const CACHES = [100_000, 1_000_000, 10_000_000].filter(
  (size) => size <= Number(process.env["GROWTH_CACHE"] ?? 0),
);
const BESIDE = 10_000;
const FIRST = 1000;
const NO_LIMIT = { perMinute: 0 };

/** What one list costs as it grows, and as what is there already grows: all of it known, or all to be asked about. */
export const measureGrowth: Measure = async (say) => {
  const rows: Row[] = [];
  await inWorkspace(async (workspace) => {
    say(`filling the cache with ${FIRST}`);
    const env = await lookUpSome(workspace, FIRST);
    const place = { ...workspace, env };
    let filled = FIRST;
    for (const size of SIZES) {
      if (size > filled) await multiplyCache(env, { from: FIRST, to: size });
      filled = size;
      say(`${size} cached`);
      rows.push(...toRows("cached", size, await scanned(place, size)));
    }
    for (const size of CACHES) {
      say(`${BESIDE} beside ${size} verdicts`);
      crowdCache(env, size);
      rows.push(...toRows(`cached beside ${words(size)} verdicts`, BESIDE, await scanned(place, BESIDE)));
    }
    rows.push(...(await manyLists(place, say)));
  });
  for (const size of SIZES) {
    say(`${size} to ask about`);
    rows.push(...toRows("asked without limits", size, await asked(size)));
  }
  return rows;
};

/** The last of many long lists against the first: all that is in the records by then makes it no slower. */
async function manyLists(place: Workspace, say: (sentence: string) => void): Promise<readonly Row[]> {
  const runs: ProgramRun[] = [];
  for (let nth = 1; nth <= LISTS; nth += 1) {
    say(`list ${nth} of ${LISTS}`);
    runs.push(await scanned(place, LONGEST));
  }
  const [first, last] = [runs[0], runs.at(-1)];
  if (first === undefined || last === undefined) return [];
  const seconds = runs.reduce((all, { cpuMs }) => all + cpuMs, 0) / 1000;
  const name = `${LISTS} lists of ${words(LONGEST)}, cached`;
  return [
    { name: `${name}: processor time of all`, figure: seconds, unit: "s" },
    {
      name: `${name}: of the last, against the first`,
      figure: last.cpuMs / 1000,
      unit: "s",
      ratio: last.cpuMs / first.cpuMs,
    },
    {
      name: `${name}: peak memory of the last, against the first`,
      figure: last.peakMb,
      unit: "MB",
      ratio: last.peakMb / first.peakMb,
    },
  ];
}

async function asked(size: number): Promise<ProgramRun> {
  return withStandin({ keys: standinKeys(4, NO_LIMIT), known: 0, bodyBytes: 23_000 }, async ({ url }) =>
    inWorkspace(async ({ folder, env }) => {
      const settings = { ...env, ...keySettings(4, NO_LIMIT), VT_API_URL: url };
      return scanned({ folder, env: settings }, size);
    }),
  );
}

async function scanned({ folder, env }: Workspace, size: number): Promise<ProgramRun> {
  const list = join(folder, `list-${size}.txt`);
  await writeFile(list, `${indicators(size, { withDomains: true }).join("\n")}\n`);
  return runVtip(["scan", "-i", list, "--no-out", "--json"], { folder, env }, { withPeak: true });
}

function toRows(how: string, size: number, { wallMs, cpuMs, peakMb }: ProgramRun): readonly Row[] {
  const name = `one list of ${words(size)}, ${how}`;
  return [
    { name: `${name}: time`, figure: wallMs / 1000, unit: "s" },
    { name: `${name}: processor time an indicator`, figure: cpuMs / size, unit: "ms" },
    { name: `${name}: peak memory`, figure: peakMb, unit: "MB" },
  ];
}

function words(count: number): string {
  return count.toLocaleString("en-US");
}
