import { turn } from "../turn.ts";
import { haproxy, plain, suricata } from "./address-lines.ts";
import { ciscoAsa } from "./cisco-asa.ts";
import { csv, json } from "./entry-record.ts";
import type { Feed, FeedEntry, FeedOptions } from "./feed.ts";
import { ipset } from "./ipset.ts";
import { mikrotik } from "./mikrotik.ts";
import { nftables } from "./nftables.ts";
import { nginx } from "./nginx.ts";
import { stix } from "./stix.ts";

/** Every format, in the order in which people are told of them. */
export const FEEDS: readonly Feed[] = [
  plain,
  csv,
  json,
  nftables,
  ipset,
  suricata,
  nginx,
  haproxy,
  ciscoAsa,
  mikrotik,
  stix,
];

/** The format of a name, in whatever case; null when there is none. */
export function findFeed(name: string): Feed | null {
  return FEEDS.find((feed) => feed.name === name.toLowerCase()) ?? null;
}

/** Large enough that writing a chunk costs little beside the lines in it. */
const CHUNK_CHARACTERS = 32_768;

/** Entries with all that is known of them take some 50 µs each. */
const WRITTEN_AT_ONCE = 25;

/** `feed.write` in chunks of whole lines, for files and HTTP; whoever wants something else meanwhile is let in. */
export async function* writeFeed(
  feed: Feed,
  entries: AsyncIterable<FeedEntry>,
  options: FeedOptions,
): AsyncGenerator<string> {
  let chunk = "";
  let written = 0;
  for await (const text of feed.write(entries, options)) {
    chunk += text;
    written += 1;
    if (written % WRITTEN_AT_ONCE === 0) await turn({ isPatient: true });
    if (chunk.length < CHUNK_CHARACTERS || !chunk.endsWith("\n")) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
