import { open, stat } from "node:fs/promises";
import { basename } from "node:path";

import { messageOf, UserError } from "../errors.ts";
import { readCsvColumns } from "./csv.ts";
import { decodeText } from "./encoding.ts";
import { toFileKind, type Refusal } from "./file-kind.ts";
import { MAX_FILE_BYTES, toMebibytes } from "./limits.ts";

/** One input as text. */
export interface Source {
  /** A file's name, or `standard input`, `arguments`. */
  readonly name: string;
  /** What the extractor is given; offsets count in it. */
  readonly text: string;
  /** The columns read because of their heading, `Domain`, or `Sheet1: Domain` of a workbook; empty = everything was read. */
  readonly columns: readonly string[];
  /** `utf-8`, `utf-16le`, `utf-16be`, `latin1`, or `xlsx`. */
  readonly encoding: string;
}

/**
 * Reads a file, a pipe or a device; its size is refused before a byte of it is read.
 * @throws UserError when it is missing, unreadable, empty, too large, or neither text nor a workbook.
 */
export async function readSource(path: string): Promise<Source> {
  return toSource(basename(path), await readFileBytes(path, MAX_FILE_BYTES));
}

/**
 * The bytes of a file, a pipe or a device.
 * @throws UserError when it is missing, unreadable, empty, or has more than `mostBytes`.
 */
export async function readFileBytes(path: string, mostBytes: number): Promise<Uint8Array> {
  try {
    const bytes = await readBytes(path, mostBytes);
    refuseSize(toShownName(basename(path)), bytes.length, mostBytes);
    return bytes;
  } catch (error) {
    throw error instanceof UserError ? error : toUnreadable(path, error);
  }
}

/**
 * Makes text of the bytes of a file, an upload or standard input, by their name and by what they are.
 * A csv keeps its length: what is not read is blank. In a workbook cells are parted by tabs and line ends.
 * @throws UserError when they are empty, too large, or neither text nor a workbook.
 */
export async function toSource(name: string, bytes: Uint8Array): Promise<Source> {
  const shown = toShownName(name);
  refuseSize(shown, bytes.length, MAX_FILE_BYTES);
  const file = toFileKind(name, bytes);
  switch (file.kind) {
    case "refused":
      throw toRefused(shown, file);
    case "zip": {
      // Most inputs are text, and need nothing of what reads workbooks.
      const { readWorkbook } = await import("./xlsx.ts");
      const workbook = await readWorkbook(shown, bytes);
      if ("remedy" in workbook) throw toRefused(shown, workbook);
      if (workbook.text.trim() === "") throw toEmpty(shown);
      return { name, encoding: "xlsx", ...workbook };
    }
    case "text":
    case "csv": {
      const { text, encoding } = decodeText(shown, bytes);
      if (text.trim() === "") throw toEmpty(shown);
      return { name, encoding, ...(file.kind === "csv" ? readCsvColumns(text) : { text, columns: [] }) };
    }
  }
}

async function readBytes(path: string, mostBytes: number): Promise<Uint8Array> {
  const shown = toShownName(path);
  const stats = await stat(path);
  if (stats.isDirectory()) throw new UserError(`${shown} is a folder: name a file in it.`);
  if (stats.isFile()) refuseSize(shown, stats.size, mostBytes);
  const file = await open(path);
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const stream: AsyncIterable<Uint8Array> = file.createReadStream({ autoClose: false });
    for await (const chunk of stream) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > mostBytes) break;
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

function refuseSize(shown: string, bytes: number, mostBytes: number): void {
  if (bytes === 0) throw toEmpty(shown);
  if (bytes <= mostBytes) return;
  const limit = toMebibytes(mostBytes);
  throw new UserError(`${shown} has more than ${limit}: send it in parts of at most ${limit}.`);
}

function toRefused(shown: string, { is, remedy }: Refusal): UserError {
  return new UserError(`${shown} is ${is}, which vtip does not read: ${remedy}.`);
}

function toEmpty(shown: string): UserError {
  return new UserError(`${shown} is empty: there is nothing to check in it.`);
}

function toUnreadable(path: string, error: unknown): UserError {
  const shown = toShownName(path);
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const sentences: Readonly<Record<string, string>> = {
    ENOENT: `${shown} does not exist: check its path and spelling.`,
    EACCES: `${shown} may not be read: give this user the right to read it.`,
  };
  return new UserError(
    sentences[code] ?? `${shown} cannot be read (${code || messageOf(error)}): check its path.`,
    {
      cause: error,
    },
  );
}

/** Names come from outside: no line ends or control characters, and not pages of it. */
function toShownName(name: string): string {
  const clean = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean;
}
