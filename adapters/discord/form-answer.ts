import { type APIMessageTopLevelComponent, ComponentType } from "discord.js";
import { z } from "zod";

import { type Carrier, countTicks, toCarrier, toCarrierId, withTicks } from "./form-draft.ts";
import { LIMITS } from "./limits.ts";
import { toMessageOf, type Message } from "./render.ts";

const MENU_ID = /^pick:(\d+)$/;
const COUNTED = /^(.*) (?:[\d,]+|none)…$/s;

/** `at` is the place of its first option in a draft. */
export function toMenuId(at: number): string {
  return `pick:${at}`;
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
  custom_id: z.string().refine((id) => toCarrier(id) !== null),
  label: z.string(),
});

/**
 * A message of menus after one of them was changed, with the draft and the count on its button. Worked out from the
 * message as Discord delivers it, so nothing of it is kept here. Null when it has no such menu.
 */
export function withPicked(components: unknown, customId: string, values: readonly string[]): Message | null {
  const before = toNodes(components);
  const menu = findIn(before, (node) => toMenu(node, customId));
  if (menu === null) return null;
  const picked = new Set(values);
  const ticks = menu.options.map(({ value }) => picked.has(value));
  const from = Number(MENU_ID.exec(customId)?.[1]);
  const [container] = before.map((node) =>
    within(node, (inside) => tick(inside, customId, ticks) ?? redraft(inside, from, ticks) ?? inside),
  );
  // It came from `toMenus`, and only ticks, an id and a label are other than before.
  return toMessageOf(container as APIMessageTopLevelComponent);
}

/** The draft that a message of menus carries; null when it is none. */
export function findCarrier(components: unknown): Carrier | null {
  return findIn(toNodes(components), (node) => {
    const button = FillButton.safeParse(node);
    return button.success ? toCarrier(button.data.custom_id) : null;
  });
}

function toMenu(node: unknown, customId: string): Menu | null {
  const menu = Menu.safeParse(node);
  return menu.success && menu.data.custom_id === customId ? menu.data : null;
}

function tick(node: unknown, customId: string, ticks: readonly boolean[]): unknown {
  const menu = toMenu(node, customId);
  return menu && { ...menu, options: menu.options.map((one, at) => ({ ...one, default: ticks[at] })) };
}

function redraft(node: unknown, from: number, ticks: readonly boolean[]): unknown {
  const button = FillButton.safeParse(node);
  const carrier = button.success ? toCarrier(button.data.custom_id) : null;
  if (!button.success || carrier === null) return null;
  const draft = withTicks(carrier.draft, from, ticks);
  const submit = COUNTED.exec(button.data.label)?.[1] ?? button.data.label;
  const label = toCountedLabel(submit, countTicks(draft));
  return { ...button.data, custom_id: toCarrierId({ ...carrier, draft }), label };
}

/** Changes what holds no other components. */
function within(node: unknown, change: (node: unknown) => unknown): unknown {
  const holder = Holder.safeParse(node);
  if (!holder.success) return change(node);
  return { ...holder.data, components: holder.data.components.map((inside) => within(inside, change)) };
}

/** The first that is found, also within others. */
function findIn<Found>(nodes: readonly unknown[], find: (node: unknown) => Found | null): Found | null {
  for (const node of nodes) {
    const holder = Holder.safeParse(node);
    const found = holder.success ? findIn(holder.data.components, find) : find(node);
    if (found !== null) return found;
  }
  return null;
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
