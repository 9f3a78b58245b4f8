import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import type { BlockStage } from "./block-stage.ts";
import { seeded } from "./kill-times.ts";
import { atMost, type Measure } from "./row.ts";
import { inWorkspace } from "./workspace.ts";

const KILLS = Number(process.env["BENCH_KILLS"] ?? 1000);
const LINES = 100_000;
const SEED = Number(process.env["BENCH_SEED"] ?? 1);
/** A round of the child's takes less. */
const LATEST_MS = 300;
/** The records are read whole so often. */
const LOOK_EVERY = 50;
/** The list, its lock with its journal, and one temporary file. */
const MOST_FILES = 4;

/**
 * A process that adds and takes out addresses as fast as it can, killed at random times: each time the list is whole and
 * has all that people wrote, and the records agree with it once the next process has started.
 */
export const measureKills: Measure = async (say) =>
  inWorkspace(async ({ folder, env }) => {
    const list = env["BLACKLIST_FILE"] ?? "";
    const written = writtenByPeople(LINES);
    await writeFile(list, written);
    const { openBlockStage } = await import("./block-stage.ts");
    const file = await bundle(folder);
    const stage = await openBlockStage(env);
    try {
      say(`taking ${LINES.toLocaleString("en-US")} lines over`);
      await stage.takeOver();
      const changesBefore = await stage.changes();
      say(`${KILLS} kills, seed ${SEED}`);
      const random = seeded(SEED);
      const counts = { underWay: 0, beforeReplacing: 0, torn: 0, strewn: 0, disagreed: 0 };
      let next = startChild(file, env, 1);
      for (let nth = 1; nth <= KILLS; nth += 1) {
        const child = await next;
        // The next one starts while this one works.
        next = startChild(file, env, nth + 1);
        await kill(child, random() * LATEST_MS);
        const text = await readFile(list, "utf8");
        if (!isWhole(text, written)) counts.torn += 1;
        const files = (await readdir(folder)).filter((name) => name.includes("blacklist.txt"));
        if (files.some((name) => name.endsWith(".tmp"))) counts.beforeReplacing += 1;
        if (files.length > MOST_FILES) counts.strewn += 1;
        if ((await stage.openChanges()) > 0) counts.underWay += 1;
        if (nth % LOOK_EVERY === 0) {
          await stage.recover();
          if (!(await doAgree(stage, list))) counts.disagreed += 1;
          say(`${nth} kills: ${JSON.stringify(counts)}`);
        }
      }
      (await next).kill();
      return [
        { name: `kills at random times (seed ${SEED}), list of 100,000 lines`, figure: KILLS, unit: "kills" },
        {
          name: "changes of the list meanwhile",
          figure: (await stage.changes()) - changesBefore,
          unit: "changes",
        },
        { name: "kills in the middle of a change", figure: counts.underWay, unit: "kills" },
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
          name: "kills that left more than one file behind",
          figure: counts.strewn,
          unit: "kills",
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
    external: ["better-sqlite3", "pg", "pino"],
    logLevel: "error",
  });
  return file;
}

/** A process that waits to be told to change the list. */
async function startChild(
  file: string,
  settings: Readonly<Record<string, string>>,
  nth: number,
): Promise<ChildProcess> {
  const child = fork(file, [JSON.stringify(settings), String(nth)], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await once(child, "message");
  return child;
}

/** Lets it change the list, and kills it so long after it has begun to. */
async function kill(child: ChildProcess, afterMs: number): Promise<void> {
  const ended = once(child, "exit");
  child.send("go");
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
