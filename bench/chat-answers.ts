import { cachedAddresses, newAddresses } from "./chat-cache.ts";
import { withChat } from "./chat-stage.ts";
import { atMost, median, type Row } from "./row.ts";
import { keySettings, standinKeys } from "./settings.ts";
import type { SlackChild } from "./slack-child.ts";
import { withStandin } from "./standin-child.ts";
import type { Workspace } from "./workspace.ts";

const CACHED_ASKED = 40;
const NEW_ASKED = 15;
const LIST = 5000;
/** VirusTotal's time for an answer. The list then takes half a minute, and longer than what is measured beside it. */
const LATENCY_MS = 400;
const MOST_MS = 300;
const NO_LIMIT = { perMinute: 0 };

/** From a command to its summary in the channel, one command after the other: alone, and while a long list runs. */
export async function measureAnswers(
  { folder, env }: Workspace,
  say: (sentence: string) => void,
): Promise<readonly Row[]> {
  const standin = { keys: standinKeys(1, NO_LIMIT), known: 0, latencyMs: LATENCY_MS };
  return withStandin(standin, async ({ url, count }) => {
    const settings = { ...env, ...keySettings(1, NO_LIMIT), VT_API_URL: url, CONFIRM_OVER: String(LIST) };
    return withChat("vtip", "Socket Mode", { folder, env: settings }, async ({ slack }) => {
      await ask(slack, cachedAddresses(0, 10));
      say("cached and new addresses, one after the other");
      const alone = await toRows(slack, 0, "");
      say(`the same while a list of ${LIST} runs`);
      await slack.order({ kind: "say", text: newAddresses(2 * NEW_ASKED, LIST).join(" ") });
      const before = await untilUnderWay(count);
      const beside = await toRows(slack, 1, `, while a list of ${LIST.toLocaleString("en-US")} runs`);
      const { taken } = await count();
      if (taken - before > LIST - 100) throw new Error("The list ended before its neighbours were measured.");
      return [...alone, ...beside];
    });
  });
}

/** Resolves to the number of requests so far, when the list's requests are among them. */
async function untilUnderWay(count: () => Promise<{ readonly taken: number }>): Promise<number> {
  const { taken: before } = await count();
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await count()).taken > before) return before;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("The list was not begun.");
}

async function toRows(slack: SlackChild, turn: number, when: string): Promise<readonly Row[]> {
  const cached = await ask(slack, cachedAddresses(100 + turn * CACHED_ASKED, CACHED_ASKED));
  const fresh = await ask(slack, newAddresses(turn * NEW_ASKED, NEW_ASKED));
  const beyond = fresh.map((ms) => ms - LATENCY_MS);
  return [
    ...toPair(`/vtip of a cached address${when}: to its summary`, cached),
    ...toPair(`/vtip of a new address${when}: to its summary, beyond VirusTotal's ${LATENCY_MS} ms`, beyond),
  ];
}

function toPair(name: string, times: readonly number[]): readonly Row[] {
  const slowest = Math.max(...times);
  const figure = median(times);
  return [
    { name: `${name}, median of ${times.length}`, figure, unit: "ms", ...atMost(figure, MOST_MS, " ms") },
    { name: `${name}, slowest`, figure: slowest, unit: "ms", ...atMost(slowest, MOST_MS, " ms") },
  ];
}

async function ask(slack: SlackChild, addresses: readonly string[]): Promise<readonly number[]> {
  return slack.order({ kind: "answers", addresses, atOnce: 1 });
}
