import { spawnSync } from "node:child_process";

/** How a program ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. */
export function run(command: readonly string[], input = ""): Ended {
  const [name = "", ...args] = command;
  const { status, stdout, stderr } = spawnSync(name, args, {
    input,
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
    env: { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` },
  });
  return { status, stdout: stdout ?? "", stderr: stderr ?? "" };
}

/** A shell in a network of its own, where rules harm nobody; null where this machine allows none. */
function networkShell(): readonly string[] | null {
  const ways = [
    ["unshare", "-n", "sh", "-c"],
    ["unshare", "-rn", "sh", "-c"],
  ];
  return ways.find((way) => run([...way, "true"]).status === 0) ?? null;
}

/** What `probe` says of whether a program can be used here, for the name of a test that is skipped. */
export interface Program {
  readonly isHere: boolean;
  /** To be put behind a test's name. */
  readonly note: string;
}

const SHELL = networkShell();

/** Runs lines of shell in a network of their own. */
export function inNetwork(lines: readonly string[]): Ended {
  return run([...(SHELL ?? ["false"]), `set -e\n${lines.join("\n")}`]);
}

/** Whether a program that changes the kernel's rules works here, in a network of its own. */
export function findKernelProgram(name: string, probe: string): Program {
  if (run(["which", name]).status !== 0) return missing(name);
  if (SHELL === null) return { isHere: false, note: " (skipped: no network namespaces here)" };
  if (inNetwork([probe]).status !== 0)
    return { isHere: false, note: ` (skipped: the kernel has no ${name})` };
  return { isHere: true, note: "" };
}

/** Whether a program is installed. */
export function findProgram(name: string): Program {
  return run(["which", name]).status === 0 ? { isHere: true, note: "" } : missing(name);
}

function missing(name: string): Program {
  return { isHere: false, note: ` (skipped: ${name} is not installed)` };
}
