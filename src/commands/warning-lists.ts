import { readdirSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pid } from "node:process";

import type { UpdatedList, WarningListUpdate } from "../contract.ts";
import { messageOf, UserError } from "../errors.ts";
import { makeFolder } from "../folder.ts";
import { networkKeys } from "../lists/network-ranges.ts";
import { WARNING_LIST_NAMES } from "../lists/warning-list-names.ts";
import { openWarningListSource } from "../lists/warning-list-source.ts";
import { parseWarningList, type WarningList } from "../lists/warning-list.ts";

/** A list that is there. `list` is null where it is no list. */
interface Before {
  readonly text: string;
  readonly list: WarningList | null;
}

const LIST_NAME = "list.json";
const TIMEOUT_MS = 60_000;
/** A list's time runs from when it is asked for, so no more are asked for than are answered side by side. */
const AT_ONCE = 4;

/** What an update is made of. */
export interface UpdateSettings {
  readonly warningListsDir: string | null;
  readonly warningListsUrl: string;
  /** For one list; a minute unless given. */
  readonly timeoutMs?: number;
}

/**
 * Fetches the lists of shared infrastructure, and every other one that has a folder in WARNING_LISTS_DIR, each into
 * `<folder>/<name>/list.json`. A list that does not come whole, or holds no address, stays as it was; so does one of
 * somebody's own, which the source does not have.
 * @throws UserError when no folder is set, or it cannot be made.
 */
export async function updateWarningLists(settings: UpdateSettings): Promise<WarningListUpdate> {
  const { warningListsDir: folder, warningListsUrl: url, timeoutMs = TIMEOUT_MS } = settings;
  if (folder === null) {
    throw new UserError(
      "WARNING_LISTS_DIR names no folder for the lists: set it, for example to warninglists.",
    );
  }
  const keys = keysOf(folder);
  const source = openWarningListSource({ url, timeoutMs });
  try {
    const update = async (key: string): Promise<UpdatedList> => {
      const before = await readBefore(folder, key);
      try {
        const text = await source.fetch(key);
        if (text !== null) return await replaceList(folder, key, text, before);
        return toMissing(key, before);
      } catch (error) {
        return { kind: "failed", key, reason: messageOf(error), isKept: before !== null };
      }
    };
    return { folder, lists: await eachOf(keys, update) };
  } finally {
    await source.close();
  }
}

async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [at, item] of left) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

function keysOf(folder: string): readonly string[] {
  try {
    makeFolder(folder);
    const own = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() && !entry.name.startsWith(".") ? [entry.name] : [],
    );
    return [...new Set([...WARNING_LIST_NAMES, ...own])].toSorted();
  } catch (error) {
    throw new UserError(
      `${folder} cannot be used for warning lists (${messageOf(error)}): mend it, or name another one in WARNING_LISTS_DIR.`,
      {
        cause: error,
      },
    );
  }
}

/** What was there cannot be compared when it is no list; it is replaced all the same. */
async function readBefore(folder: string, key: string): Promise<Before | null> {
  try {
    const text = await readFile(join(folder, key, LIST_NAME), "utf8");
    return { text, list: toList(text) };
  } catch {
    return null;
  }
}

function toMissing(key: string, before: Before | null): UpdatedList {
  const list = before?.list ?? null;
  if (list !== null && !WARNING_LIST_NAMES.includes(key)) {
    return { kind: "same", key, name: list.name, count: list.count };
  }
  return { kind: "failed", key, reason: "there is no such list (404)", isKept: before !== null };
}

async function replaceList(
  folder: string,
  key: string,
  text: string,
  before: Before | null,
): Promise<UpdatedList> {
  const list = toList(text);
  if (list === null) throw new Error("what came is no warning list");
  if (list.count === 0) throw new Error("what came holds no address");
  const { name, count } = list;
  if (before?.text === text) return { kind: "same", key, name, count };
  await writeList(folder, key, text);
  if (before === null) return { kind: "new", key, name, count };
  const [old, now] = [rowsOf(before.list), rowsOf(list)];
  return {
    kind: "changed",
    key,
    name,
    count,
    added: countMissing(old, now),
    removed: countMissing(now, old),
  };
}

function rowsOf(list: WarningList | null): ReadonlySet<string> {
  return new Set(list === null ? [] : networkKeys(list.networks));
}

/** How many of `rows` are not among `others`. */
function countMissing(others: ReadonlySet<string>, rows: ReadonlySet<string>): number {
  return [...rows].filter((row) => !others.has(row)).length;
}

function toList(text: string): WarningList | null {
  try {
    return parseWarningList(text);
  } catch {
    return null;
  }
}

/** The old list or the new one is there at every moment, whatever is killed. */
async function writeList(folder: string, key: string, text: string): Promise<void> {
  const home = join(folder, key);
  makeFolder(home);
  const temporary = join(home, `.${LIST_NAME}.${pid}.tmp`);
  try {
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, join(home, LIST_NAME));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new Error(`it cannot be written (${messageOf(error)})`, { cause: error });
  }
}
