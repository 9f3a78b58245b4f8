import { measureAcknowledgements } from "./chat-acknowledgements.ts";
import { measureAnswers } from "./chat-answers.ts";
import { fillCache } from "./chat-cache.ts";
import { TRANSPORTS } from "./chat-stage.ts";
import type { Measure } from "./row.ts";
import { inWorkspace } from "./workspace.ts";

/** How soon the bot in Slack takes a command, and how soon it answers. */
export const measureChat: Measure = async (say) =>
  inWorkspace(async (workspace) => {
    say("filling the cache");
    const filled = await fillCache(workspace);
    const rows = [];
    for (const transport of TRANSPORTS) rows.push(...(await measureAcknowledgements(filled, transport, say)));
    rows.push(...(await measureAnswers(filled, say)));
    return rows;
  });
