import { type Answer, refusal } from "./answer.ts";
import { type Args, textArg } from "./args.ts";
import { messageFlaws, textLengthOf, viewFlaws } from "./block-rules.ts";
import { LIMITS } from "./limits.ts";

/** Refuses what Slack would not show in a message. Too long a text of a new message is cut off, by emulate. */
export function messageRefusal(args: Args, as: "new" | "edit" | "response"): Answer | null {
  const { blocks, attachments, metadata } = args;
  if (typeof blocks === "string") return refusal("invalid_blocks_format");
  if (typeof metadata === "string" && metadata !== "") return refusal("invalid_metadata_format");
  if (as === "edit" && (textArg(args, "text") ?? "").length > LIMITS.updateText.max)
    return refusal("msg_too_long");
  if (Array.isArray(attachments) && attachments.length > LIMITS.attachments.max)
    return refusal("too_many_attachments");
  if (blocks === undefined) return null;
  const flaws = messageFlaws(blocks);
  if (flaws.length > 0) return refusal("invalid_blocks", flaws);
  return as !== "response" && weightOf(blocks as readonly unknown[]) > LIMITS.messageBlocksText.max
    ? refusal("msg_blocks_too_long")
    : null;
}

/** Refuses what Slack would not open as a modal or show as an App Home. */
export function viewRefusal({ view }: Args): Answer | null {
  if (JSON.stringify(view ?? {}).length > LIMITS.viewBytes.max) return refusal("view_too_large");
  const flaws = viewFlaws(view);
  return flaws.length === 0 ? null : refusal("invalid_arguments", flaws);
}

function weightOf(blocks: readonly unknown[]): number {
  return textLengthOf(blocks) + blocks.length * LIMITS.blockOverhead.max;
}
