import { createHash } from "node:crypto";

import { exportBlockList } from "./export-block-list.ts";
import type { Tools } from "./tools.ts";

/** What is blocked at this moment, as `vtip blocklist export` writes it. */
export interface BlockedList {
  /** An address or network a line. */
  readonly text: string;
  /** How many lines. */
  readonly count: number;
  /** Of `text`, in hexadecimal digits. */
  readonly sha256: string;
}

const PLAIN = { format: "plain", collapse: false, comments: false, rules: false } as const;

/** Reads the blacklist. @throws UserError when it is there and cannot be read. */
export async function readBlockedList(tools: Pick<Tools, "config" | "records">): Promise<BlockedList> {
  const list = exportBlockList(tools, PLAIN);
  const chunks: string[] = [];
  for await (const chunk of list.chunks()) chunks.push(chunk);
  const text = chunks.join("");
  return { text, count: list.entries, sha256: createHash("sha256").update(text).digest("hex") };
}
