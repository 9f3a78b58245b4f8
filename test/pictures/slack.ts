/**
 * Draws every card as Slack shows it, by a Block Kit renderer in headless Chromium, into docs/images.
 * Run it with `npm run pictures` after a change of words or layout, and look at them.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Message, type Block } from "slack-blocks-to-jsx";

import { toView } from "../../adapters/slack/form.ts";
import { toMessage } from "../../adapters/slack/render.ts";
import { toCard, toForm } from "../../src/card.ts";
import type { Reply } from "../../src/reply.ts";
import { NOW, samples } from "../chat/samples.ts";
import { draw, LOGO, PICTURES, WIDTH } from "./drawing.ts";

const ALICE = "U0ALICE00";
const BOB = "U0BOB0000";
const PEOPLE = { requester: `slack:${ALICE}`, approver: `slack:${BOB}` };
const USERS = [
  { id: ALICE, name: "alice" },
  { id: BOB, name: "bob" },
];

const require = createRequire(import.meta.url);
const css = readFileSync(join(dirname(require.resolve("slack-blocks-to-jsx")), "style.css"), "utf8");
const style = `${css}
body{margin:0;padding:12px 16px 20px;width:${WIDTH - 32}px;background:#fff;font-family:Lato,"Noto Sans","Noto Color Emoji",sans-serif}.card{padding:6px 0 14px}`;

const replies = samples(PEOPLE);
for (const [name, kinds] of Object.entries({ ...PICTURES, home: ["overview"] })) {
  const body = kinds.map((kind) => toHtml(replies[kind] ?? { kind: "help" })).join("");
  draw(`slack-${name}`, { body, style });
}

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
