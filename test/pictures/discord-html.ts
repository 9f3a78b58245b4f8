/** Components and mark-up of Discord as HTML, with the elements of `@skyra/discord-components-core` where it has them. */
import {
  ButtonStyle,
  ComponentType,
  type APIModalInteractionResponseCallbackData,
  type APISelectMenuOption,
} from "discord-api-types/v10";

import { readMarkup, type Part } from "../discord/mark-up-reader.ts";
import type { Node } from "../standins/discord/components.ts";

/** People by their id, as mentions show them. */
export type Names = Readonly<Record<string, string>>;

const BUTTONS: Readonly<Record<number, string>> = {
  [ButtonStyle.Primary]: "primary",
  [ButtonStyle.Secondary]: "secondary",
  [ButtonStyle.Success]: "success",
  [ButtonStyle.Danger]: "destructive",
};

/** A component of a message. */
export function toHtml(node: Node, names: Names): string {
  const inside = ((node["components"] ?? []) as readonly Node[]).map((one) => toHtml(one, names)).join("");
  if (node.type === ComponentType.Container) return toContainer(node["accent_color"], inside);
  if (node.type === ComponentType.TextDisplay)
    return `<div class="display">${toLines(readMarkup(textIn(node, "content")), names)}</div>`;
  if (node.type === ComponentType.Separator) return `<div class="separator"></div>`;
  if (node.type === ComponentType.ActionRow) return `<discord-action-row>${inside}</discord-action-row>`;
  if (node.type === ComponentType.StringSelect) return toMenu(node);
  if (node.type === ComponentType.Button) {
    const type = BUTTONS[Number(node["style"])] ?? "secondary";
    return `<discord-button type="${type}">${escape(textIn(node, "label"))}</discord-button>`;
  }
  throw new Error(`There is no picture of a component of type ${node.type}.`);
}

function toContainer(accent: unknown, inside: string): string {
  if (typeof accent !== "number") return `<div class="container plain">${inside}</div>`;
  return `<div class="container" style="border-left-color:#${accent.toString(16).padStart(6, "0")}">${inside}</div>`;
}

/** A menu of many shows what is ticked, each in a box of its own; a menu of one its choice. */
function toMenu(node: Node): string {
  const picked = ((node["options"] ?? []) as readonly APISelectMenuOption[]).filter(
    (option) => option.default,
  );
  const isMany = Number(node["max_values"] ?? 1) > 1;
  const words = picked.map(({ label }) => escape(label));
  if (isMany && words.length > 0) {
    return `<div class="menu">${words.map((word) => `<span class="ticked">${word} ✕</span>`).join("")}<span class="arrow">⌄</span></div>`;
  }
  return `<discord-string-select-menu placeholder="${words[0] ?? escape(textIn(node, "placeholder"))}"></discord-string-select-menu>`;
}

/** The window of a form, opened. */
export function toModalHtml(modal: APIModalInteractionResponseCallbackData): string {
  const fields = (modal.components as readonly unknown[] as readonly Node[]).map(toField);
  return `<discord-modal profile="vtip" modal-id="form" modal-title="${escape(modal.title)}"><div class="fields">${fields.join("")}</div></discord-modal>`;
}

function toField(node: Node): string {
  if (node.type !== ComponentType.Label) return toHtml(node, {});
  const component = node["component"] as Node;
  const isNeeded = component["required"] !== false;
  const star = isNeeded ? `<span class="required">*</span>` : "";
  const field =
    component.type === ComponentType.TextInput
      ? `<div class="input">${escape(textIn(component, "placeholder"))}</div>`
      : toMenu(component);
  return `<div class="label">${escape(textIn(node, "label"))}${star}</div>${field}`;
}

function textIn(node: Node, key: string): string {
  const value = node[key];
  return typeof value === "string" ? value : "";
}

function toLines(lines: readonly Part[], names: Names): string {
  return lines.map((line) => toLine(line, names)).join("");
}

function toLine(line: Part, names: Names): string {
  const inside =
    "parts" in line ? line.parts.map((part) => toInline(part, names)).join("") : escape(line.text);
  if (line.kind === "heading") return `<div class="heading">${inside}</div>`;
  if (line.kind === "small")
    return `<div class="small"><discord-subscript>${inside}</discord-subscript></div>`;
  return `<div class="line">${inside === "" ? "&nbsp;" : inside}</div>`;
}

function toInline(part: Part, names: Names): string {
  const inside = "parts" in part ? part.parts.map((one) => toInline(one, names)).join("") : escape(part.text);
  if (part.kind === "text") return inside;
  if (part.kind === "bold") return `<discord-bold>${inside}</discord-bold>`;
  if (part.kind === "code") return `<discord-code embed>${inside}</discord-code>`;
  if (part.kind === "link") return `<discord-link href="${escape(part.address)}">${inside}</discord-link>`;
  if (part.kind === "person" || part.kind === "role") {
    const type = part.kind === "role" ? "role" : "user";
    return `<discord-mention type="${type}">${escape(names[part.text] ?? "unknown")}</discord-mention>`;
  }
  throw new Error(`No card has ${part.kind} in it, so there is no picture of it.`);
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
