import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

// Builds `dist`: what `npx vtip` and `npm start` run. Packages come in hundreds of small files, which take longer to find
// and link than a cached look-up takes; bundled they load in a few. What few starts load, or has files of its own, stays a
// package.
import { build } from "esbuild";

/** Scripts and styles of builds before are kept for so long. */
const KEPT_MS = 3_600_000;
const PACKAGES = [
  // Compiled, or with files that they look for beside their own.
  "better-sqlite3",
  "sqlite3",
  "@fastify/swagger-ui",
  "clipboardy",
  // Loaded where a terminal, a report, Redis or PostgreSQL needs them.
  "pino-pretty",
  "cli-progress",
  "exceljs",
  "@keyv/redis",
  // Looked for by packages that do without them.
  "pg-native",
  "zlib-sync",
  "bufferutil",
  "utf-8-validate",
];

// The program finds its platforms by the names of these folders.
const folders = readdirSync("adapters", { withFileTypes: true }).filter((entry) => entry.isDirectory());

await build({
  // A thread is started from a file of its own, beside the file that starts it.
  entryPoints: { main: "src/main.ts", "extract-worker": "src/intake/extract-worker.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  define: { ADAPTER_NAMES: JSON.stringify(folders.map((entry) => entry.name)) },
  minifyWhitespace: true,
  minifySyntax: true,
  external: PACKAGES,
  // Older packages ask for Node's own modules as they are used to.
  banner: {
    js: 'import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);',
  },
  plugins: [{ name: "zod by member", setup: takeMembersOfZod }],
});
chmodSync("dist/main.js", 0o755);

await buildConsole();

/** The object `z` has all of zod in it, its 50 languages too, and is as much to load as the rest of a short command. */
function takeMembersOfZod({ onLoad }) {
  onLoad({ filter: /\.ts$/ }, ({ path }) => ({
    loader: "ts",
    contents: readFileSync(path, "utf8").replace('import { z } from "zod";', 'import * as z from "zod";'),
  }));
}

/**
 * The pages of the console, with a compressed twin of each script and style. Built beside the ones that may be served at
 * the moment, and put in their place file by file: at any time every page finds what it asks for.
 */
async function buildConsole() {
  const { build: buildPages } = await import("vite");
  const fresh = mkdtempSync("dist/console-");
  try {
    await buildPages({
      configFile: "adapters/http/console/vite.config.ts",
      build: { outDir: resolve(fresh) },
    });
    const assets = readdirSync(`${fresh}/assets`);
    for (const name of assets.filter((file) => /\.(?:js|css)$/.test(file))) {
      const path = `${fresh}/assets/${name}`;
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
    }
    putInPlace(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** What the page names is there before the page; what pages before it named stays for those that are open. */
function putInPlace(fresh) {
  mkdirSync("dist/console/assets", { recursive: true });
  const isFile = (name) => statSync(`${fresh}/${name}`).isFile();
  const names = readdirSync(fresh, { recursive: true }).filter(isFile);
  const isPage = (name) => name.endsWith(".html");
  for (const name of [...names.filter((name) => !isPage(name)), ...names.filter(isPage)])
    renameSync(`${fresh}/${name}`, `dist/console/${name}`);
  for (const name of readdirSync("dist/console/assets")) {
    const path = `dist/console/assets/${name}`;
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true });
  }
}
