import { spawnSync } from "node:child_process";

/**
 * Tests that start the program run what a user runs, so it is built from the sources as they are now. Types that do
 * not fit are told by `npm run check`; the program is built all the same.
 */
export function setup(): void {
  spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
    stdio: "ignore",
  });
}
