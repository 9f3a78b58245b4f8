import type { ComponentType } from "discord-api-types/v10";

/** A component of a message or a modal, as JSON. */
export type Node = Readonly<Record<string, unknown>> & { readonly type: ComponentType };

/** Where components hold others. */
const HOLDERS = ["components", "component", "accessory"] as const;

/** The component and all in it, in the order in which they are laid out. */
export function nodesOf(component: unknown): readonly Node[] {
  if (typeof component !== "object" || component === null) return [];
  const node = component as Node;
  return [node, ...HOLDERS.flatMap((key) => childrenIn(node[key]))];
}

function childrenIn(held: unknown): readonly Node[] {
  if (held === undefined || held === null) return [];
  return (Array.isArray(held) ? held : [held]).flatMap(nodesOf);
}

/** The same with changes to each component, those inside first. */
export function mapNodes(components: readonly Node[], change: (node: Node) => Node): readonly Node[] {
  return components.map((node) => {
    const inside = HOLDERS.flatMap((key): readonly (readonly [string, unknown])[] => {
      const held = node[key];
      if (Array.isArray(held)) return [[key, mapNodes(held as Node[], change)]];
      if (typeof held === "object" && held !== null) return [[key, mapNodes([held as Node], change)[0]]];
      return [];
    });
    return change({ ...node, ...Object.fromEntries(inside) });
  });
}

/** Gives an `id` to each component that has none, counting up past those that are taken. 0 is none. */
export function withIds(components: readonly Node[]): readonly Node[] {
  const taken = new Set(components.flatMap(nodesOf).map(({ id }) => id));
  let last = 0;
  const next = () => {
    do last += 1;
    while (taken.has(last));
    return last;
  };
  // From the outside in, as they are read.
  const give = (node: Node): Node => {
    const id = typeof node["id"] === "number" && node["id"] !== 0 ? node["id"] : next();
    const held = HOLDERS.flatMap((key): readonly (readonly [string, unknown])[] => {
      const inside = node[key];
      if (Array.isArray(inside)) return [[key, (inside as Node[]).map(give)]];
      return typeof inside === "object" && inside !== null ? [[key, give(inside as Node)]] : [];
    });
    return { ...node, id, ...Object.fromEntries(held) };
  };
  return components.map(give);
}

/** Names of the message's own files that its components show: `attachment://name`. */
export function filesShown(components: readonly Node[]): readonly string[] {
  const found = [...JSON.stringify(components).matchAll(/"attachment:\/\/([^"]+)"/g)];
  return found.map(([, name = ""]) => name);
}
