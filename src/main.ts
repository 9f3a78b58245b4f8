#!/usr/bin/env node
import { readFileSync, statSync } from "node:fs";
import { parseEnv } from "node:util";

import type { CommandLine } from "./contract.ts";
import type { Env } from "./env.ts";
import { messageOf, UserError } from "./errors.ts";

/** Named as secrets are, of whatever program. */
const SECRET = /(?:TOKEN(?:_\w+)?|SECRET|API_?KEY\d*|PASSWORD|^(?:DATABASE|REDIS|BLOCK_WEBHOOK)_URL)$/u;

/**
 * The one place that reads the process's environment; what stands in it, and is not empty, wins over `.env`.
 * @throws UserError when `.env` is there and cannot be read.
 */
function readProcessEnv(): Env {
  // A folder of that name is a virtual environment of some other program.
  const isFile = statSync(".env", { throwIfNoEntry: false })?.isFile() ?? false;
  const given = Object.entries(process.env).filter(([, value]) => value !== "");
  const env = { ...(isFile ? readDotEnv() : {}), ...Object.fromEntries(given) };
  forgetSecrets();
  return env;
}

/** What Node writes about a process that fails has its variables, and programs that it starts inherit them. */
function forgetSecrets(): void {
  for (const name of Object.keys(process.env).filter((name) => SECRET.test(name))) delete process.env[name];
}

function readDotEnv(): Env {
  try {
    return parseEnv(readFileSync(".env", "utf8"));
  } catch (error) {
    throw new UserError(`The file .env cannot be read (${messageOf(error)}). Check its permissions.`, {
      exitStatus: 3,
      cause: error,
    });
  }
}

async function main(): Promise<number> {
  const adapter = "cli";
  const { run } = (await import(`../adapters/${adapter}/index.ts`)) as CommandLine;
  const { createCommandLineTools } = await import("./command-line-tools.ts");
  return run(process.argv, createCommandLineTools(readProcessEnv));
}

process.exitCode = await main();
