import { closeSync, openSync, readSync } from "node:fs";

import { messageOf, UserError } from "./errors.ts";

/** A larger one is no secret, such as a device without an end. */
const MOST_BYTES = 65_536;

/**
 * The text of a file without the line's end behind it. @throws UserError (exit status 3) that names the variable, which
 * names the file, and its path, never what it holds.
 */
export function readSecret(variable: string, path: string): string {
  const bytes = readStart(variable, path);
  if (bytes.byteLength > MOST_BYTES) throw wrong(variable, path, "holds more than a secret");
  const text = bytes.toString("utf8").replace(/\r?\n$/u, "");
  if (text.trim() === "") throw wrong(variable, path, "is empty");
  if (/[\r\n]/u.test(text)) throw wrong(variable, path, "has more than one line");
  return text;
}

/** A byte more than allowed tells that there is more. It may be a pipe, which has no size. */
function readStart(variable: string, path: string): Buffer {
  const bytes = Buffer.alloc(MOST_BYTES + 1);
  let length = 0;
  try {
    const file = openSync(path, "r");
    try {
      for (let got = -1; got !== 0 && length < bytes.byteLength; length += got)
        got = readSync(file, bytes, length, bytes.byteLength - length, null);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw wrong(variable, path, `cannot be read (${messageOf(error)})`, error);
  }
  return bytes.subarray(0, length);
}

function wrong(variable: string, path: string, fault: string, cause?: unknown): UserError {
  return new UserError(
    `${variable}: the file ${path} ${fault}. Let it hold the secret alone, readable for who runs vtip.`,
    { exitStatus: 3, cause },
  );
}
