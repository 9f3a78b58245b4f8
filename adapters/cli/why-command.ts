import { toBlockLines, toStoryText, wordCount, wordGuard, wordTime, type Text } from "../../src/card.ts";
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

/** What a text says, as plain text. */
function toPlain(text: Text): string {
  const words = text.map((span) => {
    if (typeof span === "string") return span;
    if ("bold" in span) return span.bold;
    if ("code" in span) return span.code;
    return "link" in span ? span.text : span.user;
  });
  return printable(words.join(""), MOST_CHARACTERS);
}
