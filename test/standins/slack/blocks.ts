import { randomBytes } from "node:crypto";

import type { types } from "@slack/bolt";

/** Slack gives every block an id that has none. */
export function withBlockIds(blocks: readonly types.KnownBlock[]): readonly types.KnownBlock[] {
  return blocks.map((block) => ({
    ...block,
    block_id: block.block_id ?? randomBytes(4).toString("base64url"),
  }));
}

/** The blocks of a call, or nothing where it has none that can be read. */
export function blocksIn(value: unknown): readonly types.KnownBlock[] | undefined {
  return Array.isArray(value) ? (value as readonly types.KnownBlock[]) : undefined;
}
