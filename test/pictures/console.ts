/**
 * Looks at the pages of the console, on sample data, in headless Chromium, into docs/images. `tsx test/pictures/console.ts
 * <folder>` puts every page there at 360 and 1600 px, light and dark. Run it after a change of the console, and look.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { type Browser, chromium, type Page } from "playwright-core";

import type { StandinObject } from "../../src/demo/standin-objects.ts";
import { startStandin } from "../../src/demo/standin.ts";
import { serve } from "../../src/serve.ts";
import { createJumpingClock, type JumpingClock } from "../jumping-clock.ts";

const IMAGES = resolve(import.meta.dirname, "../../docs/images");
const OWNERS = [
  "Example Hosting",
  "Sample Cloud",
  "Placeholder Networks",
  "Demo Transit",
  "Specimen Telecom",
];
const COUNTRIES = ["NL", "US", "DE", "BR", "SE"];
const KEY = "key-of-the-pictures";

/** So many requests a minute: the last scan is under way when it is looked at. */
const PER_MINUTE = 55;

const DAY_MS = 86_400_000;
const ENDING = ["45.10.0.4", "45.10.0.9", "45.10.0.14", "45.10.0.23"];
const UNSAFE = [4, 9, 14, 23, 31, 38, 52, 57];
const SAMPLE = Array.from({ length: 48 }, (_, at) => `45.10.0[.]${at + 1}`).join("\n");
const RUNNING = Array.from({ length: 40 }, (_, at) => `45.12.0.${at + 1}`).join("\n");
const TYPED = `Seen at the gateway, 08:12 to 08:40:
45[.]10.0.4 hxxp://login[.]example.net/reset  256.1.1.1
44d88612fea8a8f36de82e1278abb02f, and from inside 10.20.0.7`;

function sampleObjects(): Readonly<Record<string, StandinObject>> {
  const objects: Record<string, StandinObject> = {};
  for (let at = 1; at <= 60; at += 1) {
    const malicious = UNSAFE.includes(at) ? 5 + (at % 9) : at % 11 === 0 ? 2 : 0;
    objects[`45.10.0.${at}`] = {
      stats: {
        malicious,
        suspicious: at % 11 === 0 ? 1 : 0,
        harmless: 61,
        undetected: 30 - malicious,
        timeout: 0,
      },
      attributes: { as_owner: OWNERS[at % 5], asn: 64_496 + (at % 5), country: COUNTRIES[at % 5] },
    };
  }
  return objects;
}

/** The console on sample data, until `work` is over. It begins six days ago. */
async function onSamples(work: (url: string, clock: JumpingClock) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "vtip-pictures-"));
  const standin = await startStandin({ keys: { [KEY]: {} }, objects: sampleObjects(), latencyMs: 5 });
  const stopping = new AbortController();
  const path = (name: string) => join(folder, name);
  const clock = createJumpingClock();
  clock.jump(-6 * DAY_MS);
  let url = "";
  let ended = Promise.resolve();
  await new Promise<void>((serving) => {
    ended = serve({
      env: {
        VT_APIKEY1: KEY,
        VT_KEY1_PER_MINUTE: String(PER_MINUTE),
        VT_KEY1_PER_DAY: "500",
        VT_KEY1_PER_MONTH: "15500",
        VT_API_URL: standin.url,
        DATA_DIR: path("data"),
        LOG_FILE: path("app.log"),
        WHITELIST_FILE: path("whitelist.txt"),
        BLACKLIST_FILE: path("blacklist.txt"),
        HTTP_PORT: "0",
        APPROVERS: "local:console",
        BLOCK_DAYS: "30",
        DIGEST_HOUR: String(new Date().getUTCHours()),
        CACHE_HOURS: "100",
      },
      clock,
      isDemo: true,
      signal: stopping.signal,
      onNotice(sentence) {
        url = /http:\S+/u.exec(sentence)?.[0] ?? url;
        if (sentence.startsWith("vtip serves")) serving();
      },
    });
  });
  try {
    await work(url, clock);
  } finally {
    stopping.abort();
    await ended;
    await standin.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function begin(url: string, text: string): Promise<string> {
  const answer = await fetch(`${url}/api/scans`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text }),
  });
  return ((await answer.json()) as { readonly id: string }).id;
}

/** A page, and what is seen when it is ready. */
interface View {
  readonly name: string;
  readonly hash: string;
  readonly seen: string;
  readonly prepare?: (page: Page) => Promise<void>;
}

