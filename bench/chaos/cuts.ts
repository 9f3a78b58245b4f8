import type { Chance } from "./chance.ts";
import { type Engines, type Line, PROCESSES } from "./engines.ts";
import { type FaultKind, notShared } from "./fault-kind.ts";
import { sleep } from "./patience.ts";
import type { Relay } from "./relay.ts";

type Engine = keyof Line;

/** After 12 s without a word a process is held for dead. Where only the database is away, nobody is. */
const LENGTHS = {
  "": { leastMs: 1000, mostMs: 9000 },
  " for more than 12 s": { leastMs: 12_500, mostMs: 20_000 },
} as const;

const ENGINES: Readonly<Record<string, readonly Engine[]>> = {
  PostgreSQL: ["postgres"],
  Redis: ["redis"],
  both: ["postgres", "redis"],
};

/** Connections over which nothing passes any more, though both ends work. */
export const CUTS: readonly FaultKind[] = Object.entries(ENGINES).flatMap(([title, which]) => [
  ...Object.entries(LENGTHS).flatMap(([length, { leastMs, mostMs }]) => [
    cut(`${title === "both" ? "PostgreSQL and Redis" : title} cut off${length}`, async (lines, chance) =>
      blackout(relaysOf(lines, which), chance.whole(leastMs, mostMs)),
    ),
    cut(`one process cut off from ${title}${length}`, async (lines, chance) =>
      blackout(relaysOf(chance.some(lines.slice(0, PROCESSES), 1), which), chance.whole(leastMs, mostMs)),
    ),
  ]),
  cut(`connections to ${title === "both" ? "PostgreSQL and Redis" : title} reset`, async (lines, chance) => {
    for (let left = chance.whole(1, 4); left > 0; left -= 1) {
      for (const relay of relaysOf(chance.some(lines, chance.whole(1, lines.length)), which)) relay.reset();
      await sleep(chance.ms(700));
    }
  }),
]);

function cut(name: string, befall: (lines: Engines["lines"], chance: Chance) => Promise<void>): FaultKind {
  return {
    family: "network",
    name,
    missing: notShared,
    async befall({ house, chance }) {
      if (house.engines === null) return;
      const fromMs = performance.now();
      await befall(house.engines.lines, chance);
      house.gaps.push({ why: "away", fromMs, toMs: performance.now() });
    },
  };
}

function relaysOf(lines: readonly Line[], which: readonly Engine[]): readonly Relay[] {
  return lines.flatMap((line) => which.map((engine) => line[engine]));
}

async function blackout(relays: readonly Relay[], ms: number): Promise<void> {
  for (const relay of relays) relay.hold();
  await sleep(ms);
  for (const relay of relays) relay.flow();
}
