import type { Adapter, AdapterLog, Core } from "../../src/contract.ts";
import type { Env } from "../../src/env.ts";
import { readSettings } from "./settings.ts";

/**
 * API, feeds and console over HTTP. Null where no HTTP_ setting and no ADAPTERS asks for it.
 * @throws an Error with exitStatus 3 that names every wrong variable.
 */
export async function createAdapter(env: Env, log: AdapterLog, core: Core): Promise<Adapter | null> {
  const settings = readSettings(env);
  if (settings === null) return null;
  const { createHttp } = await import("./adapter.ts");
  return createHttp(settings, log, core);
}
