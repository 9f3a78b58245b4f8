/** 2015-01-01, from which Discord counts. */
const EPOCH_MS = 1_420_070_400_000;

/** Ids that carry the time at which they were given; each is greater than all before it. */
export function createSnowflakes(): () => string {
  let last = 0n;
  return () => {
    const now = BigInt(Date.now() - EPOCH_MS) << 22n;
    last = now > last ? now : last + 1n;
    return String(last);
  };
}

/** In the order of their age. */
export function isOlder(one: string, other: string): boolean {
  return BigInt(one) < BigInt(other);
}
