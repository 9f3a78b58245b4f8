import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { freePort } from "../test/free-port.ts";
import { withBot, type BotProcess } from "./bot-process.ts";
import { builtMain } from "./built.ts";
import { cachedAddresses, fillCache } from "./chat-cache.ts";
import { atLeast, atMost, type Measure, type Row } from "./row.ts";
import { inWorkspace } from "./workspace.ts";

const run = promisify(execFile);

const ASKED = 100;
const LISTED = 100_000;
const SECONDS = 8;
const AT_ONCE = 10;
const EARLY = 20_000;
const REQUESTS = 100_000;
/** The collector lets some garbage lie as long as there is room: two figures of a steady program differ by that. */
const MOST_RATIO = 1.15;
const SETTLED_MS = 5000;

/** What autocannon prints of a run. */
interface Shot {
  readonly requests: { readonly average: number; readonly total: number };
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly statusCodeStats: Readonly<Record<string, { readonly count: number }>>;
  readonly errors: number;
}

/** How many requests a second the API and the feeds answer, and what the bot holds of the memory after many. */
export const measureHttp: Measure = async (say) =>
  inWorkspace(async (workspace) => {
    say("filling the cache");
    const { folder, env } = await fillCache(workspace);
    await writeFile(env["BLACKLIST_FILE"] ?? "", listed().join("\n"));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const args = [fileURLToPath(builtMain), "serve"];
    return withBot({ args, folder, env: { ...env, HTTP_PORT: String(port) } }, async (bot) => {
      say(`taking ${LISTED.toLocaleString("en-US")} addresses over`);
      await untilIdle(bot);
      return [...(await measureQuestions(url, bot, say)), ...(await measureFeed(url, say))];
    });
  });

async function measureQuestions(
  url: string,
  bot: BotProcess,
  say: (sentence: string) => void,
): Promise<readonly Row[]> {
  const body = JSON.stringify({ ips: cachedAddresses(0, ASKED) });
  const headers = { "content-type": "application/json" };
  const target = `${url}/verificar_ip`;
  const first = await fetch(target, { method: "POST", headers, body });
  if (first.status !== 200) throw new Error(`${first.status}: ${await first.text()}`);
  const args = ["-m", "POST", "-H", "content-type=application/json", "-b", body];
  say("warming up");
  await shoot(target, "200", [...args, "-a", "2000"]);
  say(`asking for ${ASKED} cached addresses, ${SECONDS} s`);
  const shot = await shoot(target, "200", [...args, "-d", String(SECONDS)]);
  say(`${EARLY} requests`);
  await shoot(target, "200", [...args, "-a", String(EARLY)]);
  await setTimeout(SETTLED_MS);
  const early = await bot.residentMb();
  say(`${REQUESTS} requests`);
  await shoot(target, "200", [...args, "-a", String(REQUESTS)]);
  await setTimeout(SETTLED_MS);
  const late = await bot.residentMb();
  const name = `POST /verificar_ip of ${ASKED} cached addresses`;
  return [
    {
      name,
      figure: shot.requests.average,
      unit: "requests/s",
      ...atLeast(shot.requests.average, 1000, "/s"),
    },
    {
      name: `${name}: 99th percentile`,
      figure: shot.latency.p99,
      unit: "ms",
      ...atMost(shot.latency.p99, 20, " ms"),
    },
    {
      name: `memory after ${REQUESTS.toLocaleString("en-US")} of them, against after ${EARLY.toLocaleString("en-US")}`,
      figure: late,
      unit: "MB",
      ratio: late / early,
      ...atMost(late / early, MOST_RATIO),
    },
  ];
}

async function measureFeed(url: string, say: (sentence: string) => void): Promise<readonly Row[]> {
  const target = `${url}/blacklist.txt`;
  const startedAt = performance.now();
  const first = await fetch(target, { headers: { "accept-encoding": "identity" } });
  const length = (await first.text()).trim().split("\n").length;
  const ms = performance.now() - startedAt;
  if (length !== LISTED) throw new Error(`the feed has ${length} lines`);
  say(`asking for the feed with its ETag, ${SECONDS} s`);
  const args = ["-H", `if-none-match=${first.headers.get("etag")}`];
  await shoot(target, "304", [...args, "-a", "5000"]);
  const { requests, latency } = await shoot(target, "304", [...args, "-d", String(SECONDS)]);
  const name = `feed of ${LISTED.toLocaleString("en-US")} addresses with a matching ETag`;
  return [
    { name, figure: requests.average, unit: "requests/s", ...atLeast(requests.average, 5000, "/s") },
    { name: `${name}: 99th percentile`, figure: latency.p99, unit: "ms" },
    { name: `feed of ${LISTED.toLocaleString("en-US")} addresses, the first time`, figure: ms, unit: "ms" },
  ];
}

/** In a process of its own, so that it shares no event loop with anything. @throws Error where an answer is another one. */
async function shoot(url: string, status: string, args: readonly string[]): Promise<Shot> {
  const autocannon = createRequire(import.meta.url).resolve("autocannon");
  const { stdout } = await run(
    process.execPath,
    [autocannon, "--json", "-n", "-c", String(AT_ONCE), ...args, url],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  const shot = JSON.parse(stdout.slice(stdout.indexOf("{"))) as Shot;
  const others = Object.keys(shot.statusCodeStats).filter((code) => code !== status);
  if (others.length > 0 || shot.errors > 0) throw new Error(`other answers than ${status}: ${stdout}`);
  return shot;
}

/** What the bot does by itself at the start is over. */
async function untilIdle(bot: BotProcess): Promise<void> {
  for (let quiet = 0; quiet < 3;) {
    const before = await bot.processorMs();
    await setTimeout(1000);
    quiet = (await bot.processorMs()) - before < 200 ? quiet + 1 : 0;
  }
}

function listed(): readonly string[] {
  return Array.from({ length: LISTED }, (_, at) => `5.${10 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`);
}
