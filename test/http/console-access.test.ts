import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import type { AxeResults } from "axe-core";
import type { FileChooser, Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import {
  ALONE,
  CHROMIUM,
  openTab,
  scanSeen,
  shareBrowser,
  shareConsole,
  STARTED_MS,
  soon,
} from "./console-stage.ts";
import { createEarlierClock, DIGEST_NOW, toDigest } from "./digest-stage.ts";
import { type ScanBody, scanOver, shareHttp, until } from "./stage.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const BAD = addresses(3, 50);
const clock = createEarlierClock();
const LOOKS = [360, 1600].flatMap((width) =>
  (["light", "dark"] as const).map((scheme) => [width, scheme] as const),
);

/** Of axe's rules those that look at colours: all others find the same in each scheme. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** What axe finds against WCAG 2.2 AA, and by its best practices. */
async function violationsOf(page: Page, rules: readonly string[] | null): Promise<readonly string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const options = { resultTypes: ["violations"], ...(rules !== null && { runOnly: rules }) };
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as AxeResults;
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
  );
}

/** At each width and in each scheme: nothing against the rules, and nothing beside the page. */
async function expectAccessible(page: Page): Promise<void> {
  for (const [width, colorScheme] of LOOKS) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const place = `at ${width} px, ${colorScheme}`;
    expect(await violationsOf(page, colorScheme === "light" ? null : COLOUR_RULES), place).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth"), place).toBeLessThanOrEqual(width);
  }
}

