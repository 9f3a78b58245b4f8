import type { Stats } from "node:fs";

import type { Facts, Indicator, Listing } from "../model.ts";
import { parseBlacklist, type Blacklist } from "./blacklist.ts";
import type { Guard } from "./guard.ts";
import { createGuards, type Guards, type GuardSettings } from "./guards.ts";
import type { ListLine } from "./list-line.ts";
import { isSameFile, readListText, statOf } from "./list-text.ts";
import { parseWhitelist, type Whitelist } from "./whitelist.ts";

/** Both lists, and what guards addresses beside them, as they are on disk at each moment. */
export interface Listings {
  /**
   * The list that an indicator is on; whitelisted wins.
   * @throws UserError when a list is there and cannot be read.
   */
  listingOf(indicator: Indicator, facts: Facts | null): Listing;
  /** `listingOf` for many: both lists as they are now, without looking at the files again. @throws UserError as `listingOf`. */
  now(): (indicator: Indicator, facts: Facts | null) => Listing;
  /** The lines of both lists as they are now, for many questions at once. @throws UserError as `listingOf`. */
  lines(): { readonly whitelist: Whitelist; readonly blacklist: Blacklist; readonly guards: Guards };
  /** The whitelist's line that covers it, or null. @throws UserError as `listingOf`. */
  whitelistLine(indicator: Indicator, facts: Facts | null): ListLine | null;
  /** The blacklist's line that names it, or null. @throws UserError as `listingOf`. */
  blacklistLine(indicator: Indicator): ListLine | null;
  /** What keeps an address from being proposed beside the whitelist, or null. */
  guardOf(indicator: Indicator): Guard | null;
  /** Whether neither list has anything on it. @throws UserError as `listingOf`. */
  areEmpty(): boolean;
  /** Every blocked address in canonical form, in the order of the file. @throws UserError as `listingOf`. */
  blocked(): readonly string[];
  /**
   * A sentence for each line of either list that means nothing, or not what it says, and for each warning list that
   * cannot be read.
   * @throws UserError as `listingOf`.
   */
  problems(): readonly string[];
}

/** A file changed so shortly before it was read can change again without a new time: clocks of file systems are coarse. */
const SETTLED_MS = 100;

/** Reads the lists at the first question, and again whenever a file has changed since; a missing file is empty. */
export function createListings(
  files: { readonly whitelistFile: string; readonly blacklistFile: string } & Partial<GuardSettings>,
): Listings {
  const whitelist = createLiveFile(files.whitelistFile, parseWhitelist);
  const blacklist = createLiveFile(files.blacklistFile, parseBlacklist);
  const { ownNetworks = [], warningListsDir = null } = files;
  const guards = createGuards({ ownNetworks, warningListsDir });

  return {
    listingOf: (indicator, facts) => toListing(whitelist(), blacklist(), indicator, facts),
    now() {
      const [white, black] = [whitelist(), blacklist()];
      return (indicator, facts) => toListing(white, black, indicator, facts);
    },
    lines: () => ({ whitelist: whitelist(), blacklist: blacklist(), guards: guards() }),
    whitelistLine: (indicator, facts) => whitelist().match(indicator, facts),
    blacklistLine: (indicator) => blacklist().match(indicator),
    guardOf: (indicator) => guards().match(indicator),
    areEmpty: () => whitelist().isEmpty && blacklist().count === 0,
    blocked: () => blacklist().addresses,
    problems() {
      return [
        ...whitelist().problems.map((problem) => `${files.whitelistFile} ${problem}`),
        ...blacklist().problems.map((problem) => `${files.blacklistFile} ${problem}`),
        ...guards().problems,
      ];
    },
  };
}

function toListing(white: Whitelist, black: Blacklist, indicator: Indicator, facts: Facts | null): Listing {
  const protecting = white.match(indicator, facts);
  if (protecting) return { list: "whitelisted", entry: protecting.entry };
  const blocking = black.match(indicator);
  return blocking ? { list: "blacklisted", entry: blocking.entry } : { list: "none", entry: null };
}

function createLiveFile<Content>(file: string, parse: (text: string) => Content): () => Content {
  let held: { readonly stats: Stats | null; readonly content: Content } | null = null;

  return () => {
    const stats = statOf(file);
    if (held && isSameFile(held.stats, stats)) return held.content;
    const content = parse(readListText(file).text);
    const isSettled = !stats || Math.abs(Date.now() - stats.mtimeMs) > SETTLED_MS;
    held = isSettled ? { stats, content } : null;
    return content;
  };
}
