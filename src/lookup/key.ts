import { createHash } from "node:crypto";

import type { KeyConfig } from "../config.ts";

/** A key as the look-up layers carry it: `id` stands for the secret wherever something is written down. */
export interface Key extends KeyConfig {
  readonly id: string;
}

/** The same key has the same id in every run, and the id does not lead back to the key. */
export function toKey(config: KeyConfig): Key {
  return { ...config, id: createHash("sha256").update(`vtip:${config.secret}`).digest("hex").slice(0, 16) };
}

/** What a person may see of a key: where it is set, and its last four characters. */
export function maskedKey(key: Pick<KeyConfig, "name" | "secret">): string {
  return key.secret.length < 16 ? key.name : `${key.name} (…${key.secret.slice(-4)})`;
}
