import type { Platform } from "../../test/scenarios/platform.ts";
import type { Approver } from "./approvals.ts";
import type { Ask } from "./ask.ts";
import type { Broken } from "./broken.ts";
import type { Chance } from "./chance.ts";
import { askInChat } from "./chat-people.ts";
import { checkRound } from "./check-round.ts";
import { askOnCommandLine, type Runs } from "./command-line-people.ts";
import type { FaultKind } from "./fault-kind.ts";
import type { House } from "./house.ts";
import { askOverHttp } from "./http-people.ts";
import type { Inputs } from "./inputs.ts";
import { groupBy } from "./messages.ts";
import { sleep } from "./patience.ts";
import { becomesQuiet } from "./quiet.ts";
import type { Town } from "./town.ts";

/** What came of one round. */
export interface RoundOutcome {
  /** The names of what went wrong. */
  readonly faults: readonly string[];
  readonly asks: number;
  readonly broken: readonly Broken[];
  /** From the last of the faults until all that was asked was answered, in ms. */
  readonly recoveredMs: number;
}

/** People ask and faults come within this time. */
const ASKED_WITHIN_MS = 1200;
const BEFALLS_WITHIN_MS = 1800;
/** What is not over by then is lost. */
const QUIET_WITHIN_MS = 150_000;
const MOST_FAULTS = 4;
/** One round in so many goes without a fault, to compare with. */
const QUIET_SHARE = 0.05;

/** People ask everywhere, things go wrong, and when all is quiet it is looked whether every promise was kept. */
export async function playRound(town: Town, possible: readonly FaultKind[]): Promise<RoundOutcome> {
  const { house, chance, editor } = town;
  const asks: Ask[] = [];
  const runs: Runs = new Set();
  const faults = drawFaults(possible, house, chance);
  let lastFaultMs = performance.now();
  const people = askEverywhere(town, asks, runs);
  const happening = faults.map(async (fault) => {
    await sleep(200 + chance.ms(BEFALLS_WITHIN_MS));
    await fault.befall({ house, chance, runs, editor });
    lastFaultMs = performance.now();
  });
  await Promise.all(happening);
  await Promise.all(people);
  const left = await becomesQuiet(house, QUIET_WITHIN_MS);
  const quietMs = performance.now();
  for (const { way, asked } of asks) town.known[way].push(...asked);
  const stuck = Object.entries(left).map(([what, many]): Broken => ({
    promise: "it ends",
    what: `${many} ${what}`,
  }));
  const broken = [...stuck, ...(await checkRound(town, asks))];
  return {
    faults: faults.map(({ name }) => name),
    asks: asks.length,
    broken,
    recoveredMs: quietMs - lastFaultMs,
  };
}

function drawFaults(all: readonly FaultKind[], house: House, chance: Chance): readonly FaultKind[] {
  if (chance.happens(QUIET_SHARE)) return [];
  const possible = all.filter((fault) => fault.missing(house) === null);
  const families = [...groupBy(possible, ({ family }) => family).values()];
  return chance.some(families, chance.whole(1, MOST_FAULTS)).flatMap((family) => chance.some(family, 1));
}

function askEverywhere(town: Town, asks: Ask[], runs: Runs): readonly Promise<void>[] {
  const { house, chance, inputs, approver, known } = town;
  const shared = chance.happens(0.5) ? inputs.addresses(chance.whole(1, 5)) : [];
  const soon = async (work: () => Promise<void>) => {
    await sleep(chance.ms(ASKED_WITHIN_MS));
    await work();
  };
  function draw(way: Ask["way"]) {
    const some = chance.some(known[way], chance.whole(0, 4));
    if (chance.happens(0.3)) return inputs.single();
    if (some.length > 0 && chance.happens(0.2)) return inputs.known(some);
    return inputs.list(chance.whole(5, 25), some, way === "command line" ? [] : shared);
  }
  const inChat = (platform: Platform) =>
    soon(async () => askInChat(house, platform, draw(platform.name), chance, asks));
  const isOld = chance.happens(0.3);
  const overHttp = isOld ? toAddresses(inputs, chance) : draw("http");
  return [
    inChat(house.slack),
    inChat(house.discord),
    ...(chance.happens(0.4) ? [inChat(chance.one<Platform>([house.slack, house.discord]))] : []),
    soon(async () => askOverHttp(house, overHttp, asks, isOld)),
    ...(chance.happens(0.5)
      ? [soon(async () => askOnCommandLine(house, draw("command line"), asks, runs))]
      : []),
    soon(async () => pressCards(town, approver)),
  ];
}

/** As programs that ask in the old form send them: nothing but addresses. */
function toAddresses(inputs: Inputs, chance: Chance): ReturnType<Inputs["single"]> {
  const asked = inputs.addresses(chance.whole(1, 12));
  return { text: asked.join(" "), marker: asked[0] ?? "", indicators: asked.length, rejected: 0, asked };
}

async function pressCards({ house, chance }: Town, approver: Approver): Promise<void> {
  for (const platform of chance.some([house.slack, house.discord], chance.whole(1, 2))) {
    if (chance.happens(0.7)) await approver.act(platform, chance.happens(0.3) ? "choose" : "block");
    if (chance.happens(0.3)) await approver.act(platform, "undo");
  }
}
