import { existsSync } from "node:fs";

import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed, onTestFinished } from "vitest";

import { shareHttp } from "./stage.ts";

/** Debian's Chromium, better without windows: that takes half of the processor's time. */
const [SHELL, FULL] = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"] as const;
const PATH = existsSync(SHELL) ? SHELL : FULL;

/** What takes longer has failed: machines that run tests are busy. */
export const STARTED_MS = 60_000;
const PATIENCE_MS = 30_000;
/** What a page showed when a test failed: so long is it waited for, and so many characters of it are told. */
const SHOWN_MS = 2000;
const MOST_SHOWN = 3000;
/** The page between two tests. */
const BETWEEN = "Logs";

/** Whether pages can be looked at here, and what to put behind a test's name. */
export const CHROMIUM = {
  isHere: existsSync(PATH),
  note: existsSync(PATH) ? "" : ` (skipped: neither ${SHELL} nor ${FULL} is installed)`,
};

/** A page, and what went wrong in it. */
export interface Tab {
  readonly page: Page;
  /** Errors of scripts, violations of the policy, dialogs and what the browser complains of. */
  problems(): readonly string[];
  /** Says that this is meant to be complained of. */
  expectProblem(pattern: RegExp): void;
}

/** How a page is looked at. */
export type Look = Pick<
  BrowserContextOptions,
  "viewport" | "colorScheme" | "permissions" | "reducedMotion" | "acceptDownloads"
>;

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"];
const VIEWPORT = { width: 1280, height: 900 };

/** One for all files that a process runs; it ends with that. */
let launched: Promise<Browser> | null = null;

/** A browser for all tests of the `describe` that it is called in. */
export function shareBrowser(): () => Browser {
  let browser: Browser | null = null;
  beforeAll(async () => {
    launched ??= chromium.launch({ executablePath: PATH, args: FLAGS });
    browser = await launched;
  }, STARTED_MS);
  return () => {
    if (browser === null) throw new Error("the browser is not open yet");
    return browser;
  };
}

/**
 * A browser before a running bot, for all tests of the `describe` that it is called in. `open` goes on in the one tab of
 * them all, since to load it anew takes longest; where it is to be looked at otherwise, or `ALONE`, in a window of its own.
 */
export function shareConsole(...[options, env, clock]: Parameters<typeof shareHttp>) {
  const browser = shareBrowser();
  const shared = shareHttp(options, env, clock);
  let common: Page | null = null;
  afterAll(async () => common?.context().close());
  return () => ({
    ...shared(),
    async open(hash = "", look?: Look): Promise<Tab> {
      const url = `${shared().site.url}/${hash}`;
      if (look !== undefined) return openTab(browser(), url, look);
      if (common === null || common.isClosed()) {
        common = await (await openWindow(browser())).newPage();
        return openIn(common, url, async () => tidyUp(common));
      }
      const page = common;
      const tab = watch(page);
      onTestFinished(async () => {
        await tidyUp(page);
        expect(tab.problems()).toEqual([]);
      });
      await leaveFor(page, url);
      return tab;
    },
  });
}

/** By way of another page of the console, so that nothing is left of what was typed and seen. */
async function leaveFor(page: Page, url: string): Promise<void> {
  const between = page.getByRole("heading", { level: 1, name: BETWEEN, exact: true });
  await page.goto(new URL("#logs", url).href);
  await between.waitFor();
  await page.goto(url);
  if (!url.endsWith("#logs")) await between.waitFor({ state: "detached" });
}

/** Leaves a tab to others as it was. */
async function tidyUp(page: Page | null): Promise<void> {
  for (const event of ["console", "pageerror", "dialog", "request"]) page?.removeAllListeners(event);
  await page?.setViewportSize(VIEWPORT);
  await page?.emulateMedia({ colorScheme: null, reducedMotion: "reduce" });
}

/** Nothing is shared with other tabs. */
export const ALONE: Look = {};

/** A new window that knows nothing of others; it is closed when the test ends, which fails where anything went wrong in it. */
export async function openTab(browser: Browser, url: string, look: Look = {}): Promise<Tab> {
  const context = await openWindow(browser, look);
  return openIn(await context.newPage(), url, async () => context.close());
}

async function openWindow(browser: Browser, look: Look = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: "reduce", ...look });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

async function openIn(page: Page, url: string, close: () => Promise<void>): Promise<Tab> {
  const tab = watch(page);
  onTestFinished(async () => {
    await close();
    expect(tab.problems()).toEqual([]);
  });
  // What is looked for is waited for: scripts and styles need not be there yet.
  await page.goto(url, { waitUntil: "commit" });
  return tab;
}

/** Hears of everything that goes wrong in a page. */
export function watch(page: Page): Tab {
  onTestFailed(async () => {
    const seen = await page.locator("body").innerText({ timeout: SHOWN_MS }).catch(String);
    console.error(`Seen at ${page.url()} when it failed:\n${seen.slice(0, MOST_SHOWN)}`);
  });
  const noted: string[] = [];
  const expected: RegExp[] = [];
  const note = (problem: string) => void noted.push(problem);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") note(message.text());
  });
  page.on("pageerror", (error) => note(`page error: ${error.message}`));
  page.on("dialog", (dialog) => {
    note(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return {
    page,
    problems: () => noted.filter((problem) => !expected.some((pattern) => pattern.test(problem))),
    expectProblem: (pattern) => void expected.push(pattern),
  };
}

/**
 * Has a page read answers otherwise: `change` is the source of a function from a body to another one. The page's own
 * `fetch` is stepped into, since requests that wait for the browser's interception were seen never to go on. Until it
 * is undone, or the test ends.
 */
export async function changeAnswers(
  { page }: Pick<Tab, "page">,
  address: RegExp,
  change: string,
): Promise<() => Promise<void>> {
  await page.evaluate(`(() => {
    const ask = globalThis.fetch;
    globalThis.fetch = async (path, options) => {
      const answer = await ask(path, options);
      return ${address}.test(path) ? Response.json((${change})(await answer.json())) : answer;
    };
    globalThis.fetch.before = ask;
  })()`);
  const undo = async () => {
    if (!page.isClosed()) await page.evaluate("void (globalThis.fetch = fetch.before ?? fetch)");
  };
  onTestFinished(undo);
  return undo;
}

/** Looks until it is as expected. */
export function soon<Seen>(look: () => Promise<Seen>) {
  return expect.poll(look, { timeout: PATIENCE_MS });
}

/** Pastes a text, begins the scan, and resolves to its name once its page is seen. */
export async function beginScan({ page }: Pick<Tab, "page">, text: string): Promise<string> {
  await page.getByLabel("Paste anything").fill(text);
  await page.getByRole("button", { name: "Check" }).click();
  return scanSeen({ page });
}

/** The scan whose page is seen. */
export async function scanSeen({ page }: Pick<Tab, "page">): Promise<string> {
  await page.waitForURL(/#scans\/S-/u);
  return decodeURIComponent(new URL(page.url()).hash.slice("#scans/".length));
}

/** Waits until a row of the results says all of it. */
export async function rowSaying({ page }: Pick<Tab, "page">, ...words: readonly string[]): Promise<string> {
  let rows = page.locator('.body [role="row"]');
  for (const word of words) rows = rows.filter({ hasText: word });
  await rows.first().waitFor();
  return rows.first().innerText();
}
