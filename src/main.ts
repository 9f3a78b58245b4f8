#!/usr/bin/env node
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";

import type { CommandLine } from "./contract.ts";
import type { Env } from "./env.ts";

/** The one place that reads the process's environment; what stands in it wins over `.env`. */
function readProcessEnv(): Env {
  const fromFile = existsSync(".env") ? parseEnv(readFileSync(".env", "utf8")) : {};
  return { ...fromFile, ...process.env };
}

const adapter = "cli";
const { run } = (await import(`../adapters/${adapter}/index.ts`)) as CommandLine;
const { createCommandLineTools } = await import("./command-line-tools.ts");
process.exitCode = await run(process.argv, createCommandLineTools(readProcessEnv()));
