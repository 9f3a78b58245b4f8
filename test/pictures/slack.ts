/**
 * Draws every card as Slack shows it, by a Block Kit renderer in headless Chromium, into docs/images.
 * Run it with `npm run pictures` after a change of words or layout, and look at them.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message, type Block } from "slack-blocks-to-jsx";

import { toView } from "../../adapters/slack/form.ts";
import { toMessage } from "../../adapters/slack/render.ts";
import { toCard, toForm } from "../../src/card.ts";
import type { Reply } from "../../src/reply.ts";
import { NOW, samples } from "../chat/samples.ts";

const ALICE = "U0ALICE00";
const BOB = "U0BOB0000";
const PEOPLE = { requester: `slack:${ALICE}`, approver: `slack:${BOB}` };
const USERS = [
  { id: ALICE, name: "alice" },
  { id: BOB, name: "bob" },
];

/** Cards that are looked at together: one picture each. */
const PICTURES: Readonly<Record<string, readonly string[]>> = {
  scan: ["report", "rows"],
  single: ["report-clean"],
  progress: ["plan", "progress", "paused"],
  approval: ["proposal", "blocked"],
  decided: ["dismissed", "undone", "expired", "proposal-nobody", "confirmation"],
  choose: ["choice"],
  questions: ["quota", "why", "block-list", "scans", "unblocked", "cost"],
  help: ["help", "notice"],
  home: ["overview"],
};

const WIDTH = 760;
const LOGO =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="36" height="36" rx="8" fill="#1f3a5f"/><text x="18" y="24" font-size="16" font-family="sans-serif" text-anchor="middle" fill="#fff">vt</text></svg>',
  );

const folder = mkdtempSync(join(tmpdir(), "vtip-pictures-"));
const require = createRequire(import.meta.url);
const css = readFileSync(join(dirname(require.resolve("slack-blocks-to-jsx")), "style.css"), "utf8");
const out = resolve(import.meta.dirname, "../../docs/images");

for (const [name, kinds] of Object.entries(PICTURES)) {
  const replies = samples(PEOPLE);
  const bodies = kinds.map((kind) => toHtml(replies[kind] ?? { kind: "help" }));
  draw(`slack-${name}`, bodies.join(""));
}
rmSync(folder, { recursive: true, force: true });

function toHtml(reply: Reply): string {
  const form = toForm(reply);
  const blocks = form === null ? toMessage(toCard(reply)).blocks : toView(form, "slack:C1::U1").blocks;
  const message = createElement(Message, {
    theme: "light",
    blocks: JSON.parse(JSON.stringify(blocks, asDrawn)) as Block[],
    logo: LOGO,
    name: "vtip",
    time: new Date(NOW),
    data: { users: USERS },
  });
  return `<div class="card">${renderToStaticMarkup(message)}</div>`;
}

/** The renderer reads no mark-up at all where `verbatim` is said; Slack still does, and only makes no links by itself. */
function asDrawn(key: string, value: unknown): unknown {
  return key === "verbatim" ? undefined : value;
}

function draw(name: string, body: string): void {
  const page = join(folder, `${name}.html`);
  const style = `body{margin:0;padding:12px 16px;width:${WIDTH - 32}px;background:#fff;font-family:Lato,"Noto Sans","Noto Color Emoji",sans-serif}.card{padding:6px 0 14px}`;
  const measure = `<script>document.title=String(Math.ceil(document.body.getBoundingClientRect().height))</script>`;
  writeFileSync(
    page,
    `<!doctype html><meta charset="utf-8"><style>${css}\n${style}</style><body>${body}${measure}</body>`,
  );
  const height = Number(/<title>(\d+)<\/title>/.exec(chromium(["--dump-dom", page]))?.[1] ?? 1200);
  const file = join(out, `${name}.png`);
  chromium([`--screenshot=${file}`, `--window-size=${WIDTH},${height + 8}`, "--hide-scrollbars", page]);
  console.log(`${file} (${WIDTH} × ${height})`);
}

function chromium(args: readonly string[]): string {
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--force-device-scale-factor=1"];
  const { status, stdout, stderr } = spawnSync("chromium", [...flags, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`chromium ended with ${String(status)}: ${stderr}`);
  return stdout;
}
