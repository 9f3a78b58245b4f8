import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { builtMain } from "../built.ts";

/** How vtip is started here, whatever for: the one place that knows its file and what is loaded before it. */
export interface Launch {
  /** What node is given before the program. */
  readonly nodeArgs: readonly string[];
  readonly folder: string;
  /** Looked at for each start. */
  env(): Readonly<Record<string, string>>;
  /** Where everything goes that is said on standard error, and by `serve` on standard output. */
  readonly output: string;
}

/** An end of a process that nobody had asked for. */
interface OwnEnd {
  readonly status: number | null;
  readonly signal: string | null;
  readonly said: string;
  /** Of `performance.now`. */
  readonly atMs: number;
}

/** `vtip serve` under a supervisor that starts it again whenever it ends, as systemd would. */
export interface Server {
  /** Ends it at once; it is started again. */
  kill(): Promise<void>;
  /** Asks it to end, and waits for that; it is started again. */
  restart(): Promise<void>;
  /** The longest that it took to end when it was asked to, in ms. */
  slowestEndMs(): number;
  /** Ends by itself, oldest first. */
  ownEnds(): readonly OwnEnd[];
  /** Ends it for good. */
  stop(): Promise<void>;
}

/** How one run of the command line ended. */
interface Ended {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of the command line. */
export interface Run {
  readonly ended: Promise<Ended>;
  kill(): void;
}

/** As long as systemd waits by default. */
const RESTART_MS = 100;
/** Who does not end when asked to is ended. */
const MOST_PATIENCE_MS = 30_000;

/** Starts the server. */
export function startServer(launch: Launch): Server {
  const output = createWriteStream(launch.output, { flags: "a" });
  const ownEnds: OwnEnd[] = [];
  let isStopped = false;
  let isWanted = false;
  let slowestEndMs = 0;
  let child = start();
  let ended = follow(child);
  const killNow = () => void child.kill("SIGKILL");
  process.once("exit", killNow);

  function start(): ChildProcess {
    return launchNode(launch, ["serve"], ["ignore", "pipe", "pipe"]);
  }

  async function follow(running: ChildProcess): Promise<void> {
    const said = listen(running, output);
    const [status, signal] = (await once(running, "exit")) as [number | null, NodeJS.Signals | null];
    if (!isWanted) ownEnds.push({ status, signal, said: said(), atMs: performance.now() });
    isWanted = false;
    if (isStopped) return;
    await sleep(RESTART_MS);
    if (isStopped) return;
    child = start();
    ended = follow(child);
  }

  async function end(signal: NodeJS.Signals): Promise<number> {
    const since = performance.now();
    const running = child;
    if (running.exitCode !== null || running.signalCode !== null) return 0;
    isWanted = true;
    const exit = once(running, "exit");
    running.kill(signal);
    const tooLong = setTimeout(() => running.kill("SIGKILL"), MOST_PATIENCE_MS);
    await exit;
    clearTimeout(tooLong);
    return performance.now() - since;
  }

  return {
    kill: async () => void (await end("SIGKILL")),
    async restart() {
      slowestEndMs = Math.max(slowestEndMs, await end("SIGTERM"));
    },
    slowestEndMs: () => slowestEndMs,
    ownEnds: () => ownEnds,
    async stop() {
      isStopped = true;
      await end("SIGTERM");
      await ended;
      process.off("exit", killNow);
      output.end();
    },
  };
}

/** Several servers as one: what ends one of them ends each in its turn, and the others go on. */
export function startServers(launches: readonly Launch[]): Server {
  const servers = launches.map(startServer);
  let turn = 0;
  const next = () => {
    turn += 1;
    return servers[turn % servers.length];
  };
  return {
    kill: async () => next()?.kill(),
    restart: async () => next()?.restart(),
    slowestEndMs: () => Math.max(...servers.map((server) => server.slowestEndMs())),
    ownEnds: () => servers.flatMap((server) => server.ownEnds()),
    stop: async () => void (await Promise.all(servers.map(async (server) => server.stop()))),
  };
}

/** Runs one command with this on its standard input. */
export function runCommand(launch: Launch, args: readonly string[], input = ""): Run {
  const child = launchNode(launch, args, ["pipe", "pipe", "pipe"]);
  const texts = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (texts.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (texts.stderr += text));
  child.stdin?.on("error", () => undefined).end(input);
  const ended = once(child, "close").then(([status]) => ({ status: status as number | null, ...texts }));
  return { ended, kill: () => void child.kill("SIGKILL") };
}

function launchNode(
  { nodeArgs, folder, env }: Launch,
  args: readonly string[],
  stdio: ["ignore" | "pipe", "pipe", "pipe"],
): ChildProcess {
  const own = { PATH: process.env["PATH"] ?? "", HOME: folder };
  const main = fileURLToPath(builtMain);
  return spawn(process.execPath, [...nodeArgs, main, ...args], {
    cwd: folder,
    env: { ...own, ...env() },
    stdio,
  });
}

/** Keeps the end of what it says, for who asks why it ended. */
function listen({ stdout, stderr }: ChildProcess, output: WriteStream): () => string {
  let said = "";
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output.write(text);
      said = (said + text).slice(-2000);
    });
  }
  return () => said;
}
