import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable, type Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { builtMain } from "./built.ts";

/** How one run of a program ended. */
export interface ProgramRun {
  /** From before its start to after its end. */
  readonly wallMs: number;
  /** The most memory that it held at one time, in MB (1,000,000 bytes); NaN where it was not asked for. */
  readonly peakMb: number;
  /** The processor's time, in ms; NaN where it was not asked for. Other things that run make it longer by little. */
  readonly cpuMs: number;
  readonly stdout: string;
}

/**
 * Loaded before the program, it writes the peak of its memory and its processor time to file descriptor 3 when the program ends. Linux's
 * VmHWM where there is one: the peak in `resourceUsage` starts at what the process that started it held.
 */
const PEAK_REPORTER = `data:text/javascript,${encodeURIComponent(`
  import { existsSync, readFileSync, writeSync } from "node:fs";
  const own = "/proc/self/status";
  process.on("exit", () => {
    const peak = existsSync(own) ? /VmHWM:\\s+(\\d+)/.exec(readFileSync(own, "utf8"))?.[1] : undefined;
    const { user, system } = process.cpuUsage();
    writeSync(3, (peak ?? process.resourceUsage().maxRSS) + " " + (user + system) / 1000);
  });
`)}`;

/** Runs `vtip` as it was built. @throws Error when it ends with another status than 0. */
export async function runVtip(
  args: readonly string[],
  options: { readonly folder: string; readonly env: Readonly<Record<string, string>> },
  { withPeak = false } = {},
): Promise<ProgramRun> {
  const preload = withPeak ? ["--import", PEAK_REPORTER] : [];
  return runNode([...preload, fileURLToPath(builtMain), ...args], options);
}

/** Runs node with nothing in its environment but `env`. @throws Error when it ends with another status than 0. */
export async function runNode(
  args: readonly string[],
  { folder, env }: { readonly folder: string; readonly env: Readonly<Record<string, string>> },
): Promise<ProgramRun> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const [, stdoutPipe, stderrPipe, peakPipe] = child.stdio;
  const [stdout, stderr, usage, [status]] = await Promise.all([
    readAll(stdoutPipe),
    readAll(stderrPipe),
    readAll(peakPipe),
    once(child, "close") as Promise<[number | null]>,
  ]);
  const wallMs = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${args.join(" ")} ended with status ${status}: ${stderr}`);
  const [peakKiB = Number.NaN, cpuMs = Number.NaN] = usage === "" ? [] : usage.split(" ").map(Number);
  return { wallMs, peakMb: (peakKiB * 1024) / 1e6, cpuMs, stdout };
}

async function readAll(pipe: Writable | Readable | null | undefined): Promise<string> {
  return pipe instanceof Readable ? text(pipe) : "";
}
