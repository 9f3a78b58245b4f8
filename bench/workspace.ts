import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A temporary folder with nothing in it, and settings that keep everything inside. */
export interface Workspace {
  readonly folder: string;
  /** Settings for a program whose records and lists lie in the folder. */
  readonly env: Readonly<Record<string, string>>;
}

/** Runs `work` in a new temporary folder, which is removed afterwards. */
export async function inWorkspace<T>(work: (workspace: Workspace) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "vtip-bench-"));
  const env = {
    DATA_DIR: join(folder, "data"),
    WHITELIST_FILE: join(folder, "whitelist.txt"),
    BLACKLIST_FILE: join(folder, "blacklist.txt"),
    LOG_FILE: join(folder, "app.log"),
    INTERACTIVE_RESERVE: "0",
  };
  try {
    return await work({ folder, env });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
