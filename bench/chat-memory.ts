import { CACHED, cachedAddresses, fillCache } from "./chat-cache.ts";
import { withChat } from "./chat-stage.ts";
import { atMost, type Measure } from "./row.ts";
import { inWorkspace } from "./workspace.ts";

const COMMANDS = 10_000;
const EARLY = 2000;
const AT_ONCE = 8;
const SETTLED_MS = 10_000;
/** The collector lets some garbage lie as long as there is room: two figures of a steady program differ by that. */
const MOST_RATIO = 1.15;

/** What the bot holds of the memory after some thousand commands, and after many more. */
export const measureChatMemory: Measure = async (say) =>
  inWorkspace(async (workspace) => {
    say("filling the cache");
    const filled = await fillCache(workspace);
    return withChat("vtip", "Socket Mode", filled, async ({ slack, bot }) => {
      async function after(from: number, commands: number): Promise<number> {
        for (let done = from; done < commands; done += CACHED) {
          say(`${done} of ${COMMANDS} commands`);
          await slack.order({ kind: "answers", addresses: cachedAddresses(0, CACHED), atOnce: AT_ONCE });
        }
        await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
        return bot.residentMb();
      }
      const early = await after(0, EARLY);
      const before = await bot.processorMs();
      const late = await after(EARLY, COMMANDS);
      const spentMs = ((await bot.processorMs()) - before) / (COMMANDS - EARLY);
      return [
        {
          name: `memory after ${EARLY.toLocaleString("en-US")} commands of cached addresses`,
          figure: early,
          unit: "MB",
        },
        {
          name: `memory after ${COMMANDS.toLocaleString("en-US")}, against after ${EARLY.toLocaleString("en-US")}`,
          figure: late,
          unit: "MB",
          ratio: late / early,
          ...atMost(late / early, MOST_RATIO),
        },
        { name: "a command of a cached address: processor time of the bot", figure: spentMs, unit: "ms" },
      ];
    });
  });
