import { createHash } from "node:crypto";

import type { Workspace } from "./workspace.ts";

/** docs.discord.com/developers/resources/message#create-message: a nonce has at most 25 characters. */
const NONCE_CHARACTERS = 25;
/** docs.discord.com/developers/components/reference: the `id` of a component is a whole number of 32 bits. */
const MOST_ID = 0x7fff_ffff;
const MOST_REMEMBERED = 5000;

/** The number by which a post is found again in a channel's history: the `id` of its outermost component, from 1 on. */
export function toMarkId(mark: string): number {
  return (createHash("sha256").update(mark).digest().readUInt32BE(0) % MOST_ID) + 1;
}

/** Discord gives back the first message of ours with the same nonce for some minutes, and posts nothing. */
export function toNonce(channel: string, mark: string): string {
  return createHash("sha256").update(`${channel} ${mark}`).digest("base64url").slice(0, NONCE_CHARACTERS);
}

/** An edit takes the mark away unless it says it again; a post may be edited before the core has noted where it stands. */
export function rememberMark({ marks }: Workspace, message: string, mark: string): void {
  marks.set(message, toMarkId(mark));
  const [oldest] = marks.keys();
  if (marks.size > MOST_REMEMBERED && oldest !== undefined) marks.delete(oldest);
}
