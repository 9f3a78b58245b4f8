import { readConfig } from "./config.ts";
import type { Env } from "./env.ts";
import { UserError } from "./errors.ts";

/** Runs every adapter that has credentials until `signal` aborts. @throws UserError when there is nothing to run. */
export async function serve(env: Env, _signal: AbortSignal): Promise<void> {
  const config = readConfig(env);
  if (config.keys.length === 0) {
    throw new UserError(
      "No API key: set VT_APIKEY1 in the environment or in .env, then start again. To try without one: vtip demo",
      {
        exitStatus: 3,
      },
    );
  }
  throw new UserError(
    "No chat platform can be served yet: this version has the command line only (vtip scan).",
    {
      exitStatus: 3,
    },
  );
}
