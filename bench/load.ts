import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import Database from "better-sqlite3";

import { withBot, type BotProcess } from "./bot-process.ts";
import { builtMain } from "./built.ts";
import { newAddresses } from "./chat-cache.ts";
import { atMost, type Measure, type Row } from "./row.ts";
import { keySettings, standinKeys } from "./settings.ts";
import { withSlack, type SlackChild } from "./slack-child.ts";
import { withStandin, type StandinChild } from "./standin-child.ts";
import { inWorkspace } from "./workspace.ts";

const LISTS = 20;
/** `LOAD_LIST=5000`: as many as in the documented run. */
const LIST_LENGTH = Number(process.env["LOAD_LIST"] ?? 5000);
const ROUNDS = 10;
const PEOPLE_AT_ONCE = 20;
/** A day of 180 public keys, 500 requests each, in some minutes: as many places in a window, a window 1/30 as long. */
const KEYS = 20;
const PER_MINUTE = 40;
const WINDOW_MS = 2000;
const LATENCY_MS = 100;
const LOOK_MS = 1000;
const MOST_SPREAD = 2;
const MOST_DELAY_MS = 50;

/** Loaded before the program: the delays of its event loop from SIGUSR2 on, written when it ends. */
const DELAY_REPORTER = `data:text/javascript,${encodeURIComponent(`
  import { monitorEventLoopDelay } from "node:perf_hooks";
  import { writeFileSync } from "node:fs";
  const delays = monitorEventLoopDelay({ resolution: 10 });
  process.on("SIGUSR2", () => { delays.enable(); delays.reset(); });
  process.on("exit", () => writeFileSync(process.env.DELAY_FILE, String(delays.percentile(99) / 1e6 - 10)));
`)}`;

/** 20 lists of 5,000 and 200 people at once, over one bot: whether lists keep step, how long people wait, what it takes. */
export const measureLoad: Measure = async (say) =>
  inWorkspace(async ({ folder, env }) => {
    const limits = { perMinute: PER_MINUTE };
    const standin = { keys: standinKeys(KEYS, limits), windowMs: WINDOW_MS, known: 0, latencyMs: LATENCY_MS };
    return withStandin(standin, async (virustotal) =>
      withSlack(async (slack) => {
        const delayFile = join(folder, "delay.txt");
        const settings = {
          ...env,
          ...keySettings(KEYS, limits),
          VT_API_URL: virustotal.url,
          VT_WINDOW_SECONDS: String(WINDOW_MS / 1000),
          INTERACTIVE_RESERVE: String(PEOPLE_AT_ONCE),
          CONFIRM_OVER: String(LIST_LENGTH),
          SLACK_APP_TOKEN: slack.appToken,
          SLACK_API_URL: slack.apiUrl,
          SLACK_BOT_TOKEN: slack.botToken,
          DELAY_FILE: delayFile,
        };
        const args = ["--import", DELAY_REPORTER, fileURLToPath(builtMain), "serve"];
        const rows = await withBot({ args, folder, env: settings }, async (bot) =>
          underLoad({ bot, slack, virustotal, folder }, say),
        );
        const delayMs = Number(await readFile(delayFile, "utf8"));
        return [
          ...rows,
          {
            name: "event loop of the bot under that load: delay, p99",
            figure: delayMs,
            unit: "ms",
            ...atMost(delayMs, MOST_DELAY_MS, " ms"),
          },
        ];
      }),
    );
  });

interface Scene {
  readonly bot: BotProcess;
  readonly slack: SlackChild;
  readonly virustotal: StandinChild;
  readonly folder: string;
}

async function underLoad(scene: Scene, say: (sentence: string) => void): Promise<readonly Row[]> {
  const { bot, slack, virustotal, folder } = scene;
  bot.signal("SIGUSR2");
  say(`${LISTS} lists of ${LIST_LENGTH}`);
  for (let at = 0; at < LISTS; at += 1) {
    await slack.order({ kind: "say", text: newAddresses(LIST_LENGTH * at, LIST_LENGTH).join(" ") });
  }
  const answered = openCounts(folder);
  await answered.until((counts) => counts.length === LISTS && Math.min(...counts) > 0);
  const early = await holds(bot);
  let spread = 1;
  const waits: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // Spread over the whole time that the lists take.
    const share = (round / ROUNDS) * LIST_LENGTH;
    await answered.until((counts) => Math.max(...counts) >= share);
    const from = LIST_LENGTH * LISTS + round * PEOPLE_AT_ONCE;
    const addresses = newAddresses(from, PEOPLE_AT_ONCE);
    waits.push(...(await slack.order({ kind: "answers", addresses, atOnce: PEOPLE_AT_ONCE })));
    const counts = answered.now();
    spread = Math.max(spread, Math.max(...counts) / Math.min(...counts));
    say(`${PEOPLE_AT_ONCE * (round + 1)} people; lists at ${Math.min(...counts)} to ${Math.max(...counts)}`);
  }
  await answered.until((counts) => counts.every((count) => count === LIST_LENGTH));
  const late = await holds(bot);
  const { worstWindow, refused, spanMs, taken } = await virustotal.count();
  const p99 = waits.toSorted((a, b) => a - b)[Math.ceil(0.99 * waits.length) - 1] ?? Number.NaN;
  const idealMs = (taken / (KEYS * PER_MINUTE)) * WINDOW_MS;
  return [
    {
      name: `${LISTS} lists of ${LIST_LENGTH.toLocaleString("en-US")} at once: the furthest against the last, at worst`,
      figure: spread,
      unit: "",
      ...atMost(spread, MOST_SPREAD),
    },
    {
      name: `${waits.length} people beside them, ${PEOPLE_AT_ONCE} at a time, new addresses: wait, p99`,
      figure: p99,
      unit: "ms",
    },
    {
      name: "all of it: time, against what the limits allow",
      figure: spanMs / 1000,
      unit: "s",
      ratio: spanMs / idealMs,
    },
    {
      name: "worst window at the server",
      figure: worstWindow,
      unit: "requests",
      ...atMost(worstWindow, PER_MINUTE),
    },
    { name: "429s provoked", figure: refused, unit: "replies", ...atMost(refused, 0) },
    {
      name: "memory at the end, against when all lists had begun",
      figure: late.residentMb,
      unit: "MB",
      ratio: late.residentMb / early.residentMb,
    },
    {
      name: "open files at the end, against when all lists had begun",
      figure: late.files,
      unit: "files",
      ratio: late.files / early.files,
    },
  ];
}

async function holds(bot: BotProcess): Promise<{ readonly residentMb: number; readonly files: number }> {
  const files = await readdir(`/proc/${bot.pid}/fd`).catch(() => []);
  return { residentMb: await bot.residentMb(), files: files.length };
}

/** How many answers each list has, as the records say. */
function openCounts(folder: string) {
  const database = new Database(join(folder, "data", "vtip.sqlite"), { readonly: true });
  const question = database.prepare(
    "select count(status) as answered from scan_item group by scan_id having count(*) > 1",
  );
  const now = () => question.all().map((row) => (row as { answered: number }).answered);
  return {
    now,
    async until(isEnough: (counts: readonly number[]) => boolean): Promise<void> {
      while (!isEnough(now())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    },
  };
}
