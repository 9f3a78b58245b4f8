import type { Attached, Platform } from "../../test/scenarios/platform.ts";
import { type Ask, newAsk } from "./ask.ts";
import type { Chance } from "./chance.ts";
import type { House } from "./house.ts";
import type { Input } from "./inputs.ts";
import { comesTrue, sleep } from "./patience.ts";
import { hasScanOf } from "./scans.ts";

/** Ways to ask in chat that somebody hears of whether they were taken. */
const WAYS = [
  "command",
  "mention",
  "direct message",
  "mention with a file",
  "direct message with a file",
] as const;
type ChatWay = (typeof WAYS)[number];

const PEOPLE = ["alice", "carol", "dave"] as const;
const CHANNELS = ["triage", "incidents"] as const;
/** A bot that is started anew is there again within this time, on any machine. */
const AWAY_MS = 90_000;
/** Whoever hears nothing for so long asks again. */
const SILENCE_MS = 8000;
const AGAIN_MS = 300;
const MOST_TRIES = 20;

/** Asks in chat, again and again until it is taken, as people do. */
export async function askInChat(
  house: House,
  platform: Platform,
  input: Input,
  chance: Chance,
  asks: Ask[],
): Promise<void> {
  const way = chance.one(WAYS);
  const ask = newAsk(platform.name, chance.one(PEOPLE), way, input);
  const channel = chance.one(CHANNELS);
  asks.push(ask);
  while (!ask.isTaken && ask.tries < MOST_TRIES) {
    if (!(await comesTrue(platform.isHeard, AWAY_MS))) return;
    ask.tries += 1;
    ask.isTaken = await send(house, platform, ask, way, channel);
    if (!ask.isTaken) await sleep(AGAIN_MS);
  }
}

async function send(
  house: House,
  platform: Platform,
  ask: Ask,
  way: ChatWay,
  channel: string,
): Promise<boolean> {
  const { by, text } = ask;
  switch (way) {
    case "command":
      return (await platform.command(by, channel, text)).isTaken;
    case "mention": {
      const { isTaken } = await platform.mention(by, channel, text);
      return isTaken && isHeardOf(house, platform, ask);
    }
    case "direct message": {
      const { isTaken } = await platform.direct(by, text);
      return isTaken && isHeardOf(house, platform, ask);
    }
    case "mention with a file": {
      const { isTaken } = await platform.mention(by, channel, WITH_FILE, { files: [toTable(text)] });
      return isTaken && isHeardOf(house, platform, ask);
    }
    case "direct message with a file": {
      const { isTaken } = await platform.direct(by, WITH_FILE, { files: [toLines(text)] });
      return isTaken && isHeardOf(house, platform, ask);
    }
  }
}

const WITH_FILE = "Who are these?";

function toLines(text: string): Attached {
  return { name: "list.txt", content: `${text.replaceAll(" ", "\n")}\n` };
}

/** As people export it. */
function toTable(text: string): Attached {
  const rows = text.split(" ").map((piece, at) => `${at + 1},${piece},seen`);
  return { name: "list.csv", content: `${["no,indicator,note", ...rows].join("\r\n")}\r\n` };
}

/** Discord does not say whether a bot took a message: people see an answer, or none. */
async function isHeardOf(house: House, platform: Platform, ask: Ask): Promise<boolean> {
  if (platform.name === "slack") return true;
  return comesTrue(async () => hasScanOf(house, ask.marker), SILENCE_MS);
}
