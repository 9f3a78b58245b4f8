import { spawnSync } from "node:child_process";

/** Tests that start the program run what a user runs, so it is built from the sources as they are now. */
export function setup(): void {
  const { status, stderr } = spawnSync(process.execPath, ["build.mjs"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The program could not be built: ${stderr}`);
}
