import { statOf } from "../lists/list-text.ts";
import type { Tools } from "./tools.ts";

/** So long an answer is good for: a feed may be asked for thousands of times a second. */
const KEPT_MS = 100;

/** Tells whether the blacklist has changed: the file, or what the records say of its blocks. */
export function createListVersions({ config, records }: Pick<Tools, "config" | "records">): {
  version(): Promise<string>;
  changedAt(): Promise<number | null>;
} {
  let held: { readonly version: Promise<string>; readonly until: number } | null = null;

  async function lastAct() {
    return records.selectFrom("audit").select(["id", "at"]).orderBy("id", "desc").limit(1).executeTakeFirst();
  }

  async function read(): Promise<string> {
    const stats = statOf(config.blacklistFile);
    const last = await lastAct();
    return `${stats?.ino} ${stats?.size} ${stats?.mtimeMs} ${stats?.ctimeMs} ${last?.id ?? 0}`;
  }

  return {
    async version() {
      const now = performance.now();
      if (held === null || held.until <= now) held = { version: read(), until: now + KEPT_MS };
      return held.version;
    },
    async changedAt() {
      // A file that was put back from a copy has an old time of its own, but not this one.
      const written = statOf(config.blacklistFile)?.ctimeMs;
      return written === undefined ? null : Math.max(written, (await lastAct())?.at ?? 0);
    },
  };
}
