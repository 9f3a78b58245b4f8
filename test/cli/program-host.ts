import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";

/** How the program ended. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One run of the program. */
interface Run {
  readonly args: readonly string[];
  /** The whole of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly input: string | Uint8Array;
}

/** A process that runs the program as often as it is asked to, one run after the other. */
interface Host {
  run(run: Run): Promise<Ended>;
  /** Runs that have not ended. */
  waiting(): number;
}

/** So many beside each other: tests that wait for VirusTotal's window do not hold up the others. */
const MOST_HOSTS = 2;
const hosts: Host[] = [];

/** Runs the program in a process that has run it before, which takes a tenth of a start. Signals, pipes and `serve` need a start. */
export async function runHosted(program: string, run: Run): Promise<Ended> {
  const [idlest] = hosts.toSorted((one, other) => one.waiting() - other.waiting());
  if (idlest !== undefined && (idlest.waiting() === 0 || hosts.length === MOST_HOSTS)) return idlest.run(run);
  const host = createHost(program);
  hosts.push(host);
  return host.run(run);
}

function createHost(program: string): Host {
  const open = new Map<number, { done(ended: Ended): void; fail(error: Error): void }>();
  let runs = 0;
  const child = fork(join(import.meta.dirname, "program-host.mjs"), [program], {
    execArgv: [],
    serialization: "advanced",
    env: { PATH: process.env["PATH"] ?? "" },
  });
  child.on("message", ({ id, ended }: { id: number; ended: Ended }) => {
    open.get(id)?.done(ended);
    open.delete(id);
    idle(child, open.size === 0);
  });
  child.once("exit", () => {
    hosts.splice(hosts.indexOf(host), 1);
    for (const { fail } of open.values()) fail(new Error("the program ended the process that ran it"));
  });
  const host: Host = {
    waiting: () => open.size,
    async run(run) {
      runs += 1;
      const id = runs;
      idle(child, false);
      const ended = new Promise<Ended>((done, fail) => open.set(id, { done, fail }));
      child.send({ ...run, id });
      return ended;
    },
  };
  return host;
}

/** It ends with the tests, and keeps nobody who is done with it. */
function idle(child: ChildProcess, isIdle: boolean): void {
  if (isIdle) {
    child.unref();
    child.channel?.unref();
    return;
  }
  child.ref();
  child.channel?.ref();
}
