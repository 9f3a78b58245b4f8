import { scanInProcess } from "./core-run.ts";
import { indicatorAt, indicators } from "./indicators.ts";
import { keySettings, standinKeys } from "./settings.ts";
import { withStandin } from "./standin-child.ts";
import type { Workspace } from "./workspace.ts";

/** So many addresses are cached: the first ones of the benchmark's indicators. */
export const CACHED = 1000;

const NO_LIMIT = { perMinute: 0 };

/** Looks the cached addresses up once. Resolves to the workspace with a key without limits and nobody to ask. */
export async function fillCache({ folder, env }: Workspace): Promise<Workspace> {
  const settings = { ...env, ...keySettings(1, NO_LIMIT) };
  await withStandin({ keys: standinKeys(1, NO_LIMIT), known: CACHED }, async ({ url }) =>
    scanInProcess({ ...settings, VT_API_URL: url }, cachedAddresses(0, CACHED).join("\n")),
  );
  return { folder, env: { ...settings, VT_API_URL: "http://127.0.0.1:9/api/v3" } };
}

/** So many cached addresses from the `from`-th on; after the last comes the first again. */
export function cachedAddresses(from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => indicatorAt((from + at) % CACHED));
}

/** So many addresses that nobody has asked about, from the `from`-th on. */
export function newAddresses(from: number, count: number): readonly string[] {
  return indicators(CACHED + from + count).slice(CACHED + from);
}
