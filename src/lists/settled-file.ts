import type { Stats } from "node:fs";

import { isSameFile, statOf } from "./list-text.ts";

/**
 * Looks at a file each time it is called, and gives its state when it is the same as the time before: editors empty a
 * file before they write it. Null while it changes, and where there is none. To ask for a file's state works on every
 * file system. @throws UserError as `statOf`.
 */
export function createSettledFile(file: string): () => Stats | null {
  let before: Stats | null = null;
  return () => {
    const now = statOf(file);
    const isSettled = isSameFile(before, now);
    before = now;
    return isSettled ? now : null;
  };
}
