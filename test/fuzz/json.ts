import * as fc from "fast-check";

import { scrappy } from "./fuzz.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

interface Change {
  readonly at: number;
  readonly kind: "set" | "remove" | "wrap" | "rename";
  readonly value: unknown;
  readonly depth: number;
}

const values = fc.oneof(
  scrappy,
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, -1, 0.5, 1e308, 2 ** 53, "", "constructor", [], {}, [null], "\ud800", "9".repeat(30)),
);
const change = fc.record<Change>({
  at: fc.nat(1_000_000),
  kind: fc.constantFrom("set", "set", "set", "remove", "wrap", "rename"),
  value: values,
  depth: fc.oneof({ weight: 20, arbitrary: fc.constant(1) }, fc.constantFrom(50, 5000)),
});

/** Bodies of JSON of which some values are others, elsewhere, gone, or deep inside of something. */
export function changedJson(bodies: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(bodies, fc.array(change, { maxLength: 6 })).map(([body, changes]) => {
    // As it comes over a wire: without what is undefined, and with everything its own.
    let changed = JSON.parse(JSON.stringify(body)) as Json;
    for (const one of changes) changed = apply(changed, one, { left: one.at % (count(changed) + 1) });
    return changed;
  });
}

function count(value: Json): number {
  let found = 0;
  for (const open = [value]; open.length > 0;) {
    const next = open.pop();
    found += 1;
    if (typeof next === "object" && next !== null) open.push(...Object.values(next));
  }
  return found;
}

/** Deeper than that nothing is changed: what is wrapped thousands of times has no other inside. */
function apply(value: Json, change: Change, counter: { left: number }, level = 0): Json {
  counter.left -= 1;
  if (counter.left === 0) return changeOne(value, change);
  if (level > 100 || typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map((item) => apply(item, change, counter, level + 1));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => {
      const isIt = counter.left === 1;
      const made = apply(item, change, counter, level + 1);
      if (isIt && change.kind === "remove") return [];
      return [[isIt && change.kind === "rename" ? "__proto__" : name, made]];
    }),
  );
}

function changeOne(value: Json, { kind, value: other, depth }: Change): Json {
  if (kind === "set") return other as Json;
  if (kind !== "wrap") return value;
  return deep(depth, value);
}

/** Not wide: with two at each level nothing would ever be done with it. */
function deep(depth: number, value: Json): Json {
  let wrapped = value;
  for (let level = 0; level < depth; level += 1)
    wrapped = level % 2 === 0 ? [wrapped] : { [level % 4 === 1 ? "components" : "elements"]: wrapped };
  return wrapped;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Every text in a body. */
export function textsIn(body: unknown): readonly string[] {
  const texts: string[] = [];
  for (const open = [body]; open.length > 0;) {
    const next = open.pop();
    if (typeof next === "string") texts.push(next);
    if (typeof next === "number" || typeof next === "boolean") texts.push(String(next));
    if (typeof next === "object" && next !== null) for (const item of Object.values(next)) open.push(item);
  }
  return texts;
}
