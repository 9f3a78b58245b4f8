import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/build.ts"],
    testTimeout: 20_000,
    coverage: { provider: "v8", include: ["src/**"], thresholds: { lines: 95 } },
  },
});
