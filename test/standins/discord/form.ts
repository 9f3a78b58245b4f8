import { ComponentType } from "discord-api-types/v10";

import { type Node, nodesOf } from "./components.ts";

/** What is entered in a modal, by the label or custom_id of each field. */
export type Entries = Readonly<Record<string, string | readonly string[]>>;

const FIELDS: readonly ComponentType[] = [ComponentType.TextInput, ComponentType.StringSelect];

/**
 * What Discord sends of a modal: each of its components, with what was entered, or what stood there.
 * @throws {Error} For a field that is not there, or an entry that Discord's client would not let pass.
 */
export function filled(components: readonly Node[], entries: Entries): readonly Node[] {
  const named = components.flatMap((node) => nodesOf(node).filter(({ type }) => FIELDS.includes(type)));
  const labels = new Map(
    components.flatMap((node) => nodesOf(node).map((field) => [field, labelOf(node, field)])),
  );
  const entryOf = (field: Node) => entries[String(field["custom_id"])] ?? entries[labels.get(field) ?? ""];
  for (const name of Object.keys(entries)) {
    const isThere = named.some((field) => field["custom_id"] === name || labels.get(field) === name);
    if (!isThere)
      throw new Error(
        `there is no field ${name}, only ${named.map((field) => String(field["custom_id"])).join(", ")}`,
      );
  }
  return components.map((node) => sent(node, entryOf));
}

function labelOf(top: Node, field: Node): string {
  const { label = "" } = (top.type === ComponentType.Label ? top : field) as { readonly label?: string };
  return label;
}

function sent(node: Node, entryOf: (field: Node) => Entries[string] | undefined): Node {
  const base = { type: node.type, id: node["id"] };
  const name = { custom_id: node["custom_id"] };
  if (node.type === ComponentType.ActionRow)
    return { ...base, components: (node["components"] as readonly Node[]).map((one) => sent(one, entryOf)) };
  if (node.type === ComponentType.Label)
    return { ...base, component: sent(node["component"] as Node, entryOf) };
  if (node.type === ComponentType.TextInput) return { ...base, ...name, value: textIn(node, entryOf(node)) };
  if (node.type === ComponentType.StringSelect)
    return { ...base, ...name, values: valuesIn(node, entryOf(node)) };
  return base;
}

function textIn(node: Node, entry: Entries[string] | undefined): string {
  const value = [entry ?? (node["value"] as string | undefined) ?? ""].flat().join("\n");
  const {
    custom_id: name,
    required = true,
    min_length: min = 0,
    max_length: max = 4000,
  } = node as unknown as {
    readonly custom_id: string;
    readonly required?: boolean;
    readonly min_length?: number;
    readonly max_length?: number;
  };
  if (required && value === "") throw new Error(`${name} is required`);
  if (value.length > max || (value !== "" && value.length < min))
    throw new Error(`${name} takes ${min} to ${max} characters, not ${value.length}`);
  return value;
}

function valuesIn(node: Node, entry: Entries[string] | undefined): readonly string[] {
  const options = node["options"] as readonly { readonly value: string; readonly default?: boolean }[];
  const ticked = options.filter((option) => option.default === true).map(({ value }) => value);
  const wanted = entry === undefined ? ticked : [entry].flat();
  const isOptional = node["required"] === false && wanted.length === 0;
  return isOptional ? [] : chosen(node, wanted);
}

/** The values of those options, named by value or label. @throws {Error} Where the menu does not let them pass. */
export function chosen(node: Node, wanted: readonly string[]): readonly string[] {
  const options = node["options"] as readonly { readonly value: string; readonly label: string }[];
  const values = wanted.map((name) => {
    const option = options.find(({ value }) => value === name) ?? options.find(({ label }) => label === name);
    if (option === undefined)
      throw new Error(`there is no option ${name} among ${options.map(({ value }) => value).join(", ")}`);
    return option.value;
  });
  const { min_values: min = 1, max_values: max = 1 } = node as {
    readonly min_values?: number;
    readonly max_values?: number;
  };
  if (values.length < min || values.length > max)
    throw new Error(
      `the menu ${String(node["custom_id"])} takes ${min} to ${max} values, not ${values.length}`,
    );
  return values;
}
