import { closeSync, openSync, readdirSync, readFileSync, readSync, type Stats } from "node:fs";
import { basename, join } from "node:path";

import { messageOf } from "../errors.ts";
import { isSameFile, statOf } from "./list-text.ts";
import { parseWarningList, type WarningList } from "./warning-list.ts";

/** The warning lists of a folder as they were read last. */
export interface WarningLists {
  readonly lists: readonly WarningList[];
  /** A sentence for each file that cannot be read, or not wholly. */
  readonly problems: readonly string[];
}

/** One file as it was read. `list` is what it said before, where it cannot be read now. */
interface ReadFile {
  readonly stats: Stats | null;
  readonly list: WarningList | null;
  readonly problem: string | null;
  /** Whether it can be taken for the same as long as its state on disk is. */
  readonly isSettled: boolean;
}

/** The last list as it stands in each folder; what is beside it is about it. */
const LIST_NAME = "list.json";
/** See `listings.ts`: clocks of file systems are coarse. */
const SETTLED_MS = 100;
const MOST_BYTES = 64 * 1024 * 1024;
/** Smaller files are read without a look at their end. */
const LARGE_BYTES = 512 * 1024;
const TAIL_BYTES = 4096;

/**
 * Reads `*.json` and `*\/list.json` of a folder at the first call, and again what has changed since. What cannot be
 * read is told and loses nothing else: a file that could be read before counts as it was then.
 * The answer is the same object as long as nothing has changed.
 */
export function createWarningLists(folder: string): () => WarningLists {
  let held: ReadonlyMap<string, ReadFile> = new Map();
  let now: WarningLists | null = null;

  return () => {
    const { files, problem } = filesOf(folder);
    // A folder that cannot be looked into now still guards with what it held.
    const read =
      problem === null ? new Map(files.map((file) => [file, readAgain(file, held.get(file))])) : held;
    const isSame =
      now !== null && read.size === held.size && [...read].every(([file, it]) => held.get(file) === it);
    held = read;
    if (!isSame || problem !== null || now === null) now = toLists(read, problem);
    return now;
  };
}

function toLists(read: ReadonlyMap<string, ReadFile>, problem: string | null): WarningLists {
  const files = [...read.values()];
  return {
    lists: files.flatMap(({ list }) => (list === null || list.count === 0 ? [] : [list])),
    problems: [problem, ...files.map((file) => file.problem)].filter((sentence) => sentence !== null),
  };
}

function filesOf(folder: string): { readonly files: readonly string[]; readonly problem: string | null } {
  try {
    const names = readdirSync(folder).filter((name) => !name.startsWith("."));
    const files = names
      .sort()
      .map((name) => join(folder, name.endsWith(".json") ? name : join(name, LIST_NAME)));
    return { files: files.filter(isThere), problem: null };
  } catch (error) {
    const remedy = "make it, or name another one in WARNING_LISTS_DIR";
    return { files: [], problem: `${folder} cannot be read (${messageOf(error)}): ${remedy}.` };
  }
}

/** A folder without a list, or a file beside them such as README.md, is nobody's mistake. */
function isThere(file: string): boolean {
  try {
    return statOf(file) !== null;
  } catch (error) {
    const isBesideLists = basename(file) === LIST_NAME && messageOf(error).includes("ENOTDIR");
    return !isBesideLists;
  }
}

function readAgain(file: string, before: ReadFile | undefined): ReadFile {
  try {
    const stats = statOf(file);
    if (before?.isSettled === true && isSameFile(before.stats, stats)) return before;
    const list = readList(file, stats);
    const isSettled = stats === null || Math.abs(Date.now() - stats.mtimeMs) > SETTLED_MS;
    const problem = list?.problem ?? null;
    return { stats, list, isSettled, problem: problem === null ? null : `${file}: ${problem}.` };
  } catch (error) {
    const kept = before?.list ?? null;
    const rest = kept === null ? "it guards nothing" : "what it said before still counts";
    const problem = `${file} is not read as a warning list (${toReason(error)}): ${rest}. Mend it or take it away.`;
    return { stats: null, list: kept, isSettled: false, problem };
  }
}

function readList(file: string, stats: Stats | null): WarningList | null {
  const size = stats?.size ?? 0;
  // Lists of a million names are no use here, and take a while to read.
  if (size > LARGE_BYTES && /"type"\s*:\s*"(?:hostname|substring|regex)"/u.test(tailOf(file, size)))
    return null;
  if (size > MOST_BYTES) throw new Error("it is larger than 64 MiB");
  return parseWarningList(readFileSync(file, "utf8"));
}

function tailOf(file: string, size: number): string {
  const handle = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(TAIL_BYTES);
    const length = readSync(handle, bytes, 0, TAIL_BYTES, Math.max(0, size - TAIL_BYTES));
    return bytes.toString("utf8", 0, length);
  } finally {
    closeSync(handle);
  }
}

/** What a schema finds wrong is many lines of JSON. */
function toReason(error: unknown): string {
  if (!(error instanceof Error) || error.name !== "ZodError") return messageOf(error);
  return "it has no type that is known, or no list";
}
