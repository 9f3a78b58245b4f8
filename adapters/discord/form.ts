import {
  type APIActionRowComponent,
  type APIComponentInContainer,
  type APIComponentInMessageActionRow,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APISelectMenuOption,
  type APITextDisplayComponent,
  ComponentType,
  TextInputStyle,
} from "discord.js";

import type { Field, Form } from "../../src/card.ts";
import { toFitting } from "./fit.ts";
import { FILL, toCountedLabel, toMenuId } from "./form-answer.ts";
import { bytesOf, toClean, toCut } from "./inert.ts";
import { LIMITS } from "./limits.ts";
import { toMarkup } from "./markup.ts";
import { COLOURS, toButtonRow, toMessageOf, toNotePiece, toTitlePiece, type Message } from "./render.ts";

type Menu = Extract<Field, { readonly kind: "menu" }>;
type Option = Menu["options"][number];

/** A menu, its row and what stands above it. */
const COMPONENTS_OF_MENU = 3;
/** The container, title, intro, note and the button in its row. */
const OTHER_COMPONENTS = 6;
const MOST_MENUS = Math.floor((LIMITS.components - OTHER_COMPONENTS) / COMPONENTS_OF_MENU);
/** Beside its options: its ids, its heading and placeholder. */
const MENU_BYTES = 160 + COMPONENTS_OF_MENU * LIMITS.componentBytes;
/** Title, an intro of this length at most, note and button. */
const INTRO_SIZE = 300;
const OTHER_BYTES = 800 + OTHER_COMPONENTS * LIMITS.componentBytes;
/** Many options are shown with shorter labels before any is left out. */
const LABEL_LENGTHS = [LIMITS.optionLabel, 60, 45, 36, 28] as const;
/** However short labels are, so much of one is shown beside what is as long as its value. */
const LEAST_BESIDE_VALUE = 2;

/** Whether a form begins with menus in a message, since those of a window hold 25 options and cannot be continued. */
export function hasMenus(form: Form): boolean {
  return form.fields.some((field) => isMany(field) && toOptions(field).length > 0);
}

function isMany(field: Field): field is Menu {
  return field.kind === "menu" && field.isMany;
}

/**
 * The first step of a form: its menus of many in a message of their own. The button below has the custom id `fill:` and
 * `next`; what is ticked is read from the message (`toPicked`). What does not fit is counted in a note.
 */
export function toMenus(form: Form, next: string): Message {
  const fields = form.fields.filter(isMany).map((field) => ({ field, options: toOptions(field) }));
  const labelLength = LABEL_LENGTHS.find((length) => fits(fields, length)) ?? LABEL_LENGTHS.at(-1) ?? 0;
  let room = { menus: MOST_MENUS, bytes: LIMITS.messageBytes - OTHER_BYTES };
  const menus: APIComponentInContainer[] = [];
  let [left, picked] = [0, 0];
  for (const { field, options } of fields) {
    const shown = take(options, labelLength, room);
    left += field.options.length - shown.length;
    picked += shown.filter((option) => option.default === true).length;
    menus.push(...toMenuRows(field, shown, options.length));
    room = { menus: room.menus - pagesOf(shown.length), bytes: room.bytes - bytesOfMenus(shown) };
  }
  return toMessageOf({
    type: ComponentType.Container,
    accent_color: COLOURS.info,
    components: [
      ...toFitting([toTitlePiece(form.title)]),
      ...toIntro(form),
      ...menus,
      ...toFitting(
        left === 0 ? [] : [toNotePiece([`${left.toLocaleString("en-US")} more do not fit into this form.`])],
      ),
      toButtonRow([
        { label: toCountedLabel(toClean(form.submit), picked), action: `${FILL}${next}`, style: "primary" },
      ]),
    ],
  });
}

function toIntro({ intro }: Form): readonly APITextDisplayComponent[] {
  const content = toMarkup(intro, INTRO_SIZE).trim();
  return content === "" ? [] : [{ type: ComponentType.TextDisplay, content }];
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

function fits(fields: readonly { readonly options: readonly Option[] }[], labelLength: number): boolean {
  const menus = fields.reduce((sum, { options }) => sum + pagesOf(options.length), 0);
  const bytes = fields.map(({ options }) =>
    bytesOfMenus(options.map((option) => toOption(option, labelLength))),
  );
  return menus <= MOST_MENUS && bytes.reduce((sum, one) => sum + one, 0) <= LIMITS.messageBytes - OTHER_BYTES;
}

function take(
  options: readonly Option[],
  labelLength: number,
  most: { readonly menus: number; readonly bytes: number },
): readonly APISelectMenuOption[] {
  const shown = options
    .slice(0, most.menus * LIMITS.menuOptions)
    .map((option) => toOption(option, labelLength));
  let bytes = most.bytes;
  const end = shown.findIndex((option, at) => {
    bytes -= bytesOfOption(option) + (at % LIMITS.menuOptions === 0 ? MENU_BYTES : 0);
    return bytes < 0;
  });
  return end === -1 ? shown : shown.slice(0, end);
}

function pagesOf(count: number): number {
  return Math.ceil(count / LIMITS.menuOptions);
}

function bytesOfMenus(options: readonly APISelectMenuOption[]): number {
  return options.reduce((sum, option) => sum + bytesOfOption(option), pagesOf(options.length) * MENU_BYTES);
}

function bytesOfOption({ label, value }: APISelectMenuOption): number {
  return bytesOf(label) + bytesOf(value) + LIMITS.optionBytes;
}

function toOption({ value, label, isPicked }: Option, labelLength: number): APISelectMenuOption {
  const most = Math.min(Math.max(labelLength, value.length + LEAST_BESIDE_VALUE), LIMITS.optionLabel);
  const words = toCut(toClean(label), most).trim();
  return { label: words === "" ? value : words, value, default: isPicked };
}

/** Each menu under a line that says what it is and which part of how many. */
function toMenuRows(
  { name, label }: Menu,
  shown: readonly APISelectMenuOption[],
  count: number,
): readonly APIComponentInContainer[] {
  return Array.from({ length: pagesOf(shown.length) }, (_, page) => {
    const from = page * LIMITS.menuOptions;
    const options = shown.slice(from, from + LIMITS.menuOptions);
    const isOnly = count <= LIMITS.menuOptions;
    const part = isOnly ? "" : `${from + 1}–${from + options.length} of ${count.toLocaleString("en-US")}`;
    const heading = toMarkup([{ bold: toCut(label, LIMITS.label) }, isOnly ? "" : ` · ${part}`]);
    const row: APIActionRowComponent<APIComponentInMessageActionRow> = {
      type: ComponentType.ActionRow,
      components: [
        {
          type: ComponentType.StringSelect,
          custom_id: toMenuId(name, page + 1),
          placeholder: isOnly ? "None ticked" : `${part}: none ticked`,
          min_values: 0,
          max_values: options.length,
          options,
        },
      ],
    };
    return [{ type: ComponentType.TextDisplay, content: heading } as const, row];
  }).flat();
}

/** The second step, or the only one: what a window can ask for. It is sent with the form's action as its custom id. */
export function toModal(form: Form): APIModalInteractionResponseCallbackData {
  const isOnly = !hasMenus(form);
  const labels = form.fields.filter((field) => !isMany(field)).map(toLabel);
  return {
    custom_id: form.action,
    title: toCut(toClean(form.title), LIMITS.modalTitle),
    components: [...(isOnly || labels.length === 0 ? toIntro(form) : []), ...labels].slice(
      0,
      LIMITS.modalComponents,
    ),
  };
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
