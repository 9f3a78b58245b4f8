import { randomUUID } from "node:crypto";

import type { Person } from "./world.ts";

/** What a trigger_id stands for. */
interface Trigger {
  readonly person: Person;
  /** The view in which the button was, for views.push. */
  readonly viewId: string | null;
}

/** The trigger_ids that were sent, each good for one view within its time. */
export interface Triggers {
  mint(person: Person, viewId?: string): string;
  /** Uses it up, or says why it can't be. */
  exchange(
    id: string | undefined,
  ): Trigger | "invalid_trigger_id" | "exchanged_trigger_id" | "expired_trigger_id";
}

export function createTriggers(lifeMs: number): Triggers {
  const minted = new Map<string, Trigger & { readonly atMs: number; used: boolean }>();
  return {
    mint(person, viewId) {
      const id = `${Date.now()}.${minted.size}.${randomUUID().replaceAll("-", "")}`;
      minted.set(id, { person, viewId: viewId ?? null, atMs: Date.now(), used: false });
      return id;
    },
    exchange(id) {
      const trigger = minted.get(id ?? "");
      if (trigger === undefined) return "invalid_trigger_id";
      if (trigger.used) return "exchanged_trigger_id";
      if (Date.now() - trigger.atMs >= lifeMs) return "expired_trigger_id";
      trigger.used = true;
      return trigger;
    },
  };
}
