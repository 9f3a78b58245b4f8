/** Settings of so many keys with these limits; 0 = none. */
export function keySettings(
  count: number,
  limits: { readonly perMinute: number },
): Readonly<Record<string, string>> {
  const settings = keyNames(count).map((key, at) => ({
    [`VT_APIKEY${at + 1}`]: key,
    [`VT_KEY${at + 1}_PER_MINUTE`]: String(limits.perMinute),
    [`VT_KEY${at + 1}_PER_DAY`]: "0",
    [`VT_KEY${at + 1}_PER_MONTH`]: "0",
  }));
  return Object.assign({}, ...settings) as Record<string, string>;
}

/** The same keys, as the stand-in is told of them. */
export function standinKeys(count: number, limits: { readonly perMinute: number }) {
  return Object.fromEntries(keyNames(count).map((key) => [key, limits]));
}

/** Keys that are none. */
export function keyNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `benchmark-key-${at + 1}-not-a-real-key`);
}
