import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/build.ts", "test/engines/over-postgres.ts"],
    // Only what fails takes so long: machines that run tests are busy.
    testTimeout: 60_000,
    // Some look at times between processes: on a machine of others a second look is fair. It is told at the end, with what was wrong.
    retry: process.env["CI"] === undefined ? 0 : 2,
    reporters: ["default", "./test/second-tries.ts"],
    // No test replaces a module, and to load them anew for each file takes a third of the whole time.
    isolate: false,
    // Many tests wait: one file more than cores at a time. Each further worker loads everything once more, a browser too.
    maxWorkers: 3,
    coverage: { provider: "v8", include: ["src/**"], thresholds: { lines: 95 } },
  },
});
