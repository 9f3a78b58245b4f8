/** Draws pages of HTML as pictures into docs/images, in headless Chromium. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Cards that are looked at together: one picture each. */
export const PICTURES: Readonly<Record<string, readonly string[]>> = {
  scan: ["report", "rows"],
  single: ["report-clean"],
  progress: ["plan", "progress", "paused"],
  approval: ["proposal", "blocked"],
  decided: ["dismissed", "undone", "expired", "proposal-nobody", "confirmation", "removal-confirmation"],
  again: ["proposal-again", "blocked-again"],
  digest: ["digest", "extension-choice", "flips"],
  choose: ["choice"],
  questions: ["quota", "why", "block-list", "scans", "unblocked", "cost"],
  help: ["help", "notice"],
};

export const WIDTH = 760;
export const LOGO =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="8" fill="#1f3a5f"/><text x="18" y="24" font-size="16" font-family="sans-serif" text-anchor="middle" fill="#fff">vt</text></svg>',
  );

const FOLDER = mkdtempSync(join(tmpdir(), "vtip-pictures-"));
const IMAGES = resolve(import.meta.dirname, "../../docs/images");
/** For what a page does before it is looked at. */
const WAIT_MS = 2000;

process.on("exit", () => rmSync(FOLDER, { recursive: true, force: true }));

/** A page: `script` is run in it before it is drawn, as a file of its own. */
export interface Page {
  readonly body: string;
  readonly style: string;
  readonly script?: string;
}

/** Draws a page as high as it is into `docs/images/<name>.png`. */
export function draw(name: string, { body, style, script = "" }: Page): void {
  const page = join(FOLDER, `${name}.html`);
  const file = join(IMAGES, `${name}.png`);
  writeFileSync(join(FOLDER, `${name}.js`), script);
  const measure = `setTimeout(() => { document.title = String(Math.ceil(document.body.getBoundingClientRect().height)); }, ${WAIT_MS / 2})`;
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><style>${style}</style><body>${body}<script src="${name}.js"></script><script>${measure}</script></body>`,
  );
  const height = Number(/<title>(\d+)<\/title>/.exec(chromium(["--dump-dom", page]))?.[1] ?? 1200);
  chromium([`--screenshot=${file}`, `--window-size=${WIDTH},${height}`, "--hide-scrollbars", page]);
  console.log(`${file} (${WIDTH} × ${height})`);
}

function chromium(args: readonly string[]): string {
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--force-device-scale-factor=1"];
  const time = `--virtual-time-budget=${WAIT_MS}`;
  const { status, stdout, stderr } = spawnSync("chromium", [...flags, time, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`chromium ended with ${String(status)}: ${stderr}`);
  return stdout;
}
