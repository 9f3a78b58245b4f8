import { ButtonStyle, ComponentType as Type } from "discord-api-types/v10";

import { type Node, nodesOf } from "./components.ts";
import type { FormErrors, Path } from "./form-errors.ts";
import { LIMITS } from "./limits.ts";

const SELECTS: readonly Type[] = [
  Type.StringSelect,
  Type.UserSelect,
  Type.RoleSelect,
  Type.MentionableSelect,
  Type.ChannelSelect,
];

const IN_CONTAINER: readonly Type[] = [
  Type.ActionRow,
  Type.Section,
  Type.TextDisplay,
  Type.MediaGallery,
  Type.File,
  Type.Separator,
];

const TOP_V2: readonly Type[] = [...IN_CONTAINER, Type.Container];
const IN_LABEL: readonly Type[] = [Type.TextInput, ...SELECTS, Type.FileUpload];
const IN_MODAL: readonly Type[] = [Type.ActionRow, Type.Label, Type.TextDisplay];

/** Says what is wrong with the components of a message. */
export function checkComponents(components: readonly unknown[], isV2: boolean, errors: FormErrors): void {
  if (!isV2) errors.count(["components"], components, { max: LIMITS.legacyRows });
  for (const [number, node] of components.entries())
    check(node, ["components", number], isV2 ? TOP_V2 : [Type.ActionRow], errors);
  const nodes = components.flatMap(nodesOf);
  checkUnique(nodes, errors);
  if (!isV2) return;
  if (nodes.length > LIMITS.components)
    errors.add(
      ["components"],
      "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
      `The maximum is ${LIMITS.components} components.`,
    );
  const text = nodes.reduce(
    (sum, { type, content }) => sum + (type === Type.TextDisplay ? String(content).length : 0),
    0,
  );
  if (text > LIMITS.componentsText)
    errors.add(
      ["components"],
      "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
      `The maximum is ${LIMITS.componentsText} characters.`,
    );
}

/** Says what is wrong with a modal. */
export function checkModal(modal: Readonly<Record<string, unknown>>, errors: FormErrors): void {
  errors.length(["data", "title"], modal["title"], { min: 1, max: LIMITS.modalTitle });
  errors.length(["data", "custom_id"], modal["custom_id"], { min: 1, max: LIMITS.customId });
  errors.count(["data", "components"], modal["components"], { min: 1, max: LIMITS.modalComponents });
  const components = (modal["components"] ?? []) as readonly unknown[];
  for (const [number, node] of components.entries())
    check(node, ["data", "components", number], IN_MODAL, errors, true);
  checkUnique(components.flatMap(nodesOf), errors);
}

function checkUnique(nodes: readonly Node[], errors: FormErrors): void {
  for (const key of ["id", "custom_id"]) {
    const values = nodes.map((node) => node[key]).filter((value) => value !== undefined && value !== 0);
    if (new Set(values).size < values.length)
      errors.add(
        ["components"],
        `COMPONENT_${key.toUpperCase()}_DUPLICATED`,
        `Component ${key} cannot be duplicated`,
      );
  }
}

function check(
  value: unknown,
  path: Path,
  allowed: readonly Type[],
  errors: FormErrors,
  inModal = false,
): void {
  const node = (typeof value === "object" && value !== null ? value : {}) as Node;
  if (!allowed.includes(node.type)) {
    errors.add(
      [...path, "type"],
      "UNION_TYPE_CHOICES",
      `Value of field "type" must be one of (${allowed.join(", ")}).`,
    );
    return;
  }
  errors.number([...path, "id"], node["id"], { min: 0, max: 2 ** 31 - 1 });
  RULES[node.type]?.({ node, path, errors, inModal });
}

/** A component in its place. */
interface Checked {
  readonly node: Node;
  readonly path: Path;
  readonly errors: FormErrors;
  readonly inModal: boolean;
}

const RULES: Readonly<Partial<Record<Type, (checked: Checked) => void>>> = {
  [Type.ActionRow]: checkRow,
  [Type.Container]: checkContainer,
  [Type.Section]: checkSection,
  [Type.Label]({ node, path, errors }) {
    errors.length([...path, "label"], node["label"], { min: 1, max: LIMITS.label });
    errors.length([...path, "description"], node["description"], { max: LIMITS.labelDescription });
    check(node["component"], [...path, "component"], IN_LABEL, errors);
  },
  [Type.TextDisplay]: ({ node, path, errors }) =>
    errors.length([...path, "content"], node["content"], { min: 1, max: LIMITS.componentsText }),
  [Type.MediaGallery]: ({ node, path, errors }) =>
    errors.count([...path, "items"], node["items"], { min: 1, max: LIMITS.galleryItems }),
  [Type.Button]: ({ node, path, errors }) => checkButton(node, path, errors),
  [Type.TextInput]: ({ node, path, errors, inModal }) => checkTextInput(node, path, errors, inModal),
  [Type.File]: ({ node, path, errors }) => checkFile(node, path, errors),
  ...Object.fromEntries(
    SELECTS.map((type) => [type, ({ node, path, errors }: Checked) => checkSelect(node, path, errors)]),
  ),
};

function checkEach({ node, path, errors, inModal }: Checked, allowed: readonly Type[]): void {
  for (const [number, child] of ((node["components"] ?? []) as readonly unknown[]).entries())
    check(child, [...path, "components", number], allowed, errors, inModal);
}

