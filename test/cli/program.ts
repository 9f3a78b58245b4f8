import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { type TestContext, vi } from "vitest";

import type { StandinObject } from "../../src/demo/standin-objects.ts";
import { startStandin, type Standin, type StandinOptions } from "../../src/demo/standin.ts";
import { databaseEnv } from "../records/place.ts";
import { type Ended, runHosted } from "./program-host.ts";

/** Starting the program takes seconds where many things run beside the tests. */
vi.setConfig({ testTimeout: 60_000 });

const PROGRAM = resolve(import.meta.dirname, "../../dist/main.js");

/** As long and as random as real ones, and none. */
export const [KEY_1, KEY_2, KEY_3] = [keyOf(1), keyOf(2), keyOf(3)] as const;

/** The program while it runs. */
interface Running {
  readonly ended: Promise<Ended>;
  readonly process: ChildProcess;
  stdout(): string;
  stderr(): string;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; left out, it is empty. */
  readonly input?: string | Uint8Array;
}

/** A folder of its own with the program in it, and a stand-in for VirusTotal that it asks. */
export interface Bench {
  readonly folder: string;
  readonly standin: Standin;
  /** In a process that ran it before: the same code as `start`, in a tenth of the time. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** In a process of its own. */
  start(args: readonly string[], options?: RunOptions): Running;
  /** Runs it from a line of shell, where `"$@"` stands for the program with its arguments. */
  shell(line: string, args: readonly string[]): Promise<Ended>;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): string;
  /** What was asked about, in order, failures and repeats included. */
  asked(): readonly string[];
}

export interface BenchOptions extends Partial<StandinOptions> {
  /** Of the program, over those that point it at the stand-in and the folder. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One key without limits unless `keys` says otherwise. Everything is gone after the test. */
export async function openBench(
  { onTestFinished }: Pick<TestContext, "onTestFinished">,
  { env: more = {}, ...options }: BenchOptions = {},
): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "vtip-test-"));
  const standin = await startStandin({ keys: { [KEY_1]: {} }, ...options });
  const children = new Set<ChildProcess>();
  onTestFinished(async () => {
    for (const child of children) child.kill("SIGKILL");
    await standin.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const env = { ...environmentOf(folder, standin, options), ...more };

  function start(args: readonly string[], { env: own = {}, input }: RunOptions = {}): Running {
    return follow(process.execPath, [PROGRAM, ...args], { ...env, ...own }, input);
  }

  function follow(
    command: string,
    args: readonly string[],
    env: RunOptions["env"],
    input: RunOptions["input"],
  ): Running {
    const child = spawn(command, args, { cwd: folder, env });
    children.add(child);
    child.stdin.on("error", () => undefined).end(input ?? "");
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    const ended = new Promise<Ended>((done) => {
      child.once("close", (status) => {
        children.delete(child);
        done({ status, ...output });
      });
    });
    return { ended, process: child, stdout: () => output.stdout, stderr: () => output.stderr };
  }

  const path = (name: string) => join(folder, name);
  return {
    folder,
    standin,
    start,
    run: async (args, { env: own = {}, input = "" } = {}) =>
      runHosted(PROGRAM, { args, env: { ...env, ...own }, folder, input }),
    shell: async (line, args) =>
      follow("/bin/sh", ["-c", line, "sh", process.execPath, PROGRAM, ...args], env, "").ended,
    path,
    write(name, content) {
      writeFileSync(path(name), content);
      return path(name);
    },
    asked: () => standin.requests.map(({ value, path }) => value ?? path),
  };
}

/** Nothing of the environment that the tests run in, but the way to node. */
function environmentOf(
  folder: string,
  standin: Standin,
  options: Partial<StandinOptions>,
): Record<string, string> {
  const { windowMs = 60_000, keys = { [KEY_1]: {} } } = options;
  const limits = Object.entries(keys).flatMap(([key, { perMinute = 0, perDay = 0, perMonth = 0 }], at) => [
    [`VT_APIKEY${at + 1}`, key],
    [`VT_KEY${at + 1}_PER_MINUTE`, String(perMinute)],
    [`VT_KEY${at + 1}_PER_DAY`, String(perDay)],
    [`VT_KEY${at + 1}_PER_MONTH`, String(perMonth)],
  ]);
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    ...Object.fromEntries(limits),
    VT_API_URL: standin.url,
    VT_WINDOW_SECONDS: String(windowMs / 1000),
    DATA_DIR: join(folder, "data"),
    ...databaseEnv(join(folder, "data")),
    LOG_FILE: join(folder, "app.log"),
    WHITELIST_FILE: join(folder, "whitelist.txt"),
    BLACKLIST_FILE: join(folder, "blacklist.txt"),
  };
}

/** One line of `scan --json`, as a person's script sees it. */
export type Line = Readonly<Record<string, unknown>>;

/** The lines of `scan --json`: all but the last, and the sums of the last. Throws where one is no JSON. */
export function parseLines(stdout: string): {
  lines: readonly Line[];
  summary: Readonly<Record<string, number>>;
} {
  const parsed = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  const last = parsed.at(-1) as { summary: Readonly<Record<string, number>> };
  return { lines: parsed.slice(0, -1), summary: last.summary };
}

/** Each indicator with a field of its line, to compare with a table. */
export function fieldOf(stdout: string, field: string): Readonly<Record<string, unknown>> {
  const { lines } = parseLines(stdout);
  return Object.fromEntries(lines.map((line) => [String(line["indicator"] ?? line["input"]), line[field]]));
}

/** `count` public addresses, all different. Each `range` has its own. */
export function addresses(count: number, range = 10): readonly string[] {
  return Array.from({ length: count }, (_, at) => `45.${range}.${Math.floor(at / 200)}.${(at % 200) + 1}`);
}

/** A record with so many detections out of 90. */
export function flagged(
  malicious: number,
  suspicious = 0,
  more: StandinObject["attributes"] = {},
): StandinObject {
  const others = { harmless: 60, undetected: 30 - malicious - suspicious, timeout: 0 };
  return { stats: { malicious, suspicious, ...others }, attributes: more };
}

/** The same record for all. */
export function allAs(
  values: readonly string[],
  object: StandinObject,
): Readonly<Record<string, StandinObject>> {
  return Object.fromEntries(values.map((value) => [value, object]));
}

/** Resolves when it holds. Looks often, and gives up with `what` after 60 s. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 60_000; !holds();) {
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await pause(5);
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

/** Every file under a folder with its bytes. */
export function filesUnder(folder: string): readonly { readonly name: string; readonly bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((name) => ({ name, bytes: readFileSync(name) }));
}

function keyOf(number: number): string {
  return createHash("sha256").update(`no real key ${number}`).digest("hex");
}
