import { open, type FileHandle } from "node:fs/promises";

import { toListText } from "./list-text.ts";

/** The list as it is on disk, kept in hand while another one takes its place. */
interface HeldOpen {
  /** Lines that it did not have in `before`: somebody had it open, and wrote into it when it had no name any more. */
  lateLines(before: string): Promise<readonly string[]>;
  release(): Promise<void>;
}

const NOTHING: HeldOpen = { lateLines: async () => [], release: async () => undefined };

/** What cannot be held, such as a file that is not there, has no late lines. */
export async function holdList(file: string): Promise<HeldOpen> {
  // Windows replaces no file that somebody holds.
  const handle = process.platform === "win32" ? null : await open(file).catch(() => null);
  if (handle === null) return NOTHING;
  const state = await stateOf(handle);
  return {
    async lateLines(before) {
      if ((await stateOf(handle)) === state) return [];
      const known = new Set(before.split("\n"));
      const { text } = toListText(file, await handle.readFile());
      return text.split("\n").filter((line) => line !== "" && !known.has(line));
    },
    release: async () => handle.close(),
  };
}

async function stateOf(handle: FileHandle): Promise<string> {
  const { size, mtimeMs } = await handle.stat();
  return `${size} ${mtimeMs}`;
}

/** The text with these lines at its end. */
export function withLines(text: string, lines: readonly string[]): string {
  if (lines.length === 0) return text;
  const begun = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  return `${begun}${lines.join("\n")}\n`;
}
