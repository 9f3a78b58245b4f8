import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Where records and lists lie: a small disk of its own where this user may mount one, else a folder. */
export interface Disk {
  readonly path: string;
  /** Null where it cannot be filled. */
  readonly fill: ((leftBytes: number) => void) | null;
  free(): void;
  remove(): void;
}

const SIZE_MB = 48;
const PIECE = Buffer.alloc(64 * 1024, 1);

/** Makes it. */
export function openDisk(path: string): Disk {
  mkdirSync(path, { recursive: true });
  const ballast = join(path, "ballast");
  const isMounted = mount(path);
  const unmount = () => void execFileSync("umount", ["--lazy", path]);
  if (isMounted) process.once("exit", unmount);
  return {
    path,
    fill: isMounted ? (leftBytes) => fill(path, ballast, leftBytes) : null,
    free: () => rmSync(ballast, { force: true }),
    remove() {
      if (!isMounted) return;
      process.off("exit", unmount);
      unmount();
    },
  };
}

/** Only the super-user may, and not in every container. */
function mount(path: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE_MB}m`, "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function fill(path: string, ballast: string, leftBytes: number): void {
  const file = openSync(ballast, "w");
  try {
    for (;;) {
      const { bavail, bsize } = statfsSync(path);
      const missing = bavail * bsize - leftBytes;
      if (missing <= 0) return;
      writeSync(file, PIECE, 0, Math.min(missing, PIECE.length));
    }
  } catch (error) {
    // Somebody else took the last of it.
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
}
