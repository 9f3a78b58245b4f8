import { createHash } from "node:crypto";

import { sortBlocks, type AddressBlock } from "../feeds/address-block.ts";
import { toListedBlocks } from "../feeds/listed-blocks.ts";
import { readListText } from "../lists/list-text.ts";
import { turn } from "../turn.ts";
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

/** Of lines. To read one takes some 10 µs, and whoever chats meanwhile is not to wait for a long list. */
const AT_ONCE = 100;

/** Reads the blacklist. @throws UserError when it is there and cannot be read. */
export async function readBlockedList({ config }: Pick<Tools, "config">): Promise<BlockedList> {
  const lines = readListText(config.blacklistFile).text.split("\n");
  const listed: AddressBlock[] = [];
  for (let at = 0; at < lines.length; at += AT_ONCE) {
    listed.push(...toListedBlocks(lines.slice(at, at + AT_ONCE).join("\n")).blocks);
    await turn({ isPatient: true });
  }
  const blocks = sortBlocks(listed);
  const text = blocks.map((block) => `${block.text}\n`).join("");
  return { text, count: blocks.length, sha256: createHash("sha256").update(text).digest("hex") };
}
