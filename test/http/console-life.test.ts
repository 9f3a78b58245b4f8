import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import {
  ALONE,
  beginScan,
  changeAnswers,
  CHROMIUM,
  openTab,
  rowSaying,
  scanSeen,
  shareBrowser,
  shareConsole,
  soon,
  watch,
} from "./console-stage.ts";
import { openHttp } from "./stage.ts";

const OFFLINE = "vtip cannot be reached";
const BAD = addresses(8, 30);
/** Looked up at some 17 a second: the stage's window is 0.3 s. */
const SLOW = { VT_KEY1_PER_MINUTE: "5" };

describe.skipIf(!CHROMIUM.isHere)(`a page that stays open${CHROMIUM.note}`, () => {
  const shared = shareConsole(
    { objects: { ...allAs(BAD, flagged(9)), ...allAs(addresses(40, 31), flagged(0)) } },
    { ...SLOW, MAX_BLOCKS_PER_APPROVAL: "3" },
  );

  test("goes on with a scan after it is loaded again in the middle of it", async () => {
    const tab = await shared().open();
    const id = await beginScan(tab, addresses(40, 31).join(" "));
    await tab.page.locator("progress").waitFor();

    await tab.page.reload();

    await tab.page.locator("progress").waitFor();
    expect(await scanSeen(tab)).toBe(id);
    await tab.page.locator(".sums", { hasText: "40 clean" }).waitFor();
  });

  test("cancels a scan that runs", async () => {
    const tab = await shared().open();
    await beginScan(tab, addresses(90, 32).join(" "));

    await tab.page.getByRole("button", { name: "Cancel" }).click();

    await tab.page.getByText("cancelled, asked by").waitFor();
    expect(await tab.page.getByText("answered").count()).toBe(0);
  });

  test("shows what was decided in another tab", async () => {
    const first = await shared().open("", ALONE);
    await beginScan(first, BAD.slice(0, 2).join(" "));
    await first.page.getByRole("button", { name: "Block 2" }).waitFor();
    const second = watch(await first.page.context().newPage());
    await second.page.clock.install();
    await second.page.goto(first.page.url());
    await second.page.getByRole("button", { name: "Block 2" }).waitFor();

    await first.page.getByRole("button", { name: "Block 2" }).click();
    await first.page.getByText("blocked by local:console").waitFor();
    await second.page.clock.fastForward("00:06");

    await second.page.getByText("blocked by local:console").waitFor();
    expect(second.problems()).toEqual([]);
  });

  test("says who was first where two decide", async () => {
    const first = await shared().open();
    first.expectProblem(/409/u);
    await beginScan(first, BAD.slice(2, 4).join(" "));
    const dismiss = first.page.getByRole("button", { name: "Dismiss" });
    await dismiss.waitFor();
    const second = await first.page.context().newPage();
    await second.goto(first.page.url());
    // The first tab still shows the question as it was.
    const asked = await shared().site.get(`/api/scans/${await scanSeen(first)}/proposal`);
    const undo = await changeAnswers(first, /\/proposal$/u, `() => (${asked.text})`);
    await second.getByRole("button", { name: "Block 2" }).click();
    await second.getByText("blocked by local:console").waitFor();

    await undo();
    await dismiss.click();

    const card = first.page.locator(".proposal");
    await card.getByRole("alert").waitFor();
    expect(await card.getByRole("alert").innerText()).toContain(
      "You have decided this before: 2 addresses blocked",
    );
    await card.getByRole("status").getByText("blocked by local:console").waitFor();
    expect(await card.getByRole("button", { name: "Undo" }).count()).toBe(1);
  });

  test("asks once more before it blocks more than one approval may", async () => {
    const { open } = shared();
    const tab = await open();
    tab.expectProblem(/409/u);
    await beginScan(tab, BAD.slice(4).join(" "));

    await tab.page.getByRole("button", { name: "Block 4" }).click();
    await tab.page.getByRole("button", { name: "Yes, block 4" }).click();

    await tab.page.getByText("blocked by local:console").waitFor();
  });

  test("fetches rows that could not be fetched as soon as it can", async () => {
    const tab = await shared().open("", ALONE);
    tab.expectProblem(/ERR_INTERNET_DISCONNECTED/u);
    await beginScan(tab, addresses(40, 31).join(" "));
    await tab.page.locator(".sums", { hasText: "40 clean" }).waitFor();
    await rowSaying(tab, "clean");

    await tab.page.context().setOffline(true);
    await tab.page.getByRole("button", { name: "Owner" }).click();
    await tab.page.getByRole("alert").getByText(OFFLINE).waitFor();
    await soon(() => tab.page.locator(".body").getByText("clean").count()).toBe(0);
    await tab.page.context().setOffline(false);

    await rowSaying(tab, "clean");
  });

  test("says that the browser is offline, and recovers", async () => {
    const { page, expectProblem } = await shared().open("#scans", ALONE);
    expectProblem(/ERR_INTERNET_DISCONNECTED/u);
    await page.getByRole("table").waitFor();

    await page.context().setOffline(true);
    await page.getByRole("alert").getByText(OFFLINE).waitFor();
    expect(await page.getByText(OFFLINE).count()).toBe(1);
    expect(await page.getByRole("table").count()).toBe(1);
    await page.context().setOffline(false);

    await page.getByText(OFFLINE).waitFor({ state: "detached" });
  });
});

describe.skipIf(!CHROMIUM.isHere)(`a page whose server is started again${CHROMIUM.note}`, () => {
  const browser = shareBrowser();

  test("goes on where the server does", async () => {
    const stage = await openHttp({ objects: allAs(addresses(60, 33), flagged(0)) });
    const site = await stage.start(SLOW);
    const tab = await openTab(browser(), site.url);
    tab.expectProblem(/net::ERR_/u);
    const id = await beginScan(tab, addresses(60, 33).join(" "));
    await tab.page.locator("progress").waitFor();

    await site.stop();
    await tab.page.getByRole("alert").getByText(OFFLINE).waitFor();
    await stage.start({ ...SLOW, HTTP_PORT: String(site.port) });

    await tab.page.getByText(OFFLINE).waitFor({ state: "detached" });
    await tab.page.locator(".sums", { hasText: "60 clean" }).waitFor();
    expect(await scanSeen(tab)).toBe(id);
    expect(await tab.page.getByText("done, asked by").innerText()).toContain("60 requests");
  });
});
