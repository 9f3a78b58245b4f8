/** The `at`-th of many distinct public IPv4 addresses, and of as many host names where `withDomains`: one in four. */
export function indicatorAt(at: number, { withDomains = false } = {}): string {
  if (withDomains && at % 4 === 3) return `c2-${at}.host-${at % 977}.com`;
  return `45.${16 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`;
}

/** So many distinct indicators. */
export function indicators(count: number, options?: { withDomains: boolean }): readonly string[] {
  return Array.from({ length: count }, (_, at) => indicatorAt(at, options));
}
