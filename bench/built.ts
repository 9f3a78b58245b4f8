import type * as Clock from "../src/clock.ts";
import type * as Config from "../src/config.ts";
import type * as Core from "../src/core.ts";
import type * as Standin from "../src/demo/standin.ts";
import type * as Extract from "../src/intake/extract.ts";
import type * as Guards from "../src/lists/guards.ts";
import type * as Log from "../src/log.ts";
import type * as Cache from "../src/lookup/cache.ts";

/** Parts of the program, loaded when they are needed; their types are gone before anything is measured. */
export const built = {
  cache: async () => load<typeof Cache>("lookup/cache"),
  clock: async () => load<typeof Clock>("clock"),
  config: async () => load<typeof Config>("config"),
  core: async () => load<typeof Core>("core"),
  extract: async () => load<typeof Extract>("intake/extract"),
  guards: async () => load<typeof Guards>("lists/guards"),
  log: async () => load<typeof Log>("log"),
  standin: async () => load<typeof Standin>("demo/standin"),
} as const;

/** The file that `vtip` starts. */
export const builtMain = new URL("../dist/main.js", import.meta.url);

async function load<Module>(name: string): Promise<Module> {
  return (await import(new URL(`../src/${name}.ts`, import.meta.url).href)) as Module;
}
