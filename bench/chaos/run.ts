import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describeMachine } from "../results-file.ts";
import { playBeside } from "./beside.ts";
import { PROMISES } from "./broken.ts";
import { createChance } from "./chance.ts";
import { type Engines, startEngines } from "./engines.ts";
import { FAULTS } from "./faults.ts";
import { openHouse } from "./house.ts";
import { wordLives } from "./lives.ts";
import { groupBy } from "./messages.ts";
import type { Options } from "./options.ts";
import { runCommand } from "./program.ts";
import { writeDocument, writeResults } from "./results.ts";
import { playRound, type RoundOutcome } from "./round.ts";
import { toRows, toTable } from "./tally.ts";
import { settle } from "./town.ts";
import { startWorldClock, type WorldClock } from "./world-clock.ts";

/** Then everything begins anew in another folder, so that a platform need not remember all of a long run. */
const ROUNDS_OF_A_HOUSE = 25;

type Say = (sentence: string) => void;

/** Plays house after house and tells what came of it; false when a promise was broken. */
export async function playRun(options: Options, say: Say, print: Say): Promise<boolean> {
  const machine = describeMachine();
  const { outcomes, folder } = await (options.beside > 1
    ? playBeside(options, say)
    : playHouses(options, say));
  if (options.outcomes === null) await tell(options, machine, outcomes, folder, print);
  else leaveOutcomes(options.outcomes, { outcomes, folder });
  return folder === null;
}

/** What came of a run. `folder` has what broke a promise; null: nothing did. */
export interface Played {
  readonly outcomes: readonly RoundOutcome[];
  readonly folder: string | null;
}

function leaveOutcomes(file: string, played: Played): void {
  writeFileSync(file, JSON.stringify(played));
}

async function tell(
  { seed, isShared, isWritten }: Options,
  machine: ReturnType<typeof describeMachine>,
  outcomes: readonly RoundOutcome[],
  folder: string | null,
  print: Say,
): Promise<void> {
  const rows = toRows(
    FAULTS.map(({ name }) => name),
    outcomes,
  );
  const table = toTable(rows);
  print(table);
  const asks = outcomes.reduce((all, { asks }) => all + asks, 0);
  print(
    `\n${outcomes.length} rounds, ${asks} requests of people, seed ${seed}: ${folder === null ? "nothing was lost." : `something was lost, see ${folder}.`}`,
  );
  const figures = { machine, isShared, seed, rounds: outcomes.length, asks };
  await writeResults({ ...figures, rows });
  if (isWritten) await writeDocument(table, figures);
}

async function playHouses(options: Options, say: Say): Promise<Played> {
  const { seed, rounds, seconds } = options;
  const folder = mkdtempSync(join(tmpdir(), "vtip-chaos-"));
  const clock = await startWorldClock(join(folder, "clock"));
  const end = performance.now() + seconds * 1000;
  const outcomes: RoundOutcome[] = [];
  const faults = FAULTS.filter(
    ({ name }) => options.only.length === 0 || options.only.some((part) => name.includes(part)),
  );
  say(`seed ${seed}`);
  const engines = options.isShared ? await startEngines(folder) : null;
  let isKept = true;
  for (let house = 0; outcomes.length < rounds && performance.now() < end; house += 1) {
    const most = Math.min(ROUNDS_OF_A_HOUSE, rounds - outcomes.length);
    const path = join(folder, `house-${house + 1}`);
    const played = await playHouse({
      path,
      seed: seed + house,
      most,
      end,
      faults,
      clock,
      engines,
      say,
      before: outcomes.length,
    });
    outcomes.push(...played);
    if (played.every(({ broken }) => broken.length === 0)) rmSync(path, { recursive: true, force: true });
    else isKept = false;
    // Should this run end by a fault of its own, what it has seen still counts.
    if (options.outcomes !== null)
      leaveOutcomes(options.outcomes, { outcomes, folder: isKept ? null : folder });
  }
  await engines?.stop();
  if (isKept) rmSync(folder, { recursive: true, force: true });
  return { outcomes, folder: isKept ? null : folder };
}

interface HousePlan {
  readonly path: string;
  readonly seed: number;
  readonly most: number;
  /** Of `performance.now`. */
  readonly end: number;
  readonly faults: typeof FAULTS;
  readonly clock: WorldClock;
  readonly engines: Engines | null;
  readonly say: Say;
  /** Rounds of the houses before. */
  readonly before: number;
}

async function playHouse({
  path,
  seed,
  most,
  end,
  faults,
  clock,
  engines,
  say,
  before,
}: HousePlan): Promise<readonly RoundOutcome[]> {
  const chance = createChance(seed);
  const house = await openHouse(path, clock, chance, engines);
  const town = settle(house, chance);
  const outcomes: RoundOutcome[] = [];
  let givenUp = 0;
  try {
    say(`house of seed ${seed}: ${house.described}`);
    const why = groupBy(faults, (fault) => fault.missing(house) ?? "");
    for (const [reason, missing] of before === 0 ? why : []) {
      if (reason !== "") say(`skipped: ${missing.map(({ name }) => name).join(", ")}: ${reason}`);
    }
    while (outcomes.length < most && performance.now() < end) {
      const outcome = await playRound(town, faults);
      outcomes.push(outcome);
      const nth = before + outcomes.length;
      const words = outcome.faults.length === 0 ? "no fault" : outcome.faults.join(", ");
      say(`round ${nth}: ${words}; quiet after ${(outcome.recoveredMs / 1000).toFixed(1)} s`);
      for (const what of town.approver.givenUp().slice(givenUp)) say(`in vain: ${what}`);
      givenUp = town.approver.givenUp().length;
      for (const { promise, what } of outcome.broken) {
        say(
          `BROKEN seed ${seed}, round ${nth} (${outcomes.length} of its house): ${promise} (${PROMISES[promise]}) ${what}`,
        );
      }
      // What is wrong by now would be found wrong in each round that follows.
      if (outcome.broken.length > 0) break;
    }
    const records = house.records();
    if (house.blockDays > 0 && records !== null) say(await wordLives(records));
    return await verifyByProgram(house.launch, outcomes, say);
  } finally {
    await house.close(() => {
      if (outcomes.some(({ broken }) => broken.length > 0))
        cpSync(house.disk.path, join(path, "evidence"), { recursive: true });
    });
  }
}

/** As an operator looks whether the audit trail is whole. */
async function verifyByProgram(
  launch: Parameters<typeof runCommand>[0],
  outcomes: RoundOutcome[],
  say: Say,
): Promise<readonly RoundOutcome[]> {
  const { status, stdout, stderr } = await runCommand(launch, ["audit", "verify"]).ended;
  const last = outcomes.at(-1);
  if (status === 0 || last === undefined) return outcomes;
  const what = `vtip audit verify ended with ${String(status)}: ${stdout}${stderr}`;
  say(`BROKEN: ${what}`);
  return [...outcomes.slice(0, -1), { ...last, broken: [...last.broken, { promise: "audit trail", what }] }];
}
