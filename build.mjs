// Builds `dist`: what `npx vtip` and `npm start` run. Kysely, zod and tldts come in hundreds of small files, which take
// longer to find and link than a cached look-up takes; bundled they load in a few. Everything else stays a package.
import { build } from "esbuild";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

const BUNDLED = ["kysely", "zod", "tldts"];
const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));

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
  external: Object.keys(dependencies).filter((name) => !BUNDLED.includes(name)),
});
chmodSync("dist/main.js", 0o755);

await buildConsole();

/** The pages of the console, with a compressed twin of each script and style. */
async function buildConsole() {
  const { build: buildPages } = await import("vite");
  await buildPages({ configFile: "adapters/http/console/vite.config.ts" });
  for (const name of readdirSync("dist/console/assets").filter((file) => /\.(?:js|css)$/.test(file))) {
    const path = `dist/console/assets/${name}`;
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
  }
}
