import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/build.ts"],
    testTimeout: 20_000,
    // Many tests wait for the program that they started: more files than cores at a time.
    maxWorkers: 4,
    coverage: { provider: "v8", include: ["src/**"], thresholds: { lines: 95 } },
  },
});
