import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { chromium, type Browser, type Request } from "playwright-core";

import { freePort } from "../test/free-port.ts";
import { withBot } from "./bot-process.ts";
import { builtMain } from "./built.ts";
import { atMost, median, type Measure, type Row } from "./row.ts";
import { keySettings } from "./settings.ts";
import { inWorkspace } from "./workspace.ts";

const CHROMIUM = "/usr/bin/chromium";
const VISITS = 7;
const MOST_KB = 150;
const MOST_MS = 1000;

/** What a first visit to the console loads, and when it can be typed into, each time without anything cached. */
export const measureConsole: Measure = async (say) => {
  if (!existsSync(CHROMIUM)) {
    say("left out: chromium is not installed");
    return [];
  }
  const port = await freePort();
  return inWorkspace(async ({ folder, env }) => {
    const settings = { ...env, ...keySettings(1, { perMinute: 0 }), HTTP_PORT: String(port) };
    const args = [fileURLToPath(builtMain), "serve"];
    return withBot({ args, folder, env: settings }, async () => {
      const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
      try {
        say(`${VISITS} visits`);
        return await visited(browser, `http://127.0.0.1:${port}/`);
      } finally {
        await browser.close();
      }
    });
  });
};

async function visited(browser: Browser, url: string): Promise<readonly Row[]> {
  const visits = [];
  for (let left = VISITS; left > 0; left -= 1) visits.push(await visit(browser, url));
  const ms = median(visits.map((one) => one.ms));
  const slowest = Math.max(...visits.map((one) => one.ms));
  const kb = Math.max(...visits.map((one) => one.bytes)) / 1000;
  return [
    { name: "console, first visit: loaded, packed", figure: kb, unit: "KB", ...atMost(kb, MOST_KB, " KB") },
    {
      name: `console, first visit: until it can be typed into, median of ${VISITS}`,
      figure: ms,
      unit: "ms",
      ...atMost(ms, MOST_MS, " ms"),
    },
    { name: "console, first visit: until it can be typed into, slowest", figure: slowest, unit: "ms" },
  ];
}

/** From the navigation until the field for what is to be checked takes text. */
async function visit(
  browser: Browser,
  url: string,
): Promise<{ readonly ms: number; readonly bytes: number }> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    let bytes = 0;
    const sizes: Promise<void>[] = [];
    const note = (request: Request) => {
      sizes.push(request.sizes().then(({ responseBodySize }) => void (bytes += responseBodySize)));
    };
    page.on("requestfinished", note);
    await page.goto(url, { waitUntil: "commit" });
    await page.locator("textarea").fill("45.10.0.1");
    const ms = await page.evaluate(() => performance.now());
    await page.waitForLoadState();
    page.off("requestfinished", note);
    await Promise.all(sizes);
    return { ms, bytes };
  } finally {
    await context.close();
  }
}
