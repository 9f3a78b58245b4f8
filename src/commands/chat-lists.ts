import type { Stats } from "node:fs";

import { UserError } from "../errors.ts";
import { takeOverEdits } from "../lists/hand-edits.ts";
import { isSameFile, statOf } from "../lists/list-text.ts";
import type { ListTools } from "../lists/list-tools.ts";

/** People who edit the list by hand see it in the records within two looks. */
const EVERY_MS = 500;
/** A list that cannot be read, or is held by somebody, is tried again. */
const AGAIN_MS = 10_000;

/**
 * Looks at the blacklist twice a second, until `signal` aborts, and takes over what people change in it. Twice the same
 * state has to be seen: editors empty a file before they write it. To ask for a file's state works on every file system.
 */
export async function followLists(tools: ListTools & { readonly signal: AbortSignal }): Promise<void> {
  const { config, clock, log, signal } = tools;
  let before: Stats | null = null;
  let takenOver: Stats | null = null;
  while (!signal.aborted) {
    let pauseMs = EVERY_MS;
    try {
      const now = statOf(config.blacklistFile);
      if (now !== null && isSameFile(before, now) && !isSameFile(takenOver, now)) {
        await takeOverEdits(tools);
        takenOver = now;
      }
      before = now;
    } catch (error) {
      pauseMs = AGAIN_MS;
      if (error instanceof UserError)
        log.warn({ reason: error.message }, "the blacklist could not be followed");
      else log.error({ err: error }, "following the blacklist failed, is tried again");
    }
    await clock.wait(pauseMs, signal);
  }
}
