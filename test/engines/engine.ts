import { spawn, type ChildProcess } from "node:child_process";
import { chownSync, readdirSync } from "node:fs";

/** A real server that tests and benchmarks start on loopback, end, and start again on the same port. */
export interface Engine {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  /** `SIGKILL` is a crash; else it ends as its own operator would end it. Resolves when it is gone. */
  stop(signal?: "SIGKILL"): Promise<void>;
}

/** Where PostgreSQL's programs are, which Debian does not put on the path; null where it is not installed. */
export function postgresPrograms(): string | null {
  const root = "/usr/lib/postgresql";
  try {
    const newest = readdirSync(root).toSorted((a, b) => Number(b) - Number(a))[0];
    return newest === undefined ? null : `${root}/${newest}/bin`;
  } catch {
    return null;
  }
}

/** PostgreSQL refuses to run as root; the user that its package brings has number and group in the passwd. */
export const isRoot = process.getuid?.() === 0;

/** Gives a folder to the user that servers run as. */
export function giveTo(folder: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  chownSync(folder, uid, gid);
}

/** Resolves with all that a program printed once it printed what `isReady` waits for. Rejects when it ends before. */
export async function untilPrinted(child: ChildProcess, isReady: RegExp, name: string): Promise<void> {
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString("utf8");
      if (isReady.test(printed)) resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (status) => reject(new Error(`${name} ended with ${status}: ${printed}`)));
    child.once("error", reject);
  });
}

/** Starts a program that prints to us. */
export function startProgram(
  command: string,
  words: readonly string[],
  user: { readonly uid?: number; readonly gid?: number } = {},
): ChildProcess {
  return spawn(command, words, { stdio: ["ignore", "pipe", "pipe"], ...user });
}

/** Resolves when a program that was told to end is gone. */
export async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise((resolve) => {
    child.once("exit", resolve);
  });
}