function checkRow(checked: Checked): void {
  const { node, path, errors, inModal } = checked;
  const children = (node["components"] ?? []) as readonly Node[];
  const most = children.some(({ type }) => type !== Type.Button) ? 1 : LIMITS.rowButtons;
  errors.count([...path, "components"], children, { min: 1, max: most });
  checkEach(checked, inModal ? [Type.TextInput] : [Type.Button, ...SELECTS]);
}

function checkContainer(checked: Checked): void {
  const { node, path, errors } = checked;
  errors.count([...path, "components"], node["components"], { min: 1, max: LIMITS.components });
  errors.number([...path, "accent_color"], node["accent_color"], { min: 0, max: 0xff_ff_ff });
  checkEach(checked, IN_CONTAINER);
}

function checkSection(checked: Checked): void {
  const { node, path, errors } = checked;
  errors.count([...path, "components"], node["components"], { min: 1, max: LIMITS.sectionTexts });
  checkEach(checked, [Type.TextDisplay]);
  check(node["accessory"], [...path, "accessory"], [Type.Button, Type.Thumbnail], errors);
}

function checkButton(node: Node, path: Path, errors: FormErrors): void {
  const { style, label, emoji, url } = node as {
    style?: ButtonStyle;
    label?: string;
    emoji?: unknown;
    url?: string;
  };
  errors.oneOf([...path, "style"], style, [1, 2, 3, 4, 5, 6]);
  errors.length([...path, "label"], label, { max: LIMITS.buttonLabel });
  if (!label && emoji === undefined)
    errors.add([...path], "BUTTON_COMPONENT_INVALID_LABEL", "A label or an emoji is required.");
  if (style === ButtonStyle.Link) {
    errors.length([...path, "url"], url, { min: 1, max: LIMITS.buttonUrl });
    if (url !== undefined && !/^(?:https?|discord):\/\//.test(url))
      errors.add(
        [...path, "url"],
        "URL_TYPE_INVALID_SCHEME",
        "Scheme must be one of ('http', 'https', 'discord').",
      );
    if (node["custom_id"] !== undefined)
      errors.add(
        [...path, "custom_id"],
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
        "A custom id and url cannot both be specified",
      );
    return;
  }
  if (url !== undefined)
    errors.add([...path, "url"], "BUTTON_COMPONENT_INVALID_URL", "Only link buttons have a url.");
  errors.length([...path, "custom_id"], node["custom_id"], { min: 1, max: LIMITS.customId });
}

function checkSelect(node: Node, path: Path, errors: FormErrors): void {
  errors.length([...path, "custom_id"], node["custom_id"], { min: 1, max: LIMITS.customId });
  errors.length([...path, "placeholder"], node["placeholder"], { max: LIMITS.placeholder });
  errors.number([...path, "min_values"], node["min_values"], { min: 0, max: LIMITS.selectOptions });
  errors.number([...path, "max_values"], node["max_values"], { min: 1, max: LIMITS.selectOptions });
  if (node.type !== Type.StringSelect) return;
  errors.count([...path, "options"], node["options"], { min: 1, max: LIMITS.selectOptions });
  const options = (node["options"] ?? []) as readonly Readonly<Record<string, unknown>>[];
  for (const [number, option] of options.entries()) {
    const at = [...path, "options", number];
    errors.length([...at, "label"], option["label"], { min: 1, max: LIMITS.optionText });
    errors.length([...at, "value"], option["value"], { min: 1, max: LIMITS.optionText });
    errors.length([...at, "description"], option["description"], { max: LIMITS.optionText });
  }
  if (new Set(options.map(({ value }) => value)).size < options.length)
    errors.add(
      [...path, "options"],
      "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
      "The specified option value is already used",
    );
  const { min_values: min = 1, max_values: max = 1 } = node as { min_values?: number; max_values?: number };
  if (min > max)
    errors.add([...path], "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE", "The minimum is more than the maximum.");
  if (max > options.length)
    errors.add(
      [...path],
      "SELECT_COMPONENT_TOO_MANY_MAX_VALUES",
      "max_values is more than there are options.",
    );
  if (options.filter((option) => option["default"] === true).length > max)
    errors.add([...path], "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Too many default values.");
}

function checkTextInput(node: Node, path: Path, errors: FormErrors, inRow: boolean): void {
  errors.length([...path, "custom_id"], node["custom_id"], { min: 1, max: LIMITS.customId });
  errors.oneOf([...path, "style"], node["style"], [1, 2]);
  errors.length([...path, "label"], node["label"], { min: inRow ? 1 : 0, max: inRow ? LIMITS.label : 0 });
  errors.length([...path, "value"], node["value"], { max: LIMITS.textInput });
  errors.length([...path, "placeholder"], node["placeholder"], { max: LIMITS.textInputPlaceholder });
  errors.number([...path, "min_length"], node["min_length"], { min: 0, max: LIMITS.textInput });
  errors.number([...path, "max_length"], node["max_length"], { min: 1, max: LIMITS.textInput });
}

function checkFile(node: Node, path: Path, errors: FormErrors): void {
  const { url } = (node["file"] ?? {}) as { readonly url?: string };
  if (url?.startsWith("attachment://") !== true)
    errors.add([...path, "file", "url"], "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('attachment').");
}
