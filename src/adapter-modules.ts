import { readdirSync } from "node:fs";

import type { AdapterModule } from "./chat.ts";
import { UserError } from "./errors.ts";

/** The folders of `adapters`, put here by the build; from the sources they are read. */
declare const ADAPTER_NAMES: readonly string[] | undefined;

/** One platform's part of the program. */
export interface NamedModule {
  readonly name: string;
  readonly module: AdapterModule;
}

/**
 * Loads the chat platforms by the names of their folders: all, or `wanted`.
 * @throws UserError (exit status 3) when one is wanted that is not there.
 */
export async function loadAdapters(wanted: readonly string[]): Promise<readonly NamedModule[]> {
  const names = adapterNames();
  const found = await Promise.all(names.map(load));
  const platforms = found.flatMap((one) => (one === null ? [] : [one]));
  const missing = wanted.filter((name) => !platforms.some((platform) => platform.name === name));
  if (missing.length > 0) {
    const known = platforms.map((platform) => platform.name).join(", ");
    throw new UserError(`ADAPTERS names ${missing.join(", ")}; there are: ${known}.`, { exitStatus: 3 });
  }
  return wanted.length === 0 ? platforms : platforms.filter(({ name }) => wanted.includes(name));
}

function adapterNames(): readonly string[] {
  if (typeof ADAPTER_NAMES !== "undefined") return ADAPTER_NAMES;
  const folders = readdirSync(new URL("../adapters", import.meta.url), { withFileTypes: true });
  return folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** Null for a folder that is no chat platform, such as the command line. */
async function load(name: string): Promise<NamedModule | null> {
  const module = (await import(`../adapters/${name}/index.ts`)) as Partial<AdapterModule>;
  const { createAdapter } = module;
  return createAdapter === undefined ? null : { name, module: { createAdapter } };
}
