import {
  type APIActionRowComponent,
  type APIComponentInContainer,
  type APIComponentInMessageActionRow,
  type APISelectMenuOption,
  ComponentType,
} from "discord.js";

import type { Button, Form } from "../../src/card.ts";
import { toFitting } from "./fit.ts";
import { toCountedLabel, toMenuId } from "./form-answer.ts";
import { countTicks, type Draft, toCarrierId, toDraft, toPageId, toTicks } from "./form-draft.ts";
import { toIntro, toName, toOffers, toOption, type Offer } from "./form.ts";
import { bytesOf, toClean, toCut } from "./inert.ts";
import { LIMITS } from "./limits.ts";
import { toMarkup } from "./markup.ts";
import { COLOURS, toButtonRow, toMessageOf, toNotePiece, toTitlePiece, type Message } from "./render.ts";

/** An option where it is shown; `at` is its place in a draft. */
interface Shown {
  readonly offer: Offer;
  readonly at: number;
  readonly option: APISelectMenuOption;
  readonly bytes: number;
}

const MENUS_OF_PAGE = 4;
/** A menu, its row and what stands above it. Beside its options: its id, its heading and placeholder. */
const MENU_BYTES = 160 + 3 * LIMITS.componentBytes;
/** Container, title, intro, what has changed, note, row and three buttons. */
const OTHER_BYTES = 1000 + 9 * LIMITS.componentBytes;
const ROOM_BYTES = LIMITS.messageBytes - OTHER_BYTES;
/** Labels are shortened before there is one more page. */
const LABEL_LENGTHS = [LIMITS.optionLabel, 60, 52, 45, 40, 36, 32] as const;
const LEAST_LABEL = 28;

const CHANGED =
  "⚠️ The addresses have changed meanwhile, so your ticks are gone: look again before you go on. Nothing was done yet.";

/**
 * The first step of a form: its menus of many, on pages in a message of their own. What is ticked on all pages is in the
 * id of the button that leads on. A draft of other options than the form has now begins anew, and the message says so.
 */
export function toMenus(form: Form, action: string, draft: Draft | null = null, page = 1): Message {
  const { offers, left } = toOffers(form, action);
  const names = offers.map(toName);
  const before = draft === null ? null : toTicks(draft, names);
  const hasChanged = draft !== null && before === null;
  const ticks = before ?? offers.map(({ option }) => option.isPicked);
  const pages = toPages(offers, ticks);
  const number = hasChanged ? 1 : Math.min(Math.max(page, 1), Math.max(pages.length, 1));
  const next = { action, draft: toDraft(names, ticks) };
  return toMessageOf({
    type: ComponentType.Container,
    accent_color: COLOURS.info,
    components: [
      ...toFitting([toTitlePiece(form.title)]),
      ...(hasChanged ? [{ type: ComponentType.TextDisplay, content: CHANGED } as const] : []),
      ...toIntro(form),
      ...(pages[number - 1] ?? []).flatMap(toMenuRows),
      ...toFitting(left === 0 ? [] : [toNotePiece([toLeft(form, left)])]),
      toButtonRow([
        {
          label: toCountedLabel(toClean(form.submit), countTicks(next.draft)),
          action: toCarrierId(next),
          style: "primary",
        },
        ...toPageButtons(number, pages.length),
      ]),
    ],
  });
}

function toLeft({ submit }: Form, left: number): string {
  const words = `${left.toLocaleString("en-US")} more do not fit into this form and count as not ticked.`;
  return `${words} ${toCut(submit, LIMITS.label)} on the card takes all.`;
}

function toPageButtons(number: number, count: number): readonly Button[] {
  return [
    { page: number - 1, words: ["◀", `Page ${number - 1} of ${count}`] },
    { page: number + 1, words: [`Page ${number + 1} of ${count}`, "▶"] },
  ]
    .filter(({ page }) => page >= 1 && page <= count)
    .map(({ page, words }) => ({ label: words.join(" "), action: toPageId(page), style: "plain" }));
}

type Page = readonly (readonly Shown[])[];

/** Pages of menus, as few as can be, with labels as long as they then can be. */
function toPages(offers: readonly Offer[], ticks: readonly boolean[]): readonly Page[] {
  const least = toPagesOf(offers, ticks, LEAST_LABEL);
  for (const length of LABEL_LENGTHS) {
    const pages = toPagesOf(offers, ticks, length);
    if (pages.length === least.length) return pages;
  }
  return least;
}

function toPagesOf(
  offers: readonly Offer[],
  ticks: readonly boolean[],
  labelLength: number,
): readonly Page[] {
  const shown = offers.map((offer, at): Shown => {
    const option = toOption({ ...offer.option, isPicked: ticks[at] ?? false }, labelLength);
    const bytes = bytesOf(option.label) + bytesOf(option.value) + LIMITS.optionBytes;
    return { offer, at, option, bytes };
  });
  return split(split(shown, isMenu), isPage);
}

function isMenu(options: readonly Shown[]): boolean {
  const isOfOneField = options.every(({ offer }) => offer.field === options[0]?.offer.field);
  return isOfOneField && options.length <= LIMITS.menuOptions && bytesOfMenu(options) <= ROOM_BYTES;
}

function isPage(menus: Page): boolean {
  const bytes = menus.reduce((sum, menu) => sum + bytesOfMenu(menu), 0);
  return menus.length <= MENUS_OF_PAGE && bytes <= ROOM_BYTES;
}

function bytesOfMenu(options: readonly Shown[]): number {
  return options.reduce((sum, { bytes }) => sum + bytes, MENU_BYTES);
}

/** Parts as long as they can be, in the order of their items. */
function split<Item>(items: readonly Item[], fits: (part: readonly Item[]) => boolean): readonly Item[][] {
  const parts: Item[][] = [];
  for (const item of items) {
    const last = parts.at(-1);
    if (last !== undefined && fits([...last, item])) last.push(item);
    else parts.push([item]);
  }
  return parts;
}

/** A menu under a line that says what it is and which part of how many. */
function toMenuRows(menu: readonly Shown[]): readonly APIComponentInContainer[] {
  const [first] = menu;
  if (first === undefined) return [];
  const { field, nth, count } = first.offer;
  const isOnly = menu.length === count;
  const part = isOnly ? "" : `${nth}–${nth + menu.length - 1} of ${count.toLocaleString("en-US")}`;
  const heading = toMarkup([{ bold: toCut(field.label, LIMITS.label) }, isOnly ? "" : ` · ${part}`]);
  const row: APIActionRowComponent<APIComponentInMessageActionRow> = {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: toMenuId(first.at),
        placeholder: isOnly ? "None ticked" : `${part}: none ticked`,
        min_values: 0,
        max_values: menu.length,
        options: menu.map(({ option }) => option),
      },
    ],
  };
  return [{ type: ComponentType.TextDisplay, content: heading }, row];
}
