import { createWriteStream } from "node:fs";
import { realpath } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { BlockListExport, ExportRequest } from "../contract.ts";
import { UserError } from "../errors.ts";
import { sortBlocks, withoutNested } from "../feeds/address-block.ts";
import { collapse } from "../feeds/collapse.ts";
import type { Feed } from "../feeds/feed.ts";
import { FEEDS, findFeed, writeFeed } from "../feeds/formats.ts";
import { toListedBlocks, type NetworkLine } from "../feeds/listed-blocks.ts";
import { emptyWarnings, sizeWarnings } from "../feeds/size-limit.ts";
import { readListText } from "../lists/list-text.ts";
import { inTurns } from "../pieces.ts";
import { replaceFile } from "../report/report-file.ts";
import { toBareEntries, toDetailedEntries } from "./block-details.ts";
import type { Tools } from "./tools.ts";

/** Of lines with networks. */
const MOST_NOTES = 10;

/**
 * What is blocked, in a format for firewalls. The file decides what is in it; the records add who, when and why. All of it
 * is read and written a piece at a time, so that whoever wants something else meanwhile is answered.
 * @throws UserError when there is no such format, it lacks what is asked for, or the blacklist cannot be read.
 */
export async function exportBlockList(
  { config, records }: Pick<Tools, "config" | "records">,
  request: ExportRequest,
): Promise<BlockListExport> {
  const feed = toFeed(request);
  const listed = await inTurns(toListedBlocks(readListText(config.blacklistFile).text));
  const order = request.collapse ? collapse : feed.mayOverlap ? sortBlocks : withoutNested;
  const blocks = await inTurns(order(listed.blocks));
  const isDetailed = feed.isDetailed || request.comments;

  function chunks(): AsyncIterable<string> {
    const entries = isDetailed ? toDetailedEntries(records, blocks) : toBareEntries(blocks);
    return writeFeed(feed, entries, request);
  }

  return {
    contentType: feed.contentType,
    extension: feed.extension,
    entries: blocks.length,
    notes: [
      ...networkNotes(config.blacklistFile, listed.networks),
      ...(blocks.length === 0 ? emptyWarnings(feed.name) : sizeWarnings(feed.name, blocks.length)),
    ],
    chunks,
    async writeTo(file) {
      await assertNoList(file, [config.blacklistFile, config.whitelistFile]);
      await replaceFile(file, async (temporary) =>
        pipeline(Readable.from(chunks()), createWriteStream(temporary)),
      );
    },
  };
}

function toFeed({ format, comments, rules }: ExportRequest): Feed {
  const feed = findFeed(format);
  if (feed === null) {
    throw new UserError(`There is no format "${format}". Formats: ${namesOf(FEEDS)}.`);
  }
  if (comments && !feed.hasComments) {
    const others = namesOf(FEEDS.filter(({ hasComments }) => hasComments));
    const instead = feed.isDetailed ? "it says who, when and why anyway" : `these have: ${others}`;
    throw new UserError(`${feed.name} has no comments: ${instead}.`);
  }
  if (rules && !feed.hasRules) {
    const others = namesOf(FEEDS.filter(({ hasRules }) => hasRules));
    throw new UserError(`A file of ${feed.name} holds no rules; these can: ${others}.`);
  }
  return feed;
}

function namesOf(feeds: readonly Feed[]): string {
  return feeds.map(({ name }) => name).join(", ");
}

/** Networks are for firewalls alone: nothing else here takes their lines for blocks. */
function networkNotes(file: string, networks: readonly NetworkLine[]): readonly string[] {
  const notes = networks
    .slice(0, MOST_NOTES)
    .map(
      ({ line, entry, block }) => `${file} line ${line}: "${entry}" goes out as the network ${block.text}.`,
    );
  const more = networks.length - notes.length;
  return more === 0 ? notes : [...notes, `${file}: ${more} more networks go out.`];
}

/** An export over a list would take its comments, or what it protects, away. */
async function assertNoList(file: string, lists: readonly string[]): Promise<void> {
  const [target, ...taken] = await Promise.all(
    [file, ...lists].map((path) => realpath(path).catch(() => null)),
  );
  if (target === null || target === undefined || !taken.includes(target)) return;
  throw new UserError(`The export would replace the list "${file}" itself. Name another file with --out.`);
}
