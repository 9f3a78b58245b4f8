import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";

import type { GrowthStage } from "./growth-stage.ts";
import { atMost, median, type Measure, type Row } from "./row.ts";
import { keySettings } from "./settings.ts";
import { inWorkspace } from "./workspace.ts";

/** `BLOCKS=1000000` shows a million. */
const BLOCKS = Number(process.env["BLOCKS"] ?? 100_000);
const SO_MANY = BLOCKS.toLocaleString("en-US");
const ROUNDS = 30;
const MOST_MS = 50;
const FEEDS = ["plain", "json"] as const;

/** Times of one kind of change or question, in ms. */
interface Times {
  readonly name: string;
  readonly ms: readonly number[];
  readonly isBound: boolean;
}

/** What a change of one address, and a question, cost beside 100,000 blocks, against the same with none. */
export const measureBlacklistGrowth: Measure = async (say) => {
  say(`${ROUNDS} times each, with an empty list`);
  const empty = await onStage(async (stage) => timesOf(stage));
  return onStage(async (stage) => {
    say(`importing ${SO_MANY} addresses`);
    const imported = await watched(async () => stage.import(addresses(BLOCKS)));
    say(`${ROUNDS} times each, beside them`);
    const full = await timesOf(stage);
    const rows = full.flatMap((times, at) => toRows(times, empty[at]));
    const seconds = imported.ms / 1000;
    rows.push({ name: `import of ${SO_MANY} addresses`, figure: seconds, unit: "s" });
    for (const format of FEEDS) {
      const { ms, heldMs } = await watched(async () => stage.export(format));
      rows.push(
        { name: `export of ${SO_MANY} as ${format}`, figure: ms / 1000, unit: "s" },
        {
          name: `export of ${SO_MANY} as ${format}: longest time without an answer`,
          figure: heldMs,
          unit: "ms",
          ...atMost(heldMs, MOST_MS, " ms"),
        },
      );
    }
    return rows;
  });
};

async function onStage<T>(work: (stage: GrowthStage) => Promise<T>): Promise<T> {
  return inWorkspace(async ({ env }) => {
    const { openGrowthStage } = await import("./growth-stage.ts");
    const stage = await openGrowthStage({ ...env, ...keySettings(1, { perMinute: 0 }) });
    try {
      return await work(stage);
    } finally {
      await stage.close();
    }
  });
}

/** Each with the list as the one before has left it, so that nothing that was read stays true. */
async function timesOf(stage: GrowthStage): Promise<readonly Times[]> {
  const [adding, unblocking, ending, byHand, asking, listing] = Array.from(
    { length: 6 },
    () => [] as number[],
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    const [first, second, third] = [0, 1, 2].map((nth) => `45.10.${round}.${nth}`);
    const ips = [first, second, third].map(String);
    const ids = [await stage.propose(ips.slice(0, 1)), await stage.propose(ips.slice(1, 2))];
    adding?.push(await timeOf(async () => stage.approve(ids[0] ?? "")));
    asking?.push(await timeOf(async () => stage.why(ips[0] ?? "")));
    listing?.push(await timeOf(async () => stage.blockList()));
    unblocking?.push(await timeOf(async () => stage.unblock(ips[0] ?? "")));
    await stage.approve(ids[1] ?? "");
    ending?.push(await timeOf(async () => stage.end()));
    await stage.writeByHand(ips[2] ?? "");
    byHand?.push(await timeOf(async () => stage.takeOver()));
  }
  return [
    { name: "adding one address (approve)", ms: adding ?? [], isBound: true },
    { name: "unblocking one", ms: unblocking ?? [], isBound: false },
    { name: "the end of one", ms: ending ?? [], isBound: false },
    { name: "taking over one that was written by hand", ms: byHand ?? [], isBound: false },
    { name: "why of one that was just added", ms: asking ?? [], isBound: false },
    { name: "the blocklist answer", ms: listing ?? [], isBound: false },
  ];
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** How long it takes, and how long whoever else wants something waits for it at most. */
async function watched(
  work: () => Promise<unknown>,
): Promise<{ readonly ms: number; readonly heldMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await setTimeout(20);
  const ms = await timeOf(work);
  await setTimeout(20);
  delay.disable();
  return { ms, heldMs: delay.max / 1e6 };
}

function toRows({ name, ms, isBound }: Times, empty: Times | undefined): readonly Row[] {
  const [middle, slowest] = [median(ms), Math.max(...ms)];
  const before = median(empty?.ms ?? []);
  return [
    {
      name: `${name} beside ${SO_MANY} blocks, median of ${ROUNDS}, against none`,
      figure: middle,
      unit: "ms",
      ratio: middle / before,
      ...(isBound ? atMost(middle, MOST_MS, " ms") : {}),
    },
    { name: `${name}: slowest`, figure: slowest, unit: "ms" },
    { name: `${name}: median with an empty list`, figure: before, unit: "ms" },
  ];
}

/** No two neighbours in the order of the file, every tenth of IPv6. */
/** A prime, so that each number below it comes once, in no order that sorting knows. */
const SPREAD = 16_777_213;

function addresses(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => {
    const mixed = (at * 7919) % SPREAD;
    const [high, middle, low] = [mixed >> 16, (mixed >> 8) & 255, mixed & 255];
    if (at % 10 === 0) return `2a0d:${high.toString(16)}:${(mixed & 0xffff).toString(16)}::1`;
    return `5.${high}.${middle}.${low}`;
  });
}
