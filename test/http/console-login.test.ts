import { describe, expect, test } from "vitest";

import { CHROMIUM, openTab, shareBrowser } from "./console-stage.ts";
import { shareHttp } from "./stage.ts";

const TOKEN = "a-token-of-this-test-0123456789";

describe.skipIf(!CHROMIUM.isHere)(`the way into the console where a token is set${CHROMIUM.note}`, () => {
  const browser = shareBrowser();
  const shared = shareHttp({}, { HTTP_TOKEN: TOKEN });

  async function openLogin() {
    const tab = await openTab(browser(), shared().site.url);
    tab.expectProblem(/401/u);
    await tab.page.getByLabel("Token").waitFor();
    return tab;
  }

  test("shows nothing but the login page", async () => {
    const { page } = await openLogin();

    expect(await page.title()).toBe("Log in · vtip");
    expect(await page.getByRole("navigation").count()).toBe(0);
    expect(await page.getByRole("textbox").count()).toBeLessThanOrEqual(1);
  });

  test("says that a token is wrong, and lets in with the right one until one logs out", async () => {
    const { page } = await openLogin();

    await page.getByLabel("Token").fill("not-the-token-of-this-test");
    await page.getByRole("button", { name: "Log in" }).click();
    expect(await page.getByRole("alert").innerText()).toContain("This is not the token");

    await page.getByLabel("Token").fill(TOKEN);
    await page.getByLabel("Token").press("Enter");
    await page.getByLabel("Paste anything").waitFor();
    await page.reload();
    await page.getByLabel("Paste anything").waitFor();
    expect(await page.evaluate("document.cookie")).toBe("");

    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("Token").waitFor();
    await page.reload();
    await page.getByLabel("Token").waitFor();
  });

  test("a page that is open when the session ends asks for the token, and goes on where it was", async () => {
    const { page } = await openLogin();
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByLabel("Token").press("Enter");
    await page.getByRole("link", { name: "Audit" }).click();
    await page.getByRole("heading", { name: "Audit trail" }).waitFor();

    await page.context().clearCookies();
    // The page may find out by itself first, and has no links then.
    await page.evaluate(`location.hash = "#quota"`);
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByLabel("Token").press("Enter");

    await page.getByRole("heading", { name: "Quota" }).waitFor();
  });

  test("the link of the terminal lets in once", async () => {
    const { site } = shared();
    const link = site.notices.join("\n").match(/http:\S+\/login\/\S+/u)?.[0] ?? "";
    const { page } = await openTab(browser(), link);

    await page.getByLabel("Paste anything").waitFor();
    expect(new URL(page.url()).pathname).toBe("/");

    const again = await openTab(browser(), link);
    again.expectProblem(/401/u);
    expect(await again.page.locator("body").innerText()).toContain("used before");
    await again.page.goto(site.url);
    await again.page.getByLabel("Token").waitFor();
  });
});
