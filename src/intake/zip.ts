import type { Readable } from "node:stream";

import { fromBufferPromise, type Entry, type ZipFile } from "yauzl";

import { UserError } from "../errors.ts";
import { MAX_UNPACKED_BYTES, MAX_WORKBOOK_PARTS, toMebibytes } from "./limits.ts";

/** A zip whose every part was unpacked once and counted: together they have at most `MAX_UNPACKED_BYTES`. */
export interface Zip {
  /** Paths of its parts in the order of the zip. */
  readonly paths: readonly string[];
  /** Whether there is a part of that name; case does not matter. */
  has(path: string): boolean;
  /** Unpacks a part in chunks; nothing where there is none. */
  read(path: string): AsyncIterable<Uint8Array>;
}

/**
 * Opens a zip in memory. Sizes that its headers claim are not believed: each part is unpacked, and the bytes that
 * come out are counted and dropped, till the limit.
 * @throws UserError when it is damaged, or unpacks to more than the limits.
 */
export async function openZip(shownName: string, bytes: Uint8Array): Promise<Zip> {
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const zip = await fromBufferPromise(buffer, { validateEntrySizes: false });
    const entries = await readEntries(shownName, zip);
    await refuseBomb(shownName, zip, entries);
    return toZip(zip, entries);
  } catch (error) {
    throw error instanceof UserError ? error : toDamaged(shownName, error);
  }
}

/** The refusal of a file that breaks off or contradicts itself. */
export function toDamaged(shownName: string, cause: unknown): UserError {
  return new UserError(
    `${shownName} is damaged or has a password: open it, save it again as xlsx or csv and send that.`,
    {
      cause,
    },
  );
}

async function readEntries(shownName: string, zip: ZipFile): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    entries.push(entry);
    if (entries.length <= MAX_WORKBOOK_PARTS) continue;
    throw new UserError(
      `${shownName} is packed from more than ${MAX_WORKBOOK_PARTS} parts: send its text as csv or txt.`,
    );
  }
  return entries;
}

async function refuseBomb(shownName: string, zip: ZipFile, entries: readonly Entry[]): Promise<void> {
  let unpackedBytes = 0;
  for (const entry of entries) {
    for await (const chunk of await openEntry(zip, entry)) {
      unpackedBytes += chunk.length;
      if (unpackedBytes <= MAX_UNPACKED_BYTES) continue;
      const limit = toMebibytes(MAX_UNPACKED_BYTES);
      throw new UserError(
        `${shownName} unpacks to more than ${limit}: send it in parts, or its text as csv or txt.`,
      );
    }
  }
}

function toZip(zip: ZipFile, entries: readonly Entry[]): Zip {
  const byPath = new Map(entries.map((entry) => [entry.fileName.toLowerCase(), entry]));
  return {
    paths: entries.map((entry) => entry.fileName),
    has: (path) => byPath.has(path.toLowerCase()),
    async *read(path) {
      const entry = byPath.get(path.toLowerCase());
      if (entry) yield* await openEntry(zip, entry);
    },
  };
}

/** Leaving the loop over a stream early also stops its unpacking. */
async function openEntry(zip: ZipFile, entry: Entry): Promise<AsyncIterable<Uint8Array> & Readable> {
  return zip.openReadStreamPromise(entry);
}
