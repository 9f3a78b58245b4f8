import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { runVtip, type ProgramRun } from "./cli-process.ts";
import { lookUpSome, multiplyCache } from "./full-cache.ts";
import { indicators } from "./indicators.ts";
import { atMost, median, type Measure } from "./row.ts";
import { inWorkspace, type Workspace } from "./workspace.ts";

const SOME = 10_000;
const MANY = 100_000;
const MOST_SECONDS = 3;
const MOST_MB = 300;

/** Lists that the cache knows, from a text file to the xlsx through the command line. */
export const measureCachedReport: Measure = async (say) =>
  inWorkspace(async (workspace) => {
    say(`filling the cache with ${SOME} verdicts of the stand-in`);
    const env = await lookUpSome(workspace, SOME);
    say(`${SOME} cached indicators to xlsx`);
    const some = [];
    for (let round = 0; round < 3; round += 1) some.push(await report({ ...workspace, env }, SOME));
    say(`filling the cache up to ${MANY}`);
    await multiplyCache(env, { from: SOME, to: MANY });
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
