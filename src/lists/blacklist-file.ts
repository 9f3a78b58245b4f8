import { renameSync } from "node:fs";
import { open, realpath, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { messageOf, UserError } from "../errors.ts";
import { step } from "../step.ts";
import { isSameFile, readListText, statOf, type ListText } from "./list-text.ts";
import { withLock } from "./lock.ts";
import { holdList, withLines } from "./replaced-list.ts";

const DEFAULT_MODE = 0o644;

/** A list whose lock is held. */
export interface HeldList {
  /** By which it is known again, in whatever place it is mounted: beside it, its lock keeps the number. */
  readonly mark: number;
  /**
   * Replaces the list whole, so that whoever reads it, or whatever is killed, there is always either the old list or the
   * new one. Follows a link; keeps the file's mode; an edit that changes nothing writes nothing. `note` is called with
   * the edit before the list is replaced; where somebody saves the file meanwhile, both are done again.
   * Resolves when the new list is on disk. @throws UserError when it cannot be; then the list is as it was.
   */
  edit<Edit extends { readonly text: string }>(
    edit: (text: string) => Edit,
    note?: (edit: Edit) => Promise<void>,
  ): Promise<Edit>;
}

/**
 * Does `work` under a lock between processes.
 * @throws UserError when the lock is not free within 10 seconds or cannot be had, and what `work` throws.
 */
export async function withBlacklist<Result>(
  file: string,
  work: (list: HeldList) => Promise<Result>,
): Promise<Result> {
  let isHeld = false;
  try {
    const target = await toTarget(file);
    return await withLock(`${target}.lock`, async (mark) => {
      isHeld = true;
      return work({ mark, edit: async (edit, note) => editHeld(file, target, edit, note) });
    });
  } catch (error) {
    throw isHeld || error instanceof UserError ? error : toUnwritable(file, error);
  }
}

/** One edit under a lock of its own, as `HeldList.edit`. @throws UserError */
export async function editBlacklist<Edit extends { readonly text: string }>(
  file: string,
  edit: (text: string) => Edit,
): Promise<Edit> {
  return withBlacklist(file, async (list) => list.edit(edit));
}

async function editHeld<Edit extends { readonly text: string }>(
  file: string,
  target: string,
  edit: (text: string) => Edit,
  note: (edit: Edit) => Promise<void> = async () => undefined,
): Promise<Edit> {
  try {
    for (let late: readonly string[] = []; ;) {
      const stats = statOf(target);
      const held = await holdList(target);
      try {
        const before = readListText(target);
        const edited = edit(withLines(before.text, late));
        await note(edited);
        step("change noted");
        if (edited.text === before.text) return edited;
        const isUnchanged = () => isSameFile(stats, statOf(target));
        if (!(await replace(target, { ...before, text: edited.text }, isUnchanged))) continue;
        late = await held.lateLines(before.text);
        if (late.length === 0) return edited;
      } finally {
        await held.release();
      }
    }
  } catch (error) {
    throw error instanceof UserError ? error : toUnwritable(file, error);
  }
}

async function toTarget(file: string): Promise<string> {
  if (statOf(file)) return realpath(file);
  return resolve(file);
}

/** Only the holder of the lock is here, so a temporary file that is already there is left over from one that was killed. */
async function replace(
  target: string,
  { text, encoding }: ListText,
  isUnchanged: () => boolean,
): Promise<boolean> {
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.tmp`);
  await rm(temporary, { force: true });
  try {
    await writeLike(target, temporary, Buffer.from(text, encoding));
    step("new list written");
    if (!isUnchanged()) {
      await rm(temporary);
      return false;
    }
    // At once: whoever saves the file between the look and this would be lost.
    renameSync(temporary, target);
    step("list replaced");
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // Some network file systems cannot do it; the list is replaced all the same.
  await syncFolder(folder).catch(() => undefined);
  return true;
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
  return new UserError(`${file} cannot be replaced (${messageOf(error)}): ${remedyOf(code)}.`, {
    cause: error,
  });
}

function remedyOf(code: string): string {
  switch (code) {
    // A single file mounted into a container cannot be replaced, only a file in a mounted folder.
    case "EBUSY":
    case "EXDEV":
      return "mount its folder, not the file alone";
    case "ENOSPC":
    case "SQLITE_FULL":
    case "EDQUOT":
      return "free some space on its disk";
    case "EROFS":
      return "mount its file system so that it can be written";
    default:
      return "give this user the right to write its folder";
  }
}
