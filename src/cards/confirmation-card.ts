import type { Reply } from "../reply.ts";
import type { Card } from "./card-parts.ts";

type Of<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;

const DEEDS = {
  block: { done: "blocked", label: "Block" },
  extend: { done: "extended", label: "Extend" },
} as const;

/** Asks the approver alone, once more. */
export function confirmationCard({ deed, action, count, most }: Of<"confirmation">): Card {
  const { done, label } = DEEDS[deed];
  const text = `${count} addresses are more than the ${most} that are ${done} without asking. ${label} them all?`;
  return toQuestion(text, `${label} ${count}`, action);
}

/** Asks the approver alone before more than half of the list is taken out. */
export function removalConfirmationCard({ action, count, listed }: Of<"removal-confirmation">): Card {
  const text = `This takes ${count} of the ${listed} addresses off the list, more than half of it. Take them all out?`;
  return toQuestion(text, `Undo ${count}`, action);
}

function toQuestion(text: string, label: string, action: string): Card {
  return {
    fallback: text,
    blocks: [
      { kind: "text", text: [`⚠️ ${text}`] },
      { kind: "buttons", buttons: [{ label, action, style: "danger" }] },
      { kind: "note", text: ["Do nothing to leave it."] },
    ],
  };
}
