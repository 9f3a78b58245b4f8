import type { Adapter, AdapterLog } from "../../src/contract.ts";
import type { Env } from "../../src/env.ts";
import { readSettings } from "./settings.ts";

/**
 * The bot in Slack. Null without credentials: Bolt takes a second to load, so it is loaded only where it is needed.
 * @throws an Error with exitStatus 3 that names every wrong variable.
 */
export async function createAdapter(env: Env, log: AdapterLog): Promise<Adapter | null> {
  const settings = readSettings(env);
  if (settings === null) return null;
  const { createSlack } = await import("./adapter.ts");
  return createSlack(settings, log);
}
