import type { Flaw } from "./answer.ts";
import { type Limit, LIMITS } from "./limits.ts";

/** Says what is wrong with one part of a message or a view; `at` is its JSON pointer. */
export type Rule = (value: unknown, at: string) => readonly Flaw[];

/** A JSON object that is read with care. */
export type Json = Readonly<Record<string, unknown>>;

/** Takes everything. */
export const anything: Rule = () => [];

/** Text of so many characters. */
export function text({ max, min = 1 }: Limit): Rule {
  return (value, at) => {
    if (typeof value !== "string") return [{ message: "must be a string", at }];
    if (value.length > max) return [{ message: `must be less than ${max + 1} characters`, at }];
    if (value.length < min) return [{ message: `must be more than ${min - 1} characters`, at }];
    return [];
  };
}

/** A text object. Slack names the object as well as the text that is wrong with it. */
export function textObject(limit: Limit, kind: "plain_text" | "any" = "any"): Rule {
  const inner = text(limit);
  return (value, at) => {
    const { type, text: own } = toJson(value);
    const kinds = kind === "any" ? ["plain_text", "mrkdwn"] : [kind];
    if (!kinds.includes(String(type)))
      return [{ message: `unsupported type: ${String(type)}`, at: `${at}/type` }];
    const flaws = inner(own, `${at}/text`);
    return flaws.length === 0 ? [] : [{ message: "failed to match all allowed schemas", at }, ...flaws];
  };
}

/** A list of so many items, each after a rule. */
export function list({ max, min = 1 }: Limit, item: Rule): Rule {
  return (value, at) => {
    if (!Array.isArray(value)) return [{ message: "must be an array", at }];
    if (value.length > max) return [{ message: `no more than ${max} items allowed`, at }];
    if (value.length < min) return [{ message: `no less than ${min} items allowed`, at }];
    return value.flatMap((one, number) => item(one, `${at}/${number}`));
  };
}

/** An object whose fields follow rules; those named in `required` must be there. */
export function object(fields: Readonly<Record<string, Rule>>, required: readonly string[] = []): Rule {
  return (value, at) => {
    const own = toJson(value);
    const missing = required.filter((name) => own[name] === undefined || own[name] === null);
    const flaws = Object.entries(fields).flatMap(([name, rule]) =>
      own[name] === undefined || own[name] === null ? [] : rule(own[name], `${at}/${name}`),
    );
    return [...missing.map((name) => ({ message: `missing required field: ${name}`, at })), ...flaws];
  };
}

/** One of several kinds, told apart by `type`. */
export function kinds(rules: Readonly<Record<string, Rule>>): Rule {
  return (value, at) => {
    const { type } = toJson(value);
    const rule = typeof type === "string" && Object.hasOwn(rules, type) ? rules[type] : undefined;
    if (rule === undefined) return [{ message: `unsupported type: ${String(type)}`, at: `${at}/type` }];
    return rule(value, at);
  };
}

/** One of these values. */
export function oneOf(...values: readonly unknown[]): Rule {
  return (value, at) =>
    values.includes(value) ? [] : [{ message: `must be one of ${values.join(", ")}`, at }];
}

/** Both rules. */
export function both(one: Rule, other: Rule): Rule {
  return (value, at) => [...one(value, at), ...other(value, at)];
}

/** No two items have the same text in this field. */
export function distinct(name: string): Rule {
  return (value, at) => {
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    const own = items.map((item) => toJson(item)[name]).filter((one) => typeof one === "string");
    const twice = own.find((one, number) => own.indexOf(one) !== number);
    return twice === undefined ? [] : [{ message: `\`${name}\` ${twice} already exists`, at }];
  };
}

/** A whole number from 0 to the limit. */
export function number({ max }: Limit): Rule {
  return (value, at) =>
    typeof value === "number" && value <= max ? [] : [{ message: `must be at most ${max}`, at }];
}

/** An object, or one without fields in the place of anything else. */
export function toJson(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The confirmation dialog of an element. */
export const confirmation = object(
  {
    title: textObject(LIMITS.confirmTitle, "plain_text"),
    text: textObject(LIMITS.confirmText),
    confirm: textObject(LIMITS.confirmButton, "plain_text"),
    deny: textObject(LIMITS.confirmButton, "plain_text"),
    style: oneOf("primary", "danger"),
  },
  ["title", "text", "confirm", "deny"],
);
