import type { types, ViewOutput } from "@slack/bolt";

type State = ViewOutput["state"];
type StateValue = State["values"][string][string];

/** What a person enters: by the field's action_id, block_id or the beginning of its label. Options by value or text. */
export type Entries = Readonly<Record<string, string | readonly string[] | null>>;

/** A field as far as it is read here: every interactive element has these. */
interface Element {
  readonly type: string;
  readonly action_id?: string;
  readonly initial_value?: string;
  readonly options?: readonly types.Option[];
  readonly option_groups?: readonly { readonly options: readonly types.Option[] }[];
  readonly initial_option?: types.Option;
  readonly initial_options?: readonly types.Option[];
  readonly initial_date?: string;
  readonly initial_user?: string;
  readonly max_length?: number;
}

interface Field {
  readonly blockId: string;
  readonly label: string;
  readonly required: boolean;
  readonly element: Element;
}

/**
 * The state of a form's fields, with what a person entered over what stood there at first; `complete` for a submission.
 * @throws {Error} Where a person could not do that: no such field or option, or one left empty that is required.
 */
export function stateOf(blocks: readonly types.KnownBlock[], entries: Entries = {}, complete = true): State {
  const fields = blocks.flatMap(fieldsOf);
  for (const name of Object.keys(entries))
    if (!fields.some((field) => isNamed(field, name))) throw noField(name, fields);
  const values: Record<string, Record<string, StateValue>> = {};
  for (const field of fields) {
    const entry = Object.entries(entries).find(([name]) => isNamed(field, name));
    const value = valueOf(field, entry?.[1]);
    if (complete && field.required && isEmpty(value)) throw new Error(`${field.label} must be filled in`);
    values[field.blockId] = { ...values[field.blockId], [field.element.action_id ?? ""]: value };
  }
  return { values };
}

function fieldsOf(block: types.KnownBlock): readonly Field[] {
  const blockId = block.block_id ?? "";
  const field = (element: unknown, label = "", required = false) => ({
    blockId,
    label,
    required,
    element: element as Element,
  });
  if (block.type === "input") return [field(block.element, block.label.text, block.optional !== true)];
  const others =
    block.type === "actions" ? block.elements : block.type === "section" ? [block.accessory] : [];
  return others
    .filter((element) => element !== undefined && "action_id" in element && element.type !== "button")
    .map((element) => field(element));
}

function isNamed({ blockId, label, element }: Field, name: string): boolean {
  return element.action_id === name || blockId === name || (label !== "" && label.startsWith(name));
}

function noField(name: string, fields: readonly Field[]): Error {
  const names = fields.map(({ label, element }) => `${label} (${element.action_id})`);
  return new Error(`there is no field ${name}, only ${names.join(", ")}`);
}

function valueOf(
  { element, label }: Field,
  entry: string | readonly string[] | null | undefined,
): StateValue {
  const { type } = element;
  const options = [
    ...(element.options ?? []),
    ...(element.option_groups ?? []).flatMap((group) => group.options),
  ];
  const one = typeof entry === "string" ? entry : null;
  switch (type) {
    case "checkboxes":
    case "multi_static_select": {
      const initial = element.initial_options ?? [];
      const chosen =
        entry === undefined ? initial : [entry ?? []].flat().map((name) => optionOf(options, name, label));
      return { type, selected_options: chosen as NonNullable<StateValue["selected_options"]> };
    }
    case "radio_buttons":
    case "static_select":
    case "overflow": {
      const chosen =
        entry === undefined ? element.initial_option : one === null ? null : optionOf(options, one, label);
      return { type, selected_option: (chosen ?? null) as StateValue["selected_option"] & (object | null) };
    }
    case "datepicker":
      return { type, selected_date: entry === undefined ? (element.initial_date ?? null) : one };
    case "users_select":
      return { type, selected_user: entry === undefined ? (element.initial_user ?? null) : one };
    default: {
      const { max_length = 3000 } = element;
      if (one !== null && one.length > max_length) throw new Error(`${label} takes ${max_length} characters`);
      return { type, value: entry === undefined ? (element.initial_value ?? null) : one === "" ? null : one };
    }
  }
}

function optionOf(options: readonly types.Option[], name: string, label: string): types.Option {
  const option = options.find(({ value, text }) => value === name || text.text.startsWith(name));
  if (option !== undefined) return option;
  throw new Error(`${label} has no option ${name}, only ${options.map(({ text }) => text.text).join(", ")}`);
}

function isEmpty(value: StateValue): boolean {
  return Object.values({ ...value, type: null }).every(
    (part) => part === null || (Array.isArray(part) && part.length === 0),
  );
}
