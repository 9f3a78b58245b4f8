import type { types } from "@slack/bolt";

import type { Field, Form } from "../../src/card.ts";
import { toSection } from "./fit.ts";
import { FORM_CALLBACK, toPrivateMetadata } from "./form-answer.ts";
import { bytesOf, toClean, toCut } from "./inert.ts";
import { LIMITS } from "./limits.ts";
import { toMarkupRuns } from "./markup.ts";

type Menu = Extract<Field, { readonly kind: "menu" }>;
type Option = Menu["options"][number];

/** A form as `views.open` takes it. The answer names the form's action and the conversation from which it was opened. */
export function toView(form: Form, conversation: string): types.ModalView {
  const head = toMarkupRuns(form.intro, LIMITS.sectionBytes).map(toSection);
  const view: types.ModalView = {
    type: "modal",
    callback_id: FORM_CALLBACK,
    private_metadata: toPrivateMetadata({ action: form.action, conversation }),
    title: plain(form.title, LIMITS.viewTitle),
    submit: plain(form.submit, LIMITS.viewTitle),
    close: plain("Close", LIMITS.viewTitle),
    blocks: head,
  };
  const shown = toShownMenus(form, LIMITS.viewBytes - bytesOf(JSON.stringify(view)));
  const blocks = form.fields.flatMap((field) =>
    field.kind === "line" ? [toLine(field)] : toMenus(field, shown.get(field) ?? []),
  );
  return { ...view, blocks: [...head, ...blocks].slice(0, LIMITS.viewBlocks) };
}

/** What each menu can show. Short menus come first, so that a long one takes what they leave. */
function toShownMenus(form: Form, mostBytes: number): ReadonlyMap<Field, readonly Option[]> {
  const menus = form.fields.filter((field) => field.kind === "menu");
  let room = mostBytes;
  const shown = new Map<Field, readonly Option[]>();
  for (const menu of menus.toSorted((one, other) => one.options.length - other.options.length)) {
    const most = LIMITS.menuOptions * (menu.isMany ? LIMITS.menusOfField : 1);
    const options = menu.options.filter(mayBeShown).slice(0, most);
    const end = options.findIndex((option) => (room -= costOf(option)) < 0);
    shown.set(menu, end === -1 ? options : options.slice(0, end));
  }
  return shown;
}

/** A value cannot be cut: it would name something else. */
function mayBeShown({ value }: Option): boolean {
  return value !== "" && value.length <= LIMITS.optionValue;
}

/** A picked option stands there twice. */
function costOf(option: Option): number {
  return bytesOf(JSON.stringify(toOption(option))) * (option.isPicked ? 2 : 1);
}

function plain(text: string, most: number): types.PlainTextElement {
  return { type: "plain_text", text: toCut(toClean(text), most), emoji: false };
}

function toLine({ name, label, hint }: Extract<Field, { readonly kind: "line" }>): types.KnownBlock {
  return {
    type: "input",
    block_id: name,
    optional: true,
    label: plain(label, LIMITS.label),
    element: {
      type: "plain_text_input",
      action_id: name,
      ...(hint !== "" && { placeholder: plain(hint, LIMITS.placeholder) }),
    },
  };
}

/** A menu holds 100 options: a field of more becomes several, which come back as one. */
function toMenus(field: Menu, shown: readonly Option[]): readonly types.KnownBlock[] {
  const count = Math.ceil(shown.length / LIMITS.menuOptions);
  const blocks = Array.from({ length: count }, (_, n) => {
    const part = shown.slice(n * LIMITS.menuOptions, (n + 1) * LIMITS.menuOptions);
    return toMenu(field, part, n, count);
  });
  const left = field.options.length - shown.length;
  return left === 0
    ? blocks
    : [...blocks, toNote(`${left.toLocaleString("en-US")} more do not fit into this form.`)];
}

function toMenu(
  { name, label, isMany }: Menu,
  part: readonly Option[],
  n: number,
  count: number,
): types.KnownBlock {
  const options = part.map(toOption);
  const picked = part.filter(({ isPicked }) => isPicked).map(toOption);
  const element: types.MultiStaticSelect | types.StaticSelect = isMany
    ? {
        type: "multi_static_select",
        action_id: name,
        options,
        ...(picked.length > 0 && { initial_options: picked }),
      }
    : {
        type: "static_select",
        action_id: name,
        options,
        ...(picked[0] !== undefined && { initial_option: picked[0] }),
      };
  return {
    type: "input",
    block_id: count === 1 ? name : `${name}:${n + 1}`,
    optional: isMany,
    label: plain(count === 1 ? label : `${label} (${n + 1} of ${count})`, LIMITS.label),
    element,
  };
}

function toOption({ value, label }: Option): types.PlainTextOption {
  return { text: plain(label, LIMITS.optionText), value };
}

function toNote(text: string): types.KnownBlock {
  return { type: "context", elements: [plain(text, LIMITS.context)] };
}
