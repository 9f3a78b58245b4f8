import type { User } from "../chat.ts";
import { UserError } from "../errors.ts";
import type { LookedUp, StoryEvent } from "../lists/story-event.ts";
import type { Reply } from "../reply.ts";
import type { ChatTools } from "./chat-tools.ts";
import { why } from "./lists.ts";
import { linkOfScan } from "./scan-link.ts";

/** A platform may have to be asked for each link. */
const MOST_LINKS = 10;

/** Everything known about the address that a person named. @throws UserError when it is none. */
export async function toWhy(tools: ChatTools, user: User, text: string): Promise<Reply> {
  if (text === "") throw new UserError("Which address? For example: why 192.0.2.7");
  const { ip, blocked, block, protectedBy, guard, sightings, story } = await why(tools, text);
  return {
    kind: "why",
    askedBy: user.id,
    ip,
    blocked,
    block,
    protectedBy,
    guard,
    seenIn: sightings.count,
    story: { ...story, events: await withLinks(tools, story.events) },
  };
}

/** The newest scans with links to where they are reported. */
async function withLinks(tools: ChatTools, events: readonly StoryEvent[]): Promise<readonly StoryEvent[]> {
  const newest = new Set<StoryEvent>(events.filter((event) => event.kind === "looked-up").slice(-MOST_LINKS));
  return Promise.all(
    events.map(async (event) =>
      event.kind === "looked-up" && newest.has(event) ? withLink(tools, event) : event,
    ),
  );
}

async function withLink(tools: ChatTools, event: LookedUp): Promise<LookedUp> {
  const { scanId: id, conversation } = event;
  return { ...event, link: await linkOfScan(tools, { id, conversation }) };
}
