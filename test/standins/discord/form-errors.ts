import { Refusal } from "./refusal.ts";

/** Where in a body something is wrong. */
export type Path = readonly (string | number)[];

/** What is wrong with a body: all of it is told at once, as Discord does with 50035. */
export interface FormErrors {
  add(path: Path, code: string, message: string): void;
  /** A text of so many characters; with `min`, an empty or a missing one is wrong too. */
  length(path: Path, value: unknown, range: { readonly min?: number; readonly max: number }): void;
  /** A list of so many entries. */
  count(path: Path, value: unknown, range: { readonly min?: number; readonly max: number }): void;
  /** A whole number within these. */
  number(path: Path, value: unknown, range: { readonly min: number; readonly max: number }): void;
  oneOf(path: Path, value: unknown, allowed: readonly unknown[]): void;
  /** @throws {Refusal} 50035, when something was added. */
  throwIfAny(): void;
}

interface Told {
  readonly _errors?: { code: string; message: string }[];
  [key: string]: Told | { code: string; message: string }[] | undefined;
}

export function createFormErrors(): FormErrors {
  const all: { readonly path: Path; readonly code: string; readonly message: string }[] = [];
  const add = (path: Path, code: string, message: string) => void all.push({ path, code, message });

  return {
    add,
    length(path, value, { min = 0, max }) {
      if (value === undefined || value === null) {
        if (min > 0) add(path, "BASE_TYPE_REQUIRED", "This field is required");
        return;
      }
      if (typeof value !== "string") return add(path, "BASE_TYPE_BAD_TYPE", "This must be a string.");
      const size = value.length;
      if (size > max) add(path, "BASE_TYPE_MAX_LENGTH", `Must be ${max} or fewer in length.`);
      if (size < min) add(path, "BASE_TYPE_MIN_LENGTH", `Must be ${min} or more in length.`);
    },
    count(path, value, { min = 0, max }) {
      if (value === undefined || value === null) {
        if (min > 0) add(path, "BASE_TYPE_REQUIRED", "This field is required");
        return;
      }
      if (!Array.isArray(value)) return add(path, "BASE_TYPE_BAD_TYPE", "This must be a list.");
      if (value.length > max || value.length < min)
        add(path, "BASE_TYPE_BAD_LENGTH", `Must be between ${min} and ${max} in length.`);
    },
    number(path, value, { min, max }) {
      if (value === undefined || value === null) return;
      if (!Number.isInteger(value))
        return add(path, "NUMBER_TYPE_COERCE", `Value "${JSON.stringify(value)}" is not int.`);
      if (Number(value) > max) add(path, "NUMBER_TYPE_MAX", `Value should be less than or equal to ${max}.`);
      if (Number(value) < min)
        add(path, "NUMBER_TYPE_MIN", `Value should be greater than or equal to ${min}.`);
    },
    oneOf(path, value, allowed) {
      if (!allowed.includes(value))
        add(path, "BASE_TYPE_CHOICES", `Value must be one of {${allowed.join(", ")}}.`);
    },
    throwIfAny() {
      if (all.length === 0) return;
      const errors: Told = {};
      for (const { path, code, message } of all) put(errors, path, { code, message });
      throw new Refusal(400, { code: 50_035, message: "Invalid Form Body", errors });
    },
  };
}

function put(errors: Told, path: Path, problem: { code: string; message: string }): void {
  let at: Record<string, unknown> = errors;
  for (const step of path) {
    const next = (at[step] ?? {}) as Record<string, unknown>;
    at[step] = next;
    at = next;
  }
  at["_errors"] = [...((at["_errors"] as unknown[] | undefined) ?? []), problem];
}

/** Refuses a body for one thing alone. */
export function invalid(path: Path, code: string, message: string): Refusal {
  const errors = createFormErrors();
  errors.add(path, code, message);
  try {
    errors.throwIfAny();
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error("an error was added, so there is one");
}
