import { defineConfig } from "vite";

/** Builds the console; build.mjs builds it beside dist/console, from where the program serves it. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  logLevel: "warn",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../../../dist/console",
    emptyOutDir: true,
    target: "es2023",
    // The policy of the pages allows no inline script and no inline style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
