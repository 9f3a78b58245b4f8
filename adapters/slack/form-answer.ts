import { z } from "zod";

import type { Submission } from "./payload.ts";

/** Marks our own views among all that Slack sends. */
export const FORM_CALLBACK = "vtip_form";

const Kept = z.object({ action: z.string(), conversation: z.string() });
type Kept = z.infer<typeof Kept>;

/** What a form carries with it so that its answer finds back: Slack keeps it, people cannot change it. */
export function toPrivateMetadata({ action, conversation }: Kept): string {
  return JSON.stringify({ action, conversation });
}

/** A form that was sent. */
export interface FormAnswer extends Kept {
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Reads a sent form; null when it is none of ours. A menu that was split over several blocks is one field again. */
export function toFormAnswer(view: Submission["view"]): FormAnswer | null {
  const kept = Kept.safeParse(parse(view.private_metadata));
  if (!kept.success) return null;
  const values = new Map<string, string[]>();
  for (const block of Object.values(view.state.values)) {
    for (const [name, { value, selected_option, selected_options }] of Object.entries(block)) {
      const picked = selected_options ?? (selected_option ? [selected_option] : []);
      const given = [...picked.map((option) => option.value), ...(value ? [value] : [])];
      values.set(name, [...(values.get(name) ?? []), ...given]);
    }
  }
  return { ...kept.data, values: Object.fromEntries(values) };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
