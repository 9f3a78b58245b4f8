import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/build.ts"],
    // Only what fails takes so long: machines that run tests are busy.
    testTimeout: 60_000,
    // Many tests wait for the program that they started: more files than cores at a time.
    maxWorkers: 4,
    coverage: { provider: "v8", include: ["src/**"], thresholds: { lines: 95 } },
  },
});
