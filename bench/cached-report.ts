import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { built } from "./built.ts";
import { runVtip, type ProgramRun } from "./cli-process.ts";
import { scanInProcess } from "./core-run.ts";
import { indicators } from "./indicators.ts";
import { atMost, median, type Measure } from "./row.ts";
import { keySettings, standinKeys } from "./settings.ts";
import { withStandin } from "./standin-child.ts";
import { inWorkspace, type Workspace } from "./workspace.ts";

const SOME = 10_000;
const MANY = 100_000;
const MOST_SECONDS = 3;
const MOST_MB = 300;
const NO_LIMIT = { perMinute: 0 };

/** Lists that the cache knows, from a text file to the xlsx through the command line. */
export const measureCachedReport: Measure = async (say) =>
  inWorkspace(async (workspace) => {
    say(`filling the cache with ${SOME} verdicts of the stand-in`);
    const env = await fillCache(workspace);
    say(`${SOME} cached indicators to xlsx`);
    const some = [];
    for (let round = 0; round < 3; round += 1) some.push(await report({ ...workspace, env }, SOME));
    say(`filling the cache up to ${MANY}`);
    await multiplyCache(env);
    say(`${MANY} cached indicators to xlsx`);
    const many = await report({ ...workspace, env }, MANY);
    const someSeconds = median(some.map(({ wallMs }) => wallMs)) / 1000;
    return [
      {
        name: "10,000 cached indicators to xlsx: time",
        figure: someSeconds,
        unit: "s",
        ...atMost(someSeconds, MOST_SECONDS, " s"),
      },
      {
        name: "10,000 cached indicators to xlsx: peak memory",
        figure: median(some.map(({ peakMb }) => peakMb)),
        unit: "MB",
      },
      { name: "100,000 cached indicators to xlsx: time", figure: many.wallMs / 1000, unit: "s" },
      {
        name: "100,000 cached indicators to xlsx: peak memory",
        figure: many.peakMb,
        unit: "MB",
        ...atMost(many.peakMb, MOST_MB, " MB"),
      },
    ];
  });

/** Looks all of them up once. Resolves to settings with which nothing can be asked any more. */
async function fillCache({ env }: Workspace): Promise<Readonly<Record<string, string>>> {
  const settings = { ...env, ...keySettings(1, NO_LIMIT) };
  await withStandin({ keys: standinKeys(1, NO_LIMIT), known: SOME }, async ({ url }) =>
    scanInProcess({ ...settings, VT_API_URL: url }, toList(SOME)),
  );
  return { ...settings, VT_API_URL: "http://127.0.0.1:9/api/v3" };
}

/** Gives the verdicts of the first indicators to the others: asking for each would take minutes and change nothing. */
async function multiplyCache(env: Readonly<Record<string, string>>): Promise<void> {
  const [{ openCache }, { readConfig }, { openLog }, { systemClock }] = await Promise.all([
    built.cache(),
    built.config(),
    built.log(),
    built.clock(),
  ]);
  const log = await openLog({ level: "silent", file: "", onProblem: () => undefined });
  const cache = await openCache({ ...readConfig(env), clock: systemClock, log });
  const all = indicators(MANY, { withDomains: true }).map(
    (value) => ({ kind: value.endsWith(".com") ? "domain" : "ip", value }) as const,
  );
  const known = await cache.getMany(all.slice(0, SOME));
  for (const [at, indicator] of all.entries()) {
    const twin = known[at % SOME];
    if (twin?.checkedAt === null || twin === undefined) throw new Error("The cache lacks a verdict.");
    if (at >= SOME) await cache.set(indicator, twin.facts, twin.checkedAt);
  }
  await cache.close();
}

async function report({ folder, env }: Workspace, count: number): Promise<ProgramRun> {
  const list = join(folder, `list-${count}.txt`);
  await writeFile(list, toList(count));
  const run = await runVtip(
    ["-i", list, "--out", join(folder, `report-${count}.xlsx`)],
    { folder, env },
    { withPeak: true },
  );
  return run;
}

function toList(count: number): string {
  return `${indicators(count, { withDomains: true }).join("\n")}\n`;
}
