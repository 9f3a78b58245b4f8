import { createHash } from "node:crypto";

import { sortBlocks, type AddressBlock } from "../feeds/address-block.ts";
import { toListedBlocks } from "../feeds/listed-blocks.ts";
import { readListText } from "../lists/list-text.ts";
import { AT_ONCE, inTurns, type Pieces } from "../pieces.ts";
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

/** Reads the blacklist, a piece at a time. @throws UserError when it is there and cannot be read. */
export async function readBlockedList({ config }: Pick<Tools, "config">): Promise<BlockedList> {
  const { blocks: listed } = await inTurns(toListedBlocks(readListText(config.blacklistFile).text));
  const blocks = await inTurns(sortBlocks(listed));
  const text = await inTurns(toLines(blocks));
  return { text, count: blocks.length, sha256: createHash("sha256").update(text).digest("hex") };
}

function* toLines(blocks: readonly AddressBlock[]): Pieces<string> {
  const pieces: string[] = [];
  for (let at = 0; at < blocks.length; at += AT_ONCE) {
    const some = blocks.slice(at, at + AT_ONCE);
    pieces.push(some.map((block) => `${block.text}\n`).join(""));
    yield;
  }
  return pieces.join("");
}