/** Goes on by Tab until this has the focus, which is seen at every step. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    const isSeen = await page.evaluate(`(() => {
      const element = document.activeElement;
      const { outlineStyle, boxShadow } = getComputedStyle(element);
      return element === document.body || outlineStyle !== "none" || boxShadow !== "none" ? "" : element.outerHTML;
    })()`);
    expect(isSeen).toBe("");
    if (await wanted.and(page.locator(":focus")).count()) return;
  }
  throw new Error(`Tab never comes to ${String(wanted)}`);
}

describe.skipIf(!CHROMIUM.isHere)(`the console for everybody${CHROMIUM.note}`, () => {
  const shared = shareConsole(
    {
      objects: {
        ...allAs(
          BAD,
          flagged(9, 0, {
            as_owner: "Example Hosting of a very long name indeed",
            asn: 64_500,
            country: "NL",
          }),
        ),
        "45.50.0.9": flagged(8),
        "45.51.0.1": flagged(8),
        ...allAs(addresses(20, 52), flagged(0)),
      },
    },
    { CONFIRM_OVER: "10", VT_KEY1_PER_DAY: "500", CACHE_HOURS: "1", ...DIGEST_NOW },
    clock,
  );
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    const { site } = shared();
    const begin = async (text: string) => ((await site.post("/api/scans", { text })).json() as ScanBody).id;
    ids["decided"] = await begin("45.50.0.9");
    await scanOver(site, ids["decided"]);
    const path = `/api/proposals/${ids["decided"].replace("S", "P")}/decision`;
    const decision = { decision: "block", days: 7, reason: "seen" };
    await until(async () => (await site.post(path, decision)).status === 200, "the decision");
    await toDigest(site, clock, 1);
    ids["open"] = await begin(`${BAD.join(" ")} 256.1.1.1 10.0.0.1 2a02:6b8:0:1:2:3:4:5`);
    await scanOver(site, ids["open"]);
    ids["planned"] = await begin(addresses(20, 52).join(" "));
  }, STARTED_MS);

  test.each([
    ["the start", () => "", ".found"],
    ["the scans", () => "#scans", "table"],
    ["a scan with its question", () => `#scans/${ids["open"] ?? ""}`, ".proposal button"],
    ["a decided scan", () => `#scans/${ids["decided"] ?? ""}`, ".proposal button"],
    ["a scan that waits", () => `#scans/${ids["planned"] ?? ""}`, "text=Start"],
    ["the approvals", () => "#approvals", ".proposal button"],
    ["the blocklist, and what ends soon", () => "#blocks", ".proposal button"],
    ["the story of a block", () => "#blocks/45.50.0.9", ".story li"],
    ["the audit trail", () => "#audit", "table"],
    ["the quota", () => "#quota", "canvas"],
    ["the log", () => "#logs", ".log"],
    ["a scan that is not there", () => "#scans/S-0000", "[role=alert]"],
  ])("breaks no rule at any width, light and dark: %s", async (_name, hash, seen) => {
    const { page, expectProblem } = await shared().open(hash());
    expectProblem(/404/u);
    await page.locator(seen).first().waitFor();

    await expectAccessible(page);
  });

  test("breaks no rule while something is typed and a file is chosen", async () => {
    const { page } = await shared().open();
    await page
      .getByLabel("Paste anything")
      .fill(`45.51.0.1 256.1.1.1 http://${"long".repeat(12)}.example.com/${"path/".repeat(30)}`);
    await page
      .getByLabel("Files to check")
      .setInputFiles({ name: `${"n".repeat(90)}.csv`, mimeType: "text/csv", buffer: Buffer.from("x") });
    await page.getByText("Refused, and why").click();

    await expectAccessible(page);
  });

  test("is used by keyboard alone: past the navigation, a look-up, an approval and its undoing", async () => {
    const { page } = await shared().open("", ALONE);
    await page.getByRole("heading", { level: 1 }).waitFor();

    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to the page" });
    expect((await skip.boundingBox())?.x).toBeGreaterThanOrEqual(0);
    await page.keyboard.press("Enter");
    expect(await focused(page)).toContain("Check addresses");
    expect(new URL(page.url()).hash).toBe("");

    await tabTo(page, page.getByLabel("Paste anything"));
    await page.keyboard.type("45.51.0.1");
    await tabTo(page, page.getByRole("button", { name: "Check" }));
    await page.keyboard.press("Enter");
    await scanSeen({ page });
    await soon(() => focused(page)).toMatch(/^S-/u);

    const block = page.getByRole("button", { name: "Block 1" });
    await block.waitFor();
    await tabTo(page, page.getByRole("checkbox"));
    await page.keyboard.press("Space");
    expect(await page.getByRole("button", { name: "Block 0" }).isDisabled()).toBe(true);
    await page.keyboard.press("Space");
    await tabTo(page, page.getByLabel("For"));
    await page.keyboard.press("ArrowDown");
    await tabTo(page, page.getByLabel("Reason"));
    await page.keyboard.type("by keyboard");
    await tabTo(page, block);
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("blocked by").waitFor();
    await tabTo(page, page.getByRole("button", { name: "Undo" }));
    await page.keyboard.press("Enter");
    await page.getByRole("status").getByText("undone by").waitFor();
  });

  test("a file is chosen by keyboard, and can be left out again", async () => {
    const { page } = await shared().open("", ALONE);
    // The browser takes a moment to hand choosers over.
    const chosen = new Promise<FileChooser>((resolve) => page.once("filechooser", resolve));
    await page.getByRole("heading", { level: 1 }).waitFor();
    await tabTo(page, page.getByRole("button", { name: "Add a file" }));

    await page.keyboard.press("Enter");
    const chooser = await chosen;
    await chooser.setFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from("45.51.0.1") });
    const remove = page.getByRole("button", { name: "Remove list.csv" });
    await remove.waitFor();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await tabTo(page, remove);
    await page.keyboard.press("Enter");

    await remove.waitFor({ state: "detached" });
  });

  test("the focus goes to the heading of each page that is opened, and the title names it", async () => {
    const { page } = await shared().open("", ALONE);
    await page.getByRole("heading", { level: 1 }).waitFor();

    for (const [link, heading] of [
      ["Scans", "Scans"],
      ["Approvals", "Approvals"],
      ["Blocklist", "Blocklist"],
      ["Audit", "Audit trail"],
      ["Quota", "Quota"],
      ["Logs", "Logs"],
    ] as const) {
      await tabTo(
        page,
        page.getByRole("navigation").getByRole("link", { name: link, exact: link !== "Approvals" }),
      );
      await page.keyboard.press("Enter");
      await soon(() => focused(page)).toBe(heading);
      await soon(() => page.title()).toBe(`${link} · vtip`);
      await page.keyboard.press("Shift+Tab");
    }
    await page.goto(new URL("#blocks", page.url()).href);
    await page.getByRole("link", { name: "45.50.0.9" }).click();
    await soon(() => focused(page)).toContain("45.50.0.9 is blocked");
    await page.getByRole("link", { name: "Close the story" }).press("Enter");
    await soon(() => focused(page)).toBe("Blocklist");
  });
});

async function focused(page: Page): Promise<string> {
  return (await page.evaluate("document.activeElement.innerText")) as string;
}

describe.skipIf(!CHROMIUM.isHere)(`the login page for everybody${CHROMIUM.note}`, () => {
  const browser = shareBrowser();
  const shared = shareHttp({}, { HTTP_TOKEN: "a-token-of-this-test-0123456789" });

  test("breaks no rule at any width, light and dark", async () => {
    const { page, expectProblem } = await openTab(browser(), shared().site.url);
    expectProblem(/401/u);
    await page.getByLabel("Token").waitFor();

    await expectAccessible(page);
  });
});
