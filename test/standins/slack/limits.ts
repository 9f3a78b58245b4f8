import type { Flaw } from "./answer.ts";

export function blockFlaws(_blocks: readonly unknown[]): readonly Flaw[] {
  return [];
}

import type { Answer } from "./answer.ts";
import type { Args } from "./args.ts";

export function contentRefusal(_args: Args, _as: "post" | "update" = "post"): Answer | null {
  return null;
}

export function viewFlaws(_view: unknown): readonly Flaw[] {
  return [];
}
