import {
  toBlockLines,
  toStoryText,
  wordCount,
  wordGuard,
  wordTime,
  toWords,
  type Text,
} from "../../src/card.ts";
import type { Why } from "../../src/contract.ts";
import { withCore, type CliContext } from "./scan-command.ts";
import { printable } from "./terminal.ts";

/** Longer lines are cut. */
const MOST_CHARACTERS = 1000;

/** Tells all that is known about an address. */
export async function whyCommand(context: CliContext, ip: string): Promise<number> {
  return withCore(context, undefined, async (core) => {
    for (const line of toWhyLines(await core.why(ip))) await context.terminal.print(line);
    return 0;
  });
}

function toWhyLines({ ip, blocked, block, protectedBy, guard, sightings, story }: Why): string[] {
  const { events, earlierLookUps } = story;
  return [
    blocked === null ? `${ip} is not blocked` : `${ip} is blocked: line ${blocked.line} of the blacklist`,
    ...(blocked === null || block === null ? [] : toBlockLines(block, blocked.line).map(toPlain)),
    ...(block?.link ? [`decided at ${printable(block.link, MOST_CHARACTERS)}`] : []),
    protectedBy === null
      ? "not whitelisted"
      : `whitelisted by "${printable(protectedBy.entry)}", line ${protectedBy.line}`,
    ...(guard === null ? [] : [`never proposed: ${printable(wordGuard(guard))}`]),
    sightings.count === 0 ? "never seen in a scan here" : `seen in ${wordCount(sightings.count, "scan")}`,
    ...(earlierLookUps === 0 ? [] : [`  (${wordCount(earlierLookUps, "older look-up")} left out)`]),
    ...events.map((event) => `  ${wordTime(event.at)}  ${toPlain(toStoryText(event))}`),
  ];
}

/** What a text says, fit for a terminal. */
function toPlain(text: Text): string {
  return printable(toWords(text), MOST_CHARACTERS);
}
