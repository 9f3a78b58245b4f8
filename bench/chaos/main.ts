import process, { argv, stderr, stdout } from "node:process";

import { readOptions } from "./options.ts";
import { playRun } from "./run.ts";

// What was started and mounted goes with it.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

/** Plays the rounds; a broken promise makes the status 1. */
const isKept = await playRun(
  readOptions(argv.slice(2)),
  (sentence) => void stderr.write(`${sentence}\n`),
  (text) => void stdout.write(`${text}\n`),
);
process.exitCode = isKept ? 0 : 1;
