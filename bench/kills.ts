import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import type { BlockStage } from "./block-stage.ts";
import { seeded } from "./kill-times.ts";
import { atMost, type Measure } from "./row.ts";
import { keySettings } from "./settings.ts";
import { inWorkspace } from "./workspace.ts";

const KILLS = Number(process.env["BENCH_KILLS"] ?? 1000);
const LINES = 100_000;
const SEED = 20_261_122;
/** A round of the child's takes some hundred ms; from its first one on. */
const LATEST_MS = 400;
/** The records are read whole so often. */
const LOOK_EVERY = 50;
/** The list, its lock, and at most one temporary file. */
const MOST_FILES = 3;

/**
 * A process that adds and takes out addresses as fast as it can, killed at random times: each time the list is whole and
 * has all that people wrote, and the records agree with it once the next process has started.
 */
export const measureKills: Measure = async (say) =>
  inWorkspace(async ({ folder, env }) => {
    const settings = { ...env, ...keySettings(1, { perMinute: 0 }) };
    const list = env["BLACKLIST_FILE"] ?? "";
    const written = writtenByPeople(LINES);
    await writeFile(list, written);
    const { openBlockStage } = await import("./block-stage.ts");
    const file = await bundle(folder);
    const stage = await openBlockStage(settings);
    try {
      say(`taking ${LINES.toLocaleString("en-US")} lines over`);
      await stage.takeOver();
      say(`${KILLS} kills, seed ${SEED}`);
      const random = seeded(SEED);
      const counts = { underWay: 0, beforeReplacing: 0, torn: 0, strewn: 0, disagreed: 0 };
      for (let kill = 1; kill <= KILLS; kill += 1) {
        await killedChild(file, settings, kill, random() * LATEST_MS);
        const text = await readFile(list, "utf8");
        if (!isWhole(text, written)) counts.torn += 1;
        const files = (await readdir(folder)).filter((name) => name.includes("blacklist.txt"));
        if (files.some((name) => name.endsWith(".tmp"))) counts.beforeReplacing += 1;
        if (files.length > MOST_FILES) counts.strewn += 1;
        if ((await stage.openChanges()) > 0) counts.underWay += 1;
        if (kill % LOOK_EVERY === 0) {
          await stage.recover();
          if (!(await doAgree(stage, list))) counts.disagreed += 1;
          say(`${kill} kills: ${JSON.stringify(counts)}`);
        }
      }
      return [
        { name: `kills at random times (seed ${SEED}), list of 100,000 lines`, figure: KILLS, unit: "kills" },
        { name: "of these in the middle of a change", figure: counts.underWay, unit: "kills" },
        {
          name: "… of which while the new list was being written",
          figure: counts.beforeReplacing,
          unit: "kills",
        },
        {
          name: "lists that were torn, or lost a line of a person",
          figure: counts.torn,
          unit: "lists",
          ...atMost(counts.torn, 0),
        },
        {
          name: "files left behind beside one",
          figure: counts.strewn,
          unit: "files",
          ...atMost(counts.strewn, 0),
        },
        {
          name: `records that did not agree with the list, or a trail that was not whole (looked at ${KILLS / LOOK_EVERY} times)`,
          figure: counts.disagreed,
          unit: "times",
          ...atMost(counts.disagreed, 0),
        },
      ];
    } finally {
      await stage.close();
    }
  });

/** Bundled once, as `dist` is: a process of the sources themselves takes over a second to start. */
async function bundle(folder: string): Promise<string> {
  const file = join(folder, "kill-process.mjs");
  const root = fileURLToPath(new URL("..", import.meta.url));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  await build({
    entryPoints: [fileURLToPath(new URL("./kill-process.ts", import.meta.url))],
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["better-sqlite3", "pino", "pino-pretty", "@keyv/sqlite", "undici", "bottleneck"],
    logLevel: "error",
  });
  return file;
}

/** Runs a process that changes the list, and kills it so long after it has begun to. */
async function killedChild(
  file: string,
  settings: Readonly<Record<string, string>>,
  nth: number,
  afterMs: number,
): Promise<void> {
  const child = fork(file, [JSON.stringify(settings), String(nth)], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit");
  await Promise.race([once(child, "message"), ended]);
  await setTimeout(afterMs);
  child.kill("SIGKILL");
  const [, signal] = (await ended) as [number | null, string | null];
  if (signal !== "SIGKILL") throw new Error("The process that was to be killed had ended by itself.");
}

/** Each line of people stands as it was, in the same order, before all else; and the last line has an end. */
function isWhole(text: string, written: string): boolean {
  return text.startsWith(written) && /^(?:[\d.]+\r\n)*$/u.test(text.slice(written.length));
}

async function doAgree(stage: BlockStage, list: string): Promise<boolean> {
  const open = await stage.open();
  const listed = stage.listed(await readFile(list, "utf8"));
  const { whole } = await stage.verify();
  const isOpen = new Set(open);
  return whole && open.length === listed.length && listed.every((ip) => isOpen.has(ip));
}

/** Addresses in several spellings, with comments, blank lines and lines that mean nothing. */
function writtenByPeople(count: number): string {
  const lines = Array.from({ length: count }, (_, at) => {
    const v4 = `5.${10 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`;
    switch (at % 16) {
      case 3:
        return `${v4} # seen ${at} times`;
      case 5:
        return `\t${v4.replaceAll(".", "[.]")}\t#ours`;
      case 7:
        return `2A0D:0:${(at >> 8).toString(16)}::${(at & 255).toString(16)}`;
      case 9:
        return `# ${v4} was taken out — \u00E9\u4E2D`;
      case 11:
        return "";
      case 13:
        return `::ffff:${v4}`;
      case 15:
        return at % 160 === 15 ? "not an address" : v4;
      default:
        return v4;
    }
  });
  return lines.map((line) => `${line}\r\n`).join("");
}
