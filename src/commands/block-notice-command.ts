import type { Stats } from "node:fs";

import { messageOf } from "../errors.ts";
import { isSameFile } from "../lists/list-text.ts";
import { createSettledFile } from "../lists/settled-file.ts";
import { readBlockedList } from "./block-notice-list.ts";
import { runBlockCommand, type BlockCommand } from "./block-notice-run.ts";
import { createTrouble } from "./block-notice-trouble.ts";
import type { ChatTools } from "./chat-tools.ts";

type CommandTools = Pick<ChatTools, "config" | "clock" | "log" | "records" | "signal">;

const LOOK_EVERY_MS = 500;

/**
 * Hands the blacklist to a program: once at the start, then whenever it has changed, until `signal` aborts. One run at
 * a time, each with the newest list; one that fails is tried again, at once when the list changes. A file that is not
 * there is no list.
 */
export async function feedCommand(tools: CommandTools, command: BlockCommand): Promise<void> {
  const { config, clock, log, signal } = tools;
  const trouble = createTrouble(log, "command");
  const settled = createSettledFile(config.blacklistFile);
  let handed: Stats | null = null;
  // Of the list that the program has taken; null while that is not known.
  let taken: string | null = null;
  let againInMs = 0;
  while (!signal.aborted) {
    try {
      const now = settled();
      const isDue = !isSameFile(handed, now) || (taken === null && againInMs <= 0);
      if (now !== null && isDue) {
        handed = now;
        taken = await hand(tools, command, taken);
        trouble.over();
      }
    } catch (error) {
      if (signal.aborted) return;
      taken = null;
      againInMs = trouble.again(messageOf(error));
    }
    await clock.wait(LOOK_EVERY_MS, signal);
    againInMs -= LOOK_EVERY_MS;
  }
}

/** Resolves to the sum of the list that the program has now. @throws Error with the reason when it did not take it. */
async function hand(tools: CommandTools, command: BlockCommand, taken: string | null): Promise<string> {
  const list = await readBlockedList(tools);
  if (list.sha256 === taken) return taken;
  const reason = await runBlockCommand(command, list.text, tools);
  if (reason !== null) throw new Error(reason);
  tools.log.info({ entries: list.count }, "command took the blacklist");
  return list.sha256;
}
