import type { Stats } from "node:fs";

import { UserError } from "../errors.ts";
import { takeOverEdits } from "../lists/hand-edits.ts";
import { isSameFile } from "../lists/list-text.ts";
import { findProposal } from "../lists/proposal.ts";
import { releaseWhitelisted, untoldReleases, type Release } from "../lists/release.ts";
import { createSettledFile } from "../lists/settled-file.ts";
import { liveMark } from "./chat-head.ts";
import type { ChatTools } from "./chat-tools.ts";

/** People who edit the list by hand see it in the records within two looks. */
const EVERY_MS = 500;
/** A list that cannot be read, or is held by somebody, is tried again. */
const AGAIN_MS = 10_000;
/** So many addresses stand in one sentence. */
const MOST_NAMED = 20;

/**
 * Looks at both lists twice a second, until the program ends. Takes over what people change in the blacklist, and takes
 * blocks out that the whitelist covers since it was changed.
 */
export async function followLists(tools: ChatTools): Promise<void> {
  const { blacklistFile, whitelistFile } = tools.config;
  await Promise.all([
    follow(tools, blacklistFile, async () => void (await takeOverEdits(tools))),
    follow(tools, whitelistFile, async () => {
      await releaseWhitelisted(tools);
      for (const release of await untoldReleases(tools)) tools.track("release told", tell(tools, release));
    }),
  ]);
}

async function follow(
  { clock, log, signal }: ChatTools,
  file: string,
  take: () => Promise<void>,
): Promise<void> {
  const settled = createSettledFile(file);
  let taken: Stats | null = null;
  while (!signal.aborted) {
    let pauseMs = EVERY_MS;
    try {
      const now = settled();
      if (now !== null && !isSameFile(taken, now)) {
        await take();
        taken = now;
      }
    } catch (error) {
      pauseMs = AGAIN_MS;
      if (error instanceof UserError) log.warn({ reason: error.message }, "a list could not be followed");
      else log.error({ err: error }, "following a list failed, is tried again");
    }
    await clock.wait(pauseMs, signal);
  }
}

/** Who approved hears of it in the thread of the scan. */
async function tell(tools: ChatTools, { proposalId, by, ips, reason, mark }: Release): Promise<void> {
  const proposal = await findProposal(tools, proposalId);
  const conversation = proposal && tools.conversation(proposal.conversation);
  if (!proposal || !conversation) return;
  const under = await tools.outbox.messageOf(liveMark(proposal.scanId));
  const named = ips.slice(0, MOST_NAMED).join(", ");
  const more = ips.length > MOST_NAMED ? ` and ${ips.length - MOST_NAMED} more` : "";
  const approved = by === null ? "" : ` ${by} had approved it.`;
  const text = `Taken off the blacklist, since the whitelist covers it now (${reason}): ${named}${more}.${approved}`;
  const people = by === null ? [] : [by];
  await tools.outbox.post(conversation, {
    mark,
    reply: { kind: "notice", tone: "info", text, people },
    under,
  });
}
