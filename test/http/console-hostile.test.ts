import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { addresses, flagged } from "../cli/program.ts";
import {
  beginScan,
  changeAnswers,
  CHROMIUM,
  rowSaying,
  shareConsole,
  type Tab,
  soon,
} from "./console-stage.ts";

const MARKUP = "<img src=x onerror=alert(1)>";
const FORMULA = `=cmd|' /C calc'!A0`;
const TURNED = "invoice\u202Egpj.exe";
const FROM_RIGHT = "\u05D7\u05D1\u05E8\u05D4 (1)";
const LONG = "x".repeat(5000);
const OWNERS = [MARKUP, FORMULA, FROM_RIGHT, LONG, `"><script>alert(2)</script>`];
const HOSTS = addresses(OWNERS.length, 40);

/** Nothing was made of it but text. */
async function expectHarmless({ page, problems }: Tab): Promise<void> {
  expect(await page.locator("img, #app script, iframe").count()).toBe(0);
  expect(problems()).toEqual([]);
}

describe.skipIf(!CHROMIUM.isHere)(`what others wrote, in the console${CHROMIUM.note}`, () => {
  const shared = shareConsole({
    objects: Object.fromEntries(
      HOSTS.map((ip, at) => [ip, flagged(9, 0, { as_owner: OWNERS[at], asn: 64_500 + at, country: "NL" })]),
    ),
  });

  test("is text on every page, whatever it says", async () => {
    const tab = await shared().open();
    const { page } = tab;
    await page
      .getByLabel("Paste anything")
      .fill(`${HOSTS.join(" ")} ${MARKUP} 256.1.1.1${MARKUP} javascript:alert(3)`);
    await page.locator(".found").getByText("recognised").waitFor();
    await expectHarmless(tab);
    await page.getByRole("button", { name: "Check" }).click();

    await rowSaying(tab, HOSTS[0] ?? "", MARKUP);
    await rowSaying(tab, HOSTS[1] ?? "", FORMULA);
    const card = page.locator(".proposal");
    await card.getByText(MARKUP).waitFor();
    await page.getByRole("region", { name: "by owner" }).getByText(MARKUP).waitFor();
    await expectHarmless(tab);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(1280);

    await card.getByLabel("Reason").fill(MARKUP);
    await card.getByRole("button", { name: "Block 5" }).click();
    await card.getByText("blocked by").waitFor();
    for (const hash of ["#scans", "#approvals", "#blocks", `#blocks/${HOSTS[0] ?? ""}`, "#audit", "#logs"]) {
      await page.goto(new URL(hash, page.url()).href);
      await page.locator("main table, main pre, main p").first().waitFor();
      await expectHarmless(tab);
    }
    await page.goto(new URL("#audit", page.url()).href);
    await page.getByText(MARKUP).first().waitFor();
    await page.goto(new URL(`#blocks/${HOSTS[0] ?? ""}`, page.url()).href);
    await page.getByRole("article").getByText(MARKUP).first().waitFor();
  });

  test("does not turn around what stands beside it", async () => {
    const tab = await shared().open();

    await beginScan(tab, HOSTS[2] ?? "");

    await rowSaying(tab, HOSTS[2] ?? "", FROM_RIGHT);
    const isIsolated = await tab.page.evaluate(
      `[...document.querySelectorAll('.body [role="cell"]')].every((cell) => getComputedStyle(cell).unicodeBidi === "isolate")`,
    );
    expect(isIsolated).toBe(true);
  });

  test.each([
    MARKUP.replace("src=x ", ""),
    "..\\..\\secret.csv",
    `${TURNED}.csv`,
    `${FORMULA}.csv`,
    `${"n".repeat(200)}.csv`,
  ])("is text as the name of a file, such as %s", async (name) => {
    const tab = await shared().open();
    await tab.page.getByLabel("Files to check").setInputFiles({
      name,
      mimeType: "text/csv",
      buffer: Buffer.from("45.10.0.200"),
    });

    await tab.page.locator(".files li").waitFor();
    await tab.page.getByRole("button", { name: "Check" }).click();

    await rowSaying(tab, "45.10.0.200");
    await expectHarmless(tab);
    expect(await tab.page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(1280);
  });

  test("leads nowhere as a part of the address", async () => {
    const tab = await shared().open("#scans/%E0%A4%A");
    tab.expectProblem(/status of 4\d\d/u);

    await tab.page.getByRole("alert").waitFor();
    for (const hash of ["#scans/..%2F..%2Flogs", "#blocks/%3Cimg%20src=x%3E", "#nowhere", "#/"]) {
      await tab.page.goto(new URL(hash, tab.page.url()).href);
      await tab.page.locator("main h1, main [role=alert]").first().waitFor();
    }
    await expectHarmless(tab);
  });

  test("is no formula in a csv", async () => {
    const tab = await shared().open("", { acceptDownloads: true });
    await beginScan(tab, HOSTS.join(" "));
    await rowSaying(tab, HOSTS[1] ?? "", "unsafe");

    const [download] = await Promise.all([
      tab.page.waitForEvent("download"),
      tab.page.getByRole("link", { name: "csv" }).click(),
    ]);

    expect(download.suggestedFilename()).toMatch(/^vtip-S-\w{4}\.csv$/u);
    const csv = readFileSync(await download.path(), "utf8");
    expect(csv.split("\r\n")).toHaveLength(HOSTS.length + 2);
    expect(csv).toContain(`,'${FORMULA},`);
    expect(csv).toMatch(/^\uFEFFinput,indicator,kind,status,/u);
    expect(csv).toContain(`,${MARKUP},`);
  });

  test("is no formula from the clipboard, where only the score begins with =", async () => {
    const tab = await shared().open("", { permissions: ["clipboard-read", "clipboard-write"] });
    const formula = JSON.stringify({ indicator: null, input: "=1+2\n\t=3" });
    await changeAnswers(
      tab,
      /\/results\?/u,
      `(body) => ({ ...body, records: body.records.map((row) => ({ ...row, ...${formula} })) })`,
    );
    await beginScan(tab, HOSTS[1] ?? "");
    await rowSaying(tab, "=1+2", "9/90");

    await tab.page.getByRole("button", { name: "Copy indicator" }).click();
    await tab.page.getByText("1 copied").waitFor();
    expect(await tab.page.evaluate("navigator.clipboard.readText()")).toBe("'=1+2 =3\t=9/90");

    await tab.page.getByRole("button", { name: "Copy score" }).click();
    await soon(() => tab.page.evaluate("navigator.clipboard.readText()")).toBe("=9/90");
  });
});
