import { existsSync } from "node:fs";

import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";

import type { AtEnd } from "../scenarios/stage.ts";
import { shareHttp } from "./stage.ts";

const PATH = "/usr/bin/chromium";

/** What takes longer has failed: machines that run tests are busy. */
export const STARTED_MS = 60_000;

/** Whether pages can be looked at here, and what to put behind a test's name. */
export const CHROMIUM = {
  isHere: existsSync(PATH),
  note: existsSync(PATH) ? "" : ` (skipped: ${PATH} is not installed)`,
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

/** One browser for all tests of the `describe` that it is called in. */
export function shareBrowser(): () => Browser {
  let browser: Browser | null = null;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: PATH, args: ["--no-sandbox"] });
  }, STARTED_MS);
  afterAll(async () => browser?.close());
  return () => {
    if (browser === null) throw new Error("the browser is not open yet");
    return browser;
  };
}

/** A browser before a running bot, for all tests of the `describe` that it is called in. */
export function shareConsole(...[options, env]: Parameters<typeof shareHttp>) {
  const browser = shareBrowser();
  const shared = shareHttp(options, env);
  return () => ({
    ...shared(),
    open: async (hash = "", look: Look = {}) => openTab(browser(), `${shared().site.url}/${hash}`, look),
  });
}

/** A new window that knows nothing of others; it is closed when the test ends, which fails where anything went wrong in it. */
export async function openTab(
  browser: Browser,
  url: string,
  look: Look = {},
  atEnd: AtEnd = onTestFinished,
): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...look });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const tab = watch(page);
  atEnd(async () => {
    await context.close();
    expect(tab.problems()).toEqual([]);
  });
  await page.goto(url);
  return tab;
}

/** Hears of everything that goes wrong in a page. */
export function watch(page: Page): Tab {
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
