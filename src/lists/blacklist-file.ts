import { open, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { messageOf, UserError } from "../errors.ts";
import { readListText, statOf, type ListText } from "./list-text.ts";
import { withLock } from "./lock.ts";

const DEFAULT_MODE = 0o644;

/**
 * Changes a list under a lock between processes and replaces it whole, so that whoever reads it, or whatever is killed,
 * there is always either the old list or the new one. Follows a link; keeps the file's mode; an edit that
 * changes nothing writes nothing. Resolves when the new list is safely on disk.
 * @throws UserError when the list cannot be read or replaced, or the lock is not free within 10 seconds.
 */
export async function editBlacklist<Edit extends { readonly text: string }>(
  file: string,
  edit: (text: string) => Edit,
): Promise<Edit> {
  const target = await toTarget(file);
  try {
    return await withLock(`${target}.lock`, async () => {
      const before = readListText(target);
      const edited = edit(before.text);
      if (edited.text !== before.text) await replace(target, { ...before, text: edited.text });
      return edited;
    });
  } catch (error) {
    throw error instanceof UserError ? error : toUnwritable(file, error);
  }
}

async function toTarget(file: string): Promise<string> {
  if (statOf(file)) return realpath(file);
  return resolve(file);
}

/** Only the holder of the lock is here, so a temporary file that is already there is left over from one that was killed. */
async function replace(target: string, { text, encoding }: ListText): Promise<void> {
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.tmp`);
  await rm(temporary, { force: true });
  try {
    await writeLike(target, temporary, Buffer.from(text, encoding));
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

async function writeLike(target: string, temporary: string, bytes: Buffer): Promise<void> {
  const like = statOf(target);
  const handle = await open(temporary, "wx", DEFAULT_MODE);
  try {
    await handle.writeFile(bytes);
    if (like) {
      await handle.chmod(like.mode & 0o7777);
      // Only the super-user can give files away; for others the new file is their own.
      await handle.chown(like.uid, like.gid).catch(() => undefined);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the new name last through a power cut. Windows can't open folders, and does it by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function toUnwritable(file: string, error: unknown): UserError {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  // A single file mounted into a container cannot be replaced, only a file in a mounted folder.
  const remedy =
    code === "EBUSY" || code === "EXDEV"
      ? "mount its folder, not the file alone"
      : "give this user the right to write its folder";
  return new UserError(`${file} cannot be replaced (${messageOf(error)}): ${remedy}.`, { cause: error });
}
