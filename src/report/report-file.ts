import { randomBytes } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { UserError } from "../errors.ts";

/**
 * Makes sure that a report can be written to `file`, before anything is spent on it. Leaves nothing behind.
 * @throws UserError when the folder is missing, not writable, or the file is open elsewhere.
 */
export async function assertWritable(file: string): Promise<void> {
  try {
    const target = await resolveTarget(file);
    const temporary = temporaryBeside(target);
    const probe = await open(temporary, "wx");
    await probe.close();
    await rm(temporary);
  } catch (error) {
    throw toWriteError(file, error);
  }
}

/**
 * Makes sure that the report does not replace the file that is being read, under whatever name.
 * @throws UserError when it would.
 */
export async function assertNotInput(file: string, input: string): Promise<void> {
  const [out, source] = await Promise.all([file, input].map((path) => stat(path).catch(() => null)));
  if (!out || !source || out.ino !== source.ino || out.dev !== source.dev) return;
  throw new UserError(
    `The report would replace the input "${input}". Name another file with --out, or use --no-out.`,
  );
}

/**
 * Lets `write` fill a temporary file beside `file` and puts it in place at once when it is complete; a failure
 * leaves the former file as it was, and nothing else.
 * @throws UserError when the file system refuses; what `write` throws for other reasons passes unchanged.
 */
export async function replaceFile(file: string, write: (temporary: string) => Promise<void>): Promise<void> {
  let temporary: string | null = null;
  try {
    const target = await resolveTarget(file);
    temporary = temporaryBeside(target);
    await write(temporary);
    await rename(temporary, target);
  } catch (error) {
    if (temporary !== null) await rm(temporary, { force: true });
    throw toWriteError(file, error);
  }
}

/** Follows links, so that the file behind one is replaced and not the link; refuses what is no plain file. */
async function resolveTarget(file: string): Promise<string> {
  const existing = await realpath(file).catch(() => null);
  if (existing === null) return file;
  const found = await stat(existing);
  if (found.isDirectory())
    throw new UserError(`Cannot write the report to "${file}": it is a folder. Name a file.`);
  if (!found.isFile()) {
    throw new UserError(`Cannot write the report to "${file}": it is no ordinary file. Name another one.`);
  }
  // Renaming asks the folder alone; a file that is read-only or open in Excel has to be asked itself.
  const handle = await open(existing, "r+");
  await handle.close();
  return existing;
}

function temporaryBeside(target: string): string {
  return join(dirname(target), `.vtip-${randomBytes(6).toString("hex")}.tmp`);
}

function toWriteError(file: string, error: unknown): unknown {
  if (error instanceof UserError) return error;
  const advice = adviceOn(error, file);
  if (advice === null) return error;
  return new UserError(`Cannot write the report to "${file}": ${advice}`, { cause: error });
}

function adviceOn(error: unknown, file: string): string | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENOENT":
      return `the folder "${dirname(file)}" does not exist. Create it or name another file.`;
    case "ENOTDIR":
      return `"${dirname(file)}" is not a folder. Name another file.`;
    case "EACCES":
    case "EROFS":
      return "no permission to write there. Name a file in a folder of your own.";
    case "EBUSY":
    case "EPERM":
    case "ETXTBSY":
      return `"${basename(file)}" is in use or protected. Close it in Excel or name another file.`;
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full. Free some space or name a file on another disk.";
    case "ENAMETOOLONG":
      return "the name is too long. Name a shorter one.";
    default:
      // Only the file system's own errors name a system call; anything else is not about this file.
      return error instanceof Error && "syscall" in error
        ? `the system says ${code}. Name another file.`
        : null;
  }
}
