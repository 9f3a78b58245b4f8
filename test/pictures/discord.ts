/**
 * Draws every card as Discord shows it, through a renderer of its messages in headless Chromium, into docs/images.
 * Run it with `npm run pictures` after a change of words or layout, and look at them.
 */
import { createRequire } from "node:module";

import { buildSync } from "esbuild";

import { findCarrier } from "../../adapters/discord/form-answer.ts";
import { toMenus } from "../../adapters/discord/form-menus.ts";
import { hasMenus, toModal } from "../../adapters/discord/form.ts";
import { toMessage, type Message } from "../../adapters/discord/render.ts";
import { toCard } from "../../adapters/discord/speech.ts";
import { toForm } from "../../src/card.ts";
import type { Reply } from "../../src/reply.ts";
import { NOW, samples } from "../chat/samples.ts";
import type { Node } from "../standins/discord/components.ts";
import { toHtml, toModalHtml } from "./discord-html.ts";
import { draw, LOGO, PICTURES, WIDTH } from "./drawing.ts";

const CHOOSE = "choose:P-2M8X";
const NAMES = { 1001: "alice", 1002: "bob" };
const PEOPLE = { requester: "discord:1001", approver: "discord:1002" };

/** Cards that only one person sees. */
const PRIVATE = new Set([
  "help",
  "notice",
  "quota",
  "cost",
  "confirmation",
  "removal-confirmation",
  "choice",
  "too-late",
]);

const STYLE = `
body{margin:0;width:${WIDTH}px;background:#313338}
discord-messages{background-color:#313338;border:0;padding:8px 0 12px}
.container{background:#2b2d31;border:1px solid #3f4147;border-left:4px solid;border-radius:8px;padding:14px 16px 14px 14px;margin-top:4px;max-width:560px;display:flex;flex-direction:column;gap:8px;color:#dbdee1}
discord-code{margin:0 2px 0 3px}
.line > discord-code:first-child{margin-left:2px}
.container.plain{border-left:1px solid #3f4147;padding-left:17px}
.display{font-size:15px;line-height:21px}
.heading{font-size:17px;line-height:24px;font-weight:700;color:#f2f3f5}
.small{line-height:18px}
.line + .small{margin-bottom:4px}
.small:last-child{margin-bottom:0}
.separator{height:1px;background:#3f4147;margin:2px 0}
.menu{display:flex;flex-wrap:wrap;gap:6px;align-items:center;background:#1e1f22;border-radius:4px;padding:7px 10px;width:100%;box-sizing:border-box}
.ticked{background:#3f4147;border-radius:4px;padding:1px 8px;font-size:14px;line-height:22px;color:#dbdee1}
.arrow{margin-left:auto;color:#b5bac1;font-size:18px}
.fields{padding:0 16px 16px;color:#dbdee1;font-size:14px;display:flex;flex-direction:column;gap:8px}
.label{font-weight:600;color:#f2f3f5;padding-top:4px}
.input{background:#1e1f22;border-radius:4px;padding:8px 10px;line-height:20px;color:#80848e}
.required{color:#f23f42;padding-left:4px}
`;

const entry = createRequire(import.meta.url).resolve("@skyra/discord-components-core");
const [bundle] = buildSync({ entryPoints: [entry], bundle: true, write: false, format: "iife" }).outputFiles;
const settings = { profiles: { vtip: { author: "vtip", avatar: LOGO, bot: true } } };
const script = `window.$discordMessage = ${JSON.stringify(settings)};\n${bundle?.text ?? ""}`;

const replies = samples(PEOPLE);
for (const [name, kinds] of Object.entries(PICTURES)) {
  const messages = kinds.map((kind) => toMessageHtml(kind, toShown(replies[kind] ?? { kind: "help" })));
  if (name === "choose") messages.push(toMessageHtml("choice", toLastPage(replies["choice"])));
  draw(`discord-${name}`, { body: toPage(messages.join("")), style: STYLE, script });
}

const form = toForm(replies["choice"] ?? { kind: "help" });
if (form !== null) {
  const opened = `${script}\ndocument.querySelector("discord-modal").updateComplete.then(() => document.querySelector("discord-modal").shadowRoot).then((root) => { root.querySelector("dialog").showModal(); root.querySelector(".discord-modal-box").style.display = "flex"; });`;
  const body = toPage(`<div style="height:440px"></div>${toModalHtml(toModal(form, form.action))}`);
  draw("discord-choose-window", { body, style: STYLE, script: opened });
}

function toPage(messages: string): string {
  return `<discord-messages>${messages}</discord-messages>`;
}

function toShown(reply: Reply): Message {
  const form = toForm(reply);
  return form !== null && hasMenus(form) ? toMenus(form, CHOOSE) : toMessage(toCard(reply));
}

/** The end of a form of many addresses. */
function toLastPage(reply: Reply | undefined): Message {
  const [one] = reply?.kind === "choice" ? reply.content.toBlock : [];
  if (reply?.kind !== "choice" || one === undefined) throw new Error("There is no sample of a choice.");
  const toBlock = Array.from({ length: 203 }, (_, n) => ({
    ...one,
    ip: `45.155.205.${n + 1}`,
    owner: "Sample Host",
  }));
  const form = toForm({ ...reply, content: { ...reply.content, toBlock } });
  if (form === null) throw new Error("There is no form for a choice.");
  const draft = findCarrier(toMenus(form, CHOOSE).components)?.draft ?? null;
  return toMenus(form, CHOOSE, draft, 3);
}

function toMessageHtml(kind: string, message: Message): string {
  const parts = (message.components as readonly unknown[] as readonly Node[]).map((node) =>
    toHtml(node, NAMES),
  );
  const at = new Date(NOW).toISOString().slice(11, 16);
  return `<discord-message profile="vtip" timestamp="${at}" twenty-four ${PRIVATE.has(kind) ? "ephemeral" : ""}>${parts.join("")}</discord-message>`;
}
