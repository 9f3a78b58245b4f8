import { type APIMessageTopLevelComponent, ComponentType } from "discord.js";
import { z } from "zod";

import { LIMITS } from "./limits.ts";
import { toMessageOf, type Message } from "./render.ts";

/** Before the action of the button that leads from the menus to the rest of the form. */
export const FILL = "fill:";

const MENU_ID = /^pick:(.+):\d+$/s;
const COUNTED = /^(.*) (?:[\d,]+|none)…$/s;

/** A field of many options is several menus. */
export function toMenuId(field: string, page: number): string {
  return `pick:${field}:${page}`;
}

/** `Block 12…`, `Block none…`: how many are ticked; pressed, it asks for the rest. */
export function toCountedLabel(submit: string, count: number): string {
  const words = ` ${count === 0 ? "none" : count.toLocaleString("en-US")}…`;
  return `${submit.slice(0, LIMITS.buttonLabel - words.length)}${words}`;
}

/** Discord adds fields to what it was sent; they go back as they came. */
const Holder = z.looseObject({ components: z.array(z.unknown()) });
const Menu = z.looseObject({
  type: z.literal(ComponentType.StringSelect),
  custom_id: z.string().regex(MENU_ID),
  options: z.array(z.looseObject({ value: z.string(), default: z.boolean().nullish() })),
});
type Menu = z.infer<typeof Menu>;
const FillButton = z.looseObject({
  type: z.literal(ComponentType.Button),
  custom_id: z.string().startsWith(FILL),
  label: z.string(),
});

/**
 * A message of menus after one of them was changed, with the count on its button. Worked out from the message as Discord
 * delivers it, so nothing of it is kept here. Null when it has no such menu.
 */
export function withPicked(components: unknown, customId: string, values: readonly string[]): Message | null {
  const before = toNodes(components);
  if (!menusOf(before).some((menu) => menu.custom_id === customId)) return null;
  const ticked = before.map((node) => tick(node, customId, new Set(values)));
  const counts = Object.values(toPicked(ticked)).map((picked) => picked.length);
  const count = counts.reduce((sum, one) => sum + one, 0);
  const [container] = ticked.map((node) => recount(node, count));
  // It came from `toMenus`, and only ticks and a label are other than before.
  return toMessageOf(container as APIMessageTopLevelComponent);
}

function tick(node: unknown, customId: string, values: ReadonlySet<string>): unknown {
  const menu = Menu.safeParse(node);
  if (menu.success && menu.data.custom_id === customId) {
    const options = menu.data.options.map((option) => ({ ...option, default: values.has(option.value) }));
    return { ...menu.data, options };
  }
  return within(node, (inside) => tick(inside, customId, values));
}

function recount(node: unknown, count: number): unknown {
  const button = FillButton.safeParse(node);
  if (!button.success) return within(node, (inside) => recount(inside, count));
  const submit = COUNTED.exec(button.data.label)?.[1] ?? button.data.label;
  return { ...button.data, label: toCountedLabel(submit, count) };
}

function within(node: unknown, change: (node: unknown) => unknown): unknown {
  const holder = Holder.safeParse(node);
  return holder.success ? { ...holder.data, components: holder.data.components.map(change) } : node;
}

/** What is ticked in a message of menus, by the name of the field; empty where none is. */
export function toPicked(components: unknown): Readonly<Record<string, readonly string[]>> {
  const picked = new Map<string, readonly string[]>();
  for (const { custom_id, options } of menusOf(toNodes(components))) {
    const field = MENU_ID.exec(custom_id)?.[1] ?? "";
    const values = options.filter((option) => option.default === true).map(({ value }) => value);
    picked.set(field, [...(picked.get(field) ?? []), ...values]);
  }
  return Object.fromEntries(picked);
}

function menusOf(nodes: readonly unknown[]): readonly Menu[] {
  return nodes.flatMap((node) => {
    const menu = Menu.safeParse(node);
    if (menu.success) return [menu.data];
    const holder = Holder.safeParse(node);
    return holder.success ? menusOf(holder.data.components) : [];
  });
}

const Answered = z.object({
  custom_id: z.string(),
  value: z.string().nullish(),
  values: z.array(z.string()).nullish(),
});
/** A field in its label, and one in a row as older clients send it. */
const Part = z.object({ component: z.unknown().optional(), components: z.array(z.unknown()).nullish() });

/** What was filled in, by the name of the field; an empty line is nothing. */
export function toFields(components: unknown): Readonly<Record<string, readonly string[]>> {
  const fields = toNodes(components).flatMap((node): [string, readonly string[]][] => {
    const part = Part.safeParse(node);
    const inside = part.success ? [part.data.component, ...(part.data.components ?? [])] : [];
    return inside.flatMap((field) => {
      const answered = Answered.safeParse(field);
      if (!answered.success) return [];
      const { custom_id, value, values } = answered.data;
      return [[custom_id, values ?? (value ? [value] : [])]];
    });
  });
  return Object.fromEntries(fields);
}

function toNodes(components: unknown): readonly unknown[] {
  return Array.isArray(components) ? components : [];
}
