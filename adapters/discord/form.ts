import {
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APISelectMenuOption,
  type APITextDisplayComponent,
  ComponentType,
  TextInputStyle,
} from "discord.js";

import type { Field, Form } from "../../src/card.ts";
import { type Draft, mostTicks, toTicks } from "./form-draft.ts";
import { toClean, toCut } from "./inert.ts";
import { LIMITS } from "./limits.ts";
import { toMarkup } from "./markup.ts";

type Menu = Extract<Field, { readonly kind: "menu" }>;
export type Option = Menu["options"][number];

/** An option of a menu of many. */
export interface Offer {
  readonly field: Menu;
  readonly option: Option;
  /** Its place among those of its field, and how many these are. */
  readonly nth: number;
  readonly count: number;
}

/** An intro of this length at most. */
const INTRO_SIZE = 300;
const SUMMARY_SIZE = 1500;
/** However short labels are, so much of one is shown beside what is as long as its value. */
const LEAST_BESIDE_VALUE = 2;

/** Whether a form begins with menus in a message, since those of a window hold 25 options and cannot be continued. */
export function hasMenus(form: Form): boolean {
  return toAllOffers(form).length > 0;
}

function isMany(field: Field): field is Menu {
  return field.kind === "menu" && field.isMany;
}

function toAllOffers(form: Form): readonly Offer[] {
  return form.fields.filter(isMany).flatMap((field) => {
    const options = toOptions(field);
    return options.map((option, at) => ({ field, option, nth: at + 1, count: options.length }));
  });
}

/** What can be ticked of a form that `action` asks for, as far as a draft holds it; `left` is how much it does not. */
export function toOffers(
  form: Form,
  action: string,
): { readonly offers: readonly Offer[]; readonly left: number } {
  const offers = toAllOffers(form).slice(0, mostTicks(action));
  const all = form.fields.filter(isMany).reduce((sum, { options }) => sum + options.length, 0);
  return { offers, left: all - offers.length };
}

/** Tells an option apart from any other of the form. */
export function toName({ field, option }: Offer): string {
  return JSON.stringify([field.name, option.value]);
}

/** What is ticked, by the name of the field; null when the form has other options than when it was begun. */
export function toPicked(
  form: Form,
  action: string,
  draft: Draft,
): Readonly<Record<string, readonly string[]>> | null {
  const { offers } = toOffers(form, action);
  const ticks = toTicks(draft, offers.map(toName));
  if (ticks === null) return null;
  const ticked = offers.filter((_, at) => ticks[at]);
  return Object.fromEntries(
    form.fields
      .filter(isMany)
      .map(({ name }) => [
        name,
        ticked.filter(({ field }) => field.name === name).map(({ option }) => option.value),
      ]),
  );
}

/** A value cannot be cut, as it would name something else, and Discord takes none twice. */
function toOptions({ options }: Menu): readonly Option[] {
  const seen = new Set<string>();
  return options.filter(({ value }) => {
    if (value === "" || value.length > LIMITS.optionValue || seen.has(value)) return false;
    seen.add(value);
    return true;
  });
}

export function toOption({ value, label, isPicked }: Option, labelLength: number): APISelectMenuOption {
  const most = Math.min(Math.max(labelLength, value.length + LEAST_BESIDE_VALUE), LIMITS.optionLabel);
  const words = toCut(toClean(label), most).trim();
  return { label: words === "" ? value : words, value, default: isPicked };
}

export function toIntro({ intro }: Form): readonly APITextDisplayComponent[] {
  const content = toMarkup(intro, INTRO_SIZE).trim();
  return content === "" ? [] : [{ type: ComponentType.TextDisplay, content }];
}

type Picked = Readonly<Record<string, readonly string[]>>;

/**
 * What a window can ask for: the rest of a form after its menus, or the whole. `id` comes back with what is sent. What is
 * ticked stands above it: that, and nothing else, is what is sent.
 */
export function toModal(
  form: Form,
  id: string,
  picked: Picked | null = null,
): APIModalInteractionResponseCallbackData {
  const labels = form.fields.filter((field) => !isMany(field)).map(toLabel);
  const intro = !hasMenus(form) || labels.length === 0 ? toIntro(form) : [];
  return {
    custom_id: id,
    title: toCut(toClean(form.title), LIMITS.modalTitle),
    components: [...(picked === null ? intro : toSummary(form, picked)), ...labels].slice(
      0,
      LIMITS.modalComponents,
    ),
  };
}

/** So many of what is ticked are named. */
const MOST_NAMED = 20;

function toSummary(form: Form, picked: Picked): readonly APITextDisplayComponent[] {
  return form.fields.filter(isMany).map((field) => {
    const values = picked[field.name] ?? [];
    const named = values
      .slice(0, MOST_NAMED)
      .flatMap((value, at) => [at === 0 ? " " : ", ", { code: value }]);
    const more =
      values.length > MOST_NAMED ? ` and ${(values.length - MOST_NAMED).toLocaleString("en-US")} more` : "";
    const count = `${values.length.toLocaleString("en-US")} of ${field.options.length.toLocaleString("en-US")}`;
    const text = [{ bold: field.label }, `: ${values.length === 0 ? "none" : `${count} ·`}`, ...named, more];
    return { type: ComponentType.TextDisplay, content: toMarkup(text, SUMMARY_SIZE) };
  });
}

function toLabel(field: Field): APILabelComponent {
  const label = toCut(toClean(field.label), LIMITS.label);
  if (field.kind === "line") {
    const hint = toCut(toClean(field.hint), LIMITS.linePlaceholder);
    return {
      type: ComponentType.Label,
      label,
      component: {
        type: ComponentType.TextInput,
        custom_id: field.name,
        style: TextInputStyle.Short,
        required: false,
        max_length: LIMITS.line,
        ...(hint !== "" && { placeholder: hint }),
      },
    };
  }
  const options = toOptions(field).slice(0, LIMITS.menuOptions);
  const picked = options.find(({ isPicked }) => isPicked);
  return {
    type: ComponentType.Label,
    label,
    component: {
      type: ComponentType.StringSelect,
      custom_id: field.name,
      options: options.map((option) =>
        toOption({ ...option, isPicked: option === picked }, LIMITS.optionLabel),
      ),
    },
  };
}