/** Blocks these for a week, and goes on to now, when it is asked about them. */
async function blockForWeek(url: string, clock: JumpingClock): Promise<void> {
  const id = await begin(url, ENDING.join(" "));
  const decision = JSON.stringify({ decision: "block", days: 7, reason: "phishing, case 12" });
  const headers = { "content-type": "application/json" };
  const path = `${url}/api/proposals/${id.replace("S", "P")}/decision`;
  while (!(await fetch(path, { method: "POST", headers, body: decision })).ok) await pause(100);
  clock.jump(6 * DAY_MS);
  while (((await (await fetch(`${url}/api/digests`)).json()) as readonly unknown[]).length === 0) {
    clock.jump(60_000);
    await pause(100);
  }
}

async function prepared(browser: Browser, url: string, clock: JumpingClock): Promise<readonly View[]> {
  await blockForWeek(url, clock);
  const page = await browser.newPage();
  const first = await begin(url, "45.10.0.52 45.10.0.57 45.10.0.1");
  await page.goto(`${url}/#scans/${first}`);
  await page.getByLabel("Reason").fill("seen in the gateway's log");
  await page.getByRole("button", { name: "Block 2" }).click();
  await page.getByRole("button", { name: "Undo" }).waitFor();
  const sample = await begin(url, SAMPLE);
  await page.goto(`${url}/#scans/${sample}`);
  await page.getByRole("region", { name: "by owner" }).waitFor();
  const running = await begin(url, RUNNING);
  await page.close();
  return [
    {
      name: "start",
      hash: "",
      seen: ".found strong",
      prepare: async (shown) => shown.getByLabel("Paste anything").fill(TYPED),
    },
    { name: "scan", hash: `scans/${sample}`, seen: ".proposal >> text=Dismiss" },
    { name: "running", hash: `scans/${running}`, seen: ".table a" },
    { name: "decided", hash: `scans/${first}`, seen: "text=Undo" },
    { name: "scans", hash: "scans", seen: "table" },
    { name: "approvals", hash: "approvals", seen: ".proposal >> text=Dismiss" },
    { name: "endings", hash: "blocks", seen: ".proposal >> text=Let go" },
    { name: "blocklist", hash: "blocks/45.10.0.52", seen: ".story li" },
    { name: "audit", hash: "audit", seen: "table" },
    { name: "quota", hash: "quota", seen: "canvas" },
    { name: "logs", hash: "logs", seen: ".log" },
  ];
}

interface Look {
  readonly width: number;
  readonly colorScheme: "light" | "dark";
  readonly isWhole: boolean;
}

async function draw(
  browser: Browser,
  url: string,
  { hash, seen, prepare }: View,
  { width, colorScheme, isWhole }: Look,
  file: string,
): Promise<void> {
  const viewport = { width, height: width < 600 ? 740 : 860 };
  const page = await browser.newPage({ viewport, colorScheme });
  await page.goto(`${url}/#${hash}`);
  await prepare?.(page);
  await page.locator(seen).first().waitFor();
  await page.getByText("Loading").waitFor({ state: "detached" });
  await page.screenshot({ path: file, fullPage: isWhole, animations: "disabled" });
  await page.close();
  console.log(file);
}

const [folder] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  await onSamples(async (url, clock) => {
    const views = await prepared(browser, url, clock);
    const kept = { width: 1280, colorScheme: "light", isWhole: false } as const;
    for (const view of views) {
      if (folder === undefined) {
        await draw(browser, url, view, kept, join(IMAGES, `console-${view.name}.png`));
        continue;
      }
      mkdirSync(folder, { recursive: true });
      for (const width of [360, 1600])
        for (const colorScheme of ["light", "dark"] as const) {
          const file = join(folder, `${view.name}-${width}-${colorScheme}.png`);
          await draw(browser, url, view, { width, colorScheme, isWhole: true }, file);
        }
    }
    const scan = views.find(({ name }) => name === "scan");
    if (scan === undefined || folder !== undefined) return;
    await draw(browser, url, scan, { ...kept, colorScheme: "dark" }, join(IMAGES, "console-scan-dark.png"));
    await draw(browser, url, scan, { ...kept, width: 360 }, join(IMAGES, "console-scan-narrow.png"));
  });
} finally {
  await browser.close();
}
