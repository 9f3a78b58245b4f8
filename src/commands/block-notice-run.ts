import { spawn, type ChildProcess } from "node:child_process";

import type { Env } from "../env.ts";
import type { Clock } from "../model.ts";

/** A program that takes the blacklist on its standard input. */
export interface BlockCommand {
  /** The program, then its arguments. */
  readonly words: readonly string[];
  /** Of the program's own variables: keys and tokens have no business there. */
  readonly env: Env;
}

const TIMEOUT_MS = 60_000;
/** Who is asked to end when vtip does has so long. */
const END_WITHIN_MS = 3000;
/** A program that it left running may hold its standard error open. */
const CLOSE_WITHIN_MS = 1000;
const MOST_REASON_CHARACTERS = 300;

const PASSED_ON = "PATH HOME USER LOGNAME LANG LC_ALL TZ TMPDIR SystemRoot PATHEXT TEMP TMP".split(" ");

/** The variables that a program needs to run, and none of vtip's. */
export function toCommandEnv(env: Env): Env {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}

/**
 * Runs the program without a shell; null when it ended with 0, else the reason in a few words. One that takes longer
 * than 60 s is killed, with all that it started; when `signal` aborts it is asked to end.
 */
export async function runBlockCommand(
  { words: [program = "", ...args], env }: BlockCommand,
  input: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<string | null> {
  const child: ChildProcess = spawn(program, args, {
    env: { ...env },
    stdio: ["pipe", "ignore", "pipe"],
    // A group of its own, so that it can be killed with its children.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const ending = endOf(child);
  const ended = new AbortController();
  let isLate = false;
  async function killLate(): Promise<void> {
    await clock.wait(TIMEOUT_MS, ended.signal);
    isLate = !ended.signal.aborted;
    if (isLate) kill(child, "SIGKILL");
  }
  async function stop(): Promise<void> {
    kill(child, "SIGTERM");
    await clock.wait(END_WITHIN_MS, ended.signal);
    kill(child, "SIGKILL");
  }
  const onAbort = () => void stop();
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  void killLate();
  const said = collectError(child);
  // Who does not read the list to its end may have reasons: its exit status tells.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  try {
    const end = await ending;
    await clock.wait(CLOSE_WITHIN_MS, end.closed);
    child.stderr?.destroy();
    if (isLate) return `${program} took longer than ${TIMEOUT_MS / 1000} s and was killed`;
    return end.fault === null ? null : [`${program} ${end.fault}`, said()].filter(Boolean).join(": ");
  } finally {
    ended.abort();
    signal.removeEventListener("abort", onAbort);
  }
}

interface End {
  /** Null for exit status 0. */
  readonly fault: string | null;
  /** Aborts when nobody holds its standard error any more. */
  readonly closed: AbortSignal;
}

async function endOf(child: ChildProcess): Promise<End> {
  const closing = new AbortController();
  const closed = closing.signal;
  child.on("close", () => closing.abort());
  return new Promise((resolve) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      closing.abort();
      resolve({ fault: `could not be started (${error.code ?? error.message})`, closed });
    });
    child.on("exit", (status, by) => {
      resolve({ fault: status === 0 ? null : wordEnd(status, by), closed });
    });
  });
}

function wordEnd(status: number | null, by: NodeJS.Signals | null): string {
  return status === null ? `was ended by ${by ?? "a signal"}` : `ended with ${status}`;
}

/** The first line of what it says on standard error; the rest is read and dropped. */
function collectError({ stderr }: ChildProcess): () => string {
  let text = "";
  stderr?.setEncoding("utf8");
  stderr?.on("data", (chunk: string) => {
    if (text.length < MOST_REASON_CHARACTERS) text += chunk.slice(0, MOST_REASON_CHARACTERS);
  });
  stderr?.on("error", () => undefined);
  return () =>
    text
      .trimStart()
      .split(/[\r\n]/u, 1)[0]
      ?.slice(0, MOST_REASON_CHARACTERS)
      .trimEnd() ?? "";
}

function kill(child: ChildProcess, by: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === "win32") child.kill(by);
    else process.kill(-child.pid, by);
  } catch {
    // It has ended at this moment.
  }
}
