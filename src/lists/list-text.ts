import { lstatSync, readFileSync, statSync, type Stats } from "node:fs";

import { messageOf, UserError } from "../errors.ts";

/** The text of a list with its byte order mark, and the encoding in which it has to be written back. */
export interface ListText {
  readonly text: string;
  readonly encoding: "utf8" | "latin1";
}

/**
 * Reads a list; a missing one is empty.
 * @throws UserError when it is there and cannot be read: a whitelist that is lost protects nobody.
 */
export function readListText(file: string): ListText {
  if (!statOf(file)) return { text: "", encoding: "utf8" };
  return toListText(
    file,
    attempt(file, () => readFileSync(file)),
  );
}

/** The same of what was read already. @throws UserError when it is no text. */
export function toListText(file: string, bytes: Buffer): ListText {
  if (bytes.includes(0)) throw new UserError(`${file} is not a text file in UTF-8: save it as UTF-8.`);
  try {
    return {
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
      encoding: "utf8",
    };
  } catch {
    return { text: bytes.toString("latin1"), encoding: "latin1" };
  }
}

/**
 * The file's state on disk; null when there is none.
 * @throws UserError when it cannot be told, or when it is a link to nothing.
 */
export function statOf(file: string): Stats | null {
  return attempt(file, () => {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats) return stats;
    if (lstatSync(file, { throwIfNoEntry: false }))
      throw new Error("it is a link to a file that is not there");
    return null;
  });
}

/** Whether a file is the same and was not written since, as far as its state tells. */
export function isSameFile(one: Stats | null, other: Stats | null): boolean {
  if (!one || !other) return one === other;
  const isSame = one.ino === other.ino && one.size === other.size;
  return isSame && one.mtimeMs === other.mtimeMs && one.ctimeMs === other.ctimeMs;
}

function attempt<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new UserError(`${file} cannot be read (${messageOf(error)}): mend it, or name another file.`, {
      cause: error,
    });
  }
}
