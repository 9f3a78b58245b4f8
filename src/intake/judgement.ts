import type { Kind } from "../model.ts";

/** What a piece of refanged text is: an indicator (`skipped` says why it is never sent), or no indicator and why. */
export type Judgement =
  | { readonly is: "indicator"; readonly kind: Kind; readonly value: string; readonly skipped: string | null }
  | { readonly is: "rejected"; readonly reason: string };

/** Says that the text is an indicator. */
export function accept(kind: Kind, value: string, skipped: string | null = null): Judgement {
  return { is: "indicator", kind, value, skipped };
}

/** Says that the text looks like an indicator and is none. */
export function reject(reason: string): Judgement {
  return { is: "rejected", reason };
}
