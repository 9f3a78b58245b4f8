import { execFileSync } from "node:child_process";

/** Tests that start the program run what a user runs, so it is built from the sources as they are now. */
export function setup(): void {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
    stdio: "inherit",
  });
}
