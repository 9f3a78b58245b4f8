import { createHash } from "node:crypto";

import type { Kind } from "../model.ts";

/** Bytes that are always the same for a value, and look like chance. */
export type Seed = Uint8Array;

const FEW = [1, 2, 3] as const;
const MANY = [4, 6, 9, 13, 18, 25, 38] as const;

export function seedOf(value: string): Seed {
  return createHash("sha256").update(value).digest();
}

/** One of the values, chosen by one byte of the seed. */
export function pick<T>(values: readonly [T, ...(readonly T[])], seed: Seed, index: number): T {
  return values[byteOf(seed, index) % values.length] ?? values[0];
}

export function byteOf(seed: Seed, index: number): number {
  return seed[index] ?? 0;
}

/** One value in 13 is unknown. */
export function isUnknown(seed: Seed): boolean {
  return byteOf(seed, 0) < 20;
}

/** Invented stats: about half are clean, a third is flagged by more than 3. Null for what was never analysed. */
export function inventStats(kind: Kind, seed: Seed): Readonly<Record<string, number>> | null {
  if (byteOf(seed, 0) >= 20 && byteOf(seed, 0) < 26) return null;
  const flagged = inventFlags(seed);
  const suspicious = flagged > 1 ? byteOf(seed, 4) % 2 : 0;
  const flags = { malicious: flagged - suspicious, suspicious };
  const step = byteOf(seed, 2) % 4;
  const total = (kind === "hash" ? 74 : 91) + step;
  const undetected = 12 + step * 8;
  if (kind !== "hash") {
    return turned(
      { ...flags, undetected, harmless: total - flagged - undetected, timeout: 0 },
      byteOf(seed, 5),
    );
  }
  const others = { harmless: 0, timeout: 0, "confirmed-timeout": 0, failure: 1, "type-unsupported": 4 };
  return turned({ ...flags, undetected: total - flagged - 5, ...others }, byteOf(seed, 5));
}

function inventFlags(seed: Seed): number {
  const chance = byteOf(seed, 1);
  if (chance < 135) return 0;
  return chance < 170 ? pick(FEW, seed, 3) : pick(MANY, seed, 3);
}

/** The order of the keys varies at VirusTotal, and nobody may lean on it. */
function turned(stats: Readonly<Record<string, number>>, turn: number): Readonly<Record<string, number>> {
  const entries = Object.entries(stats);
  const first = turn % entries.length;
  return Object.fromEntries([...entries.slice(first), ...entries.slice(0, first)]);
}
