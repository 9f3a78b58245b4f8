import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { Options } from "./options.ts";
import type { Played } from "./run.ts";

/** Seeds of the runs lie so far apart: each house of a run takes the next one. */
const SEEDS_APART = 1000;

const NOTHING: Played = { outcomes: [], folder: null };

/** Plays the rounds in several programs at once, each with a clock of its own: most of a round is waiting. */
export async function playBeside(options: Options, say: (sentence: string) => void): Promise<Played> {
  const folder = await mkdtemp(join(tmpdir(), "vtip-chaos-beside-"));
  const shares = sharesOf(options);
  const played = await Promise.all(
    shares.map(async (rounds, at) => {
      const file = join(folder, `outcomes-${at}.json`);
      const tell = (sentence: string) => say(`${at + 1}: ${sentence}`);
      await writeFile(file, JSON.stringify(NOTHING));
      const ended = await playOne({ ...options, rounds, seed: options.seed + at * SEEDS_APART }, file, tell);
      const result = JSON.parse(await readFile(file, "utf8")) as Played;
      if (ended === null || result.folder !== null) return result;
      tell(`${ended} by itself: rounds of its last house are not counted`);
      return { ...result, folder: "what it said" };
    }),
  );
  await rm(folder, { recursive: true });
  const lost = played.flatMap((one) => one.folder ?? []);
  return {
    outcomes: played.flatMap(({ outcomes }) => outcomes),
    folder: lost.length === 0 ? null : lost.join(", "),
  };
}

function sharesOf({ rounds, beside }: Options): readonly number[] {
  return Array.from({ length: beside }, (_, at) =>
    Number.isFinite(rounds) ? Math.floor((rounds + at) / beside) : rounds,
  );
}

/** Null, or how it ended when that was by a fault of its own. */
async function playOne(
  options: Options,
  file: string,
  say: (sentence: string) => void,
): Promise<string | null> {
  const { seed, rounds, seconds, only, isShared } = options;
  const words = [
    "--seed",
    String(seed),
    "--outcomes",
    file,
    ...(Number.isFinite(rounds) ? ["--rounds", String(rounds)] : []),
    ...(Number.isFinite(seconds) ? ["--seconds", String(seconds)] : []),
    ...only.flatMap((part) => ["--only", part]),
    ...(isShared ? ["--shared"] : []),
  ];
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, main, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const end = () => void child.kill();
  process.once("exit", end);
  createInterface(child.stderr).on("line", say);
  const [status, signal] = (await once(child, "close")) as [number | null, string | null];
  process.off("exit", end);
  // 1 is a broken promise too; then the outcomes say so.
  return status === 0 ? null : `ended with ${String(status ?? signal)}`;
}
