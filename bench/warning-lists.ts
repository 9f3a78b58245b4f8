import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { built } from "./built.ts";
import { atMost, median, type Measure } from "./row.ts";
import { inWorkspace } from "./workspace.ts";

/** The `cidr` lists of MISP's whole collection, as of 2026-08. */
const LISTS = 80;
const ENTRIES = 142_874;
const ROUNDS = 5;
const CHECKS = 100_000;
/** A search through all networks takes a thousand times as long. */
const SLOW_CHECKS = 200;
const MOST_MICROSECONDS = 20;
const MOST_SECONDS = 2;

interface SlowRange {
  readonly first: bigint;
  readonly last: bigint;
  readonly isV6: boolean;
}

/** Reading the warning lists at full size, and checking addresses against them, beside looking at each network. */
export const measureWarningLists: Measure = async (say) =>
  inWorkspace(async ({ folder }) => {
    const { createGuards } = await built.guards();
    const lists = makeLists();
    await mkdir(join(folder, "lists"));
    for (const [at, list] of lists.entries()) {
      const document = { name: `List ${at}`, type: "cidr", matching_attributes: ["ip-src"], list };
      await writeFile(join(folder, "lists", `list-${at}.json`), JSON.stringify(document, null, 2));
    }
    const settings = { ownNetworks: [], warningListsDir: join(folder, "lists") };
    const addresses = Array.from(
      { length: CHECKS },
      (_, at) => ({ kind: "ip", value: addressAt(at) }) as const,
    );
    say(`${ENTRIES.toLocaleString("en-US")} entries in ${LISTS} lists, ${ROUNDS} times`);
    const loads: number[] = [];
    const checks: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedAt = performance.now();
      const guards = createGuards(settings)();
      // The lists are laid over each other at the first question.
      guards.match({ kind: "ip", value: "192.0.2.1" });
      loads.push(performance.now() - startedAt);
      if (guards.problems.length > 0) throw new Error(guards.problems.join(" "));
      checks.push(
        timeOf(() => addresses.filter((address) => guards.match(address) !== null).length) / CHECKS,
      );
    }
    const ranges = lists.flat().map(toSlowRange);
    const slow = addresses.slice(0, SLOW_CHECKS).map(({ value }) => toSlowRange(value));
    const slowly = timeOf(() => slow.filter((address) => isIn(ranges, address)).length) / SLOW_CHECKS;
    const micros = median(checks) * 1000;
    const seconds = median(loads) / 1000;
    return [
      {
        name: "an address against 80 warning lists of 142,874 entries, against looking at each",
        figure: micros,
        unit: "µs",
        ratio: micros / (slowly * 1000),
        ...atMost(micros, MOST_MICROSECONDS, " µs"),
      },
      {
        name: "reading these lists",
        figure: seconds,
        unit: "s",
        ...atMost(seconds, MOST_SECONDS, " s"),
      },
    ];
  });

function timeOf(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

/** Half single addresses, half networks, every tenth of IPv6; as many lists of each size as come by. */
function makeLists(): readonly (readonly string[])[] {
  const lists: string[][] = Array.from({ length: LISTS }, () => []);
  for (let at = 0; at < ENTRIES; at += 1) {
    // Two lists have most of the entries, as in the collection.
    const list = at % 4 === 3 ? at % LISTS : at % 2;
    lists[list]?.push(entryAt(at));
  }
  return lists;
}

function entryAt(at: number): string {
  const mixed = mix(at);
  if (at % 10 === 0)
    return `2a0${mixed % 10}:${(mixed >>> 16).toString(16)}:${(mixed & 0xffff).toString(16)}::/48`;
  if (at % 2 === 0) return toV4(mixed);
  const prefix = 16 + (at % 13);
  return `${toV4(prefix === 32 ? mixed : mixed - (mixed % 2 ** (32 - prefix)))}/${prefix}`;
}

function addressAt(at: number): string {
  const mixed = mix(at + ENTRIES);
  return at % 10 === 0 ? `2a0${mixed % 10}:${(mixed >>> 16).toString(16)}::1` : toV4(mixed);
}

/** Numbers of 32 bits that look random and are the same in every run. */
function mix(seed: number): number {
  let value = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function toV4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

function toSlowRange(text: string): SlowRange {
  const [address = "", length] = text.split("/");
  const isV6 = address.includes(":");
  const bits = isV6 ? 128 : 32;
  const first = isV6 ? v6Of(address) : v4Of(address);
  const size = 1n << BigInt(bits - Number(length ?? bits));
  return { first, last: first + size - 1n, isV6 };
}

function v4Of(address: string): bigint {
  return BigInt(address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0));
}

function v6Of(address: string): bigint {
  const [head = "", tail = ""] = address.split("::");
  const missing = 8 - groupsOf(head).length - groupsOf(tail).length;
  const all = [...groupsOf(head), ...Array.from({ length: missing }, () => "0"), ...groupsOf(tail)];
  return all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function groupsOf(part: string): readonly string[] {
  return part === "" ? [] : part.split(":");
}

function isIn(ranges: readonly SlowRange[], { first, isV6 }: SlowRange): boolean {
  return ranges.some((range) => range.isV6 === isV6 && range.first <= first && first <= range.last);
}
