import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

/** A bot in a process of its own. */
export interface BotProcess {
  readonly pid: number;
  signal(name: NodeJS.Signals): void;
  /** What it holds of the memory now, in MB (1,000,000 bytes); Linux only, NaN elsewhere. */
  residentMb(): Promise<number>;
  /** What it has had of the processor so far, in ms; Linux only, NaN elsewhere. */
  processorMs(): Promise<number>;
}

/** What a bot of ours says when it serves. */
const SERVING = /serves/u;

/** Runs `work` beside a node program that serves Slack; it is stopped afterwards. @throws Error when it ends before. */
export async function withBot<T>(
  program: {
    readonly args: readonly string[];
    readonly folder: string;
    readonly env: Readonly<Record<string, string>>;
  },
  work: (bot: BotProcess) => Promise<T>,
): Promise<T> {
  const { args, folder, env } = program;
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  const said: string[] = [];
  const serving = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        said.push(line);
        if (SERVING.test(line)) resolve();
      });
    }
  });
  const died = exited.then((): never => {
    throw new Error(`The bot ended by itself:\n${said.slice(-20).join("\n")}`);
  });
  try {
    await Promise.race([serving, died]);
    return await Promise.race([work(toProcess(child.pid ?? 0)), died]);
  } finally {
    child.kill("SIGTERM");
    await exited;
  }
}

function toProcess(pid: number): BotProcess {
  return {
    pid,
    signal: (name) => void process.kill(pid, name),
    residentMb: async () => residentMb(pid),
    processorMs: async () => processorMs(pid),
  };
}

/** User and system time stand after the name, which may hold anything but the last bracket, in hundredths of a second. */
async function processorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kib = /VmRSS:\s+(\d+)/u.exec(status)?.[1];
  return kib === undefined ? Number.NaN : (Number(kib) * 1024) / 1e6;
}
