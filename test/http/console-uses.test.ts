import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { beginScan, CHROMIUM, rowSaying, scanSeen, shareConsole } from "./console-stage.ts";
import { blockForWeek, createEarlierClock, DIGEST_NOW, toDigest } from "./digest-stage.ts";
import { type ScanBody, until } from "./stage.ts";

const [ONE = "", TWO = "", THREE = "", FOUR = ""] = addresses(4, 20);
const CLEAN = addresses(60, 21);
const ENDING = addresses(3, 23);
const clock = createEarlierClock();

describe.skipIf(!CHROMIUM.isHere)(`the uses of the console${CHROMIUM.note}`, () => {
  const shared = shareConsole(
    {
      latencyMs: 20,
      objects: {
        "45.10.0.1": flagged(7, 1, { as_owner: "Example Hosting", asn: 64_500, country: "NL" }),
        ...allAs([ONE, TWO, THREE, FOUR], flagged(9, 0, { as_owner: "Sample Cloud", country: "DE" })),
        ...allAs(CLEAN, flagged(0)),
        ...allAs(addresses(6, 22), flagged(0)),
        ...allAs(ENDING, flagged(9)),
      },
    },
    { CONFIRM_OVER: "65", VT_KEY1_PER_DAY: "500", CACHE_HOURS: "1", ...DIGEST_NOW },
    clock,
  );

  test("a single address is looked up", async () => {
    const tab = await shared().open();

    await beginScan(tab, "45.10.0[.]1");

    const row = await rowSaying(tab, "unsafe", "45.10.0.1");
    expect(row).toContain("8/90");
    expect(row).toContain("Example Hosting AS64500");
    expect(row).toContain("NL");
    expect(await tab.page.locator("h1").innerText()).toMatch(/^S-/u);
  });

  test("what is recognised and refused is said while typing, with the cost", async () => {
    const { page } = await shared().open();

    await page
      .getByLabel("Paste anything")
      .fill("seen: 45.22.0[.]9, hxxp://bad[.]example.com/x and 256.1.1.1 10.0.0.1");

    const found = page.locator(".found");
    await found.getByText("2 recognised").waitFor();
    expect(await found.innerText()).toMatch(/0 cached, 2 to look up of \d+ left today; 2 refused/u);
    expect(await found.locator(".chips code").allInnerTexts()).toEqual([
      "45.22.0.9",
      "http://bad.example.com/x",
      "bad.example.com",
    ]);
    await found.getByText("Refused, and why").click();
    expect(await found.locator("li").allInnerTexts()).toEqual([
      expect.stringContaining("256.1.1.1"),
      expect.stringContaining("10.0.0.1"),
    ]);
  });

  test("text without anything to check is refused with a sentence, and the page stays", async () => {
    const { page, expectProblem } = await shared().open();
    expectProblem(/422/u);

    await page.getByLabel("Paste anything").fill("nothing of that kind");
    await page.getByRole("button", { name: "Check" }).click();

    expect(await page.getByRole("alert").innerText()).toMatch(/no|nothing/iu);
    expect(await page.getByLabel("Paste anything").inputValue()).toBe("nothing of that kind");
  });

  test("a list is uploaded as a file, and its progress is seen while it is looked up", async () => {
    const tab = await shared().open();
    const { page } = tab;
    const csv = ["name,address", ...CLEAN.map((ip, at) => `host ${at},${ip}`)].join("\r\n");

    await page.getByLabel("Files to check").setInputFiles({
      name: "list.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(csv),
    });
    await page.getByText("list.csv").waitFor();
    await page.getByRole("button", { name: "Check" }).click();
    await scanSeen(tab);

    const progress = page.locator("progress");
    await progress.waitFor();
    const values = new Set<string | null>();
    await until(async () => {
      const isRunning = (await progress.count()) > 0;
      if (isRunning) values.add(await progress.getAttribute("value", { timeout: 500 }).catch(() => null));
      return !isRunning;
    }, "the end of the scan");
    // How many steps are seen is a matter of how busy the machine is.
    expect([...values].some((value) => value !== null && Number(value) < CLEAN.length)).toBe(true);
    await page.locator(".sums", { hasText: "60 clean" }).waitFor();
    expect(await page.locator("h1").innerText()).toContain("list.csv");
    expect(await page.getByText("done, asked by").innerText()).toContain("60 requests");
  });

  test("an approval blocks what is ticked, for as long as chosen and with its reason, and can be undone", async () => {
    const { stage, site, open } = shared();
    const tab = await open();
    const { page } = tab;
    await beginScan(tab, [ONE, TWO, THREE].join(" "));

    const card = page.locator(".proposal");
    await card.getByRole("checkbox", { name: TWO }).uncheck();
    await card.getByLabel("For").selectOption("30 days");
    await card.getByLabel("Reason").fill("seen at the gateway");
    await card.getByRole("button", { name: "Block 2" }).click();

    await card.getByText("blocked by local:console").waitFor();
    expect(await card.innerText()).toContain("2 addresses · seen at the gateway");
    expect(stage.blocked().filter((line) => !line.startsWith("#"))).toEqual([ONE, THREE]);
    const [block] = (
      (await site.get(`/api/blocks?search=${ONE}`)).json() as { blocks: { until: string; since: string }[] }
    ).blocks;
    expect((Date.parse(block?.until ?? "") - Date.parse(block?.since ?? "")) / 86_400_000).toBeCloseTo(30, 2);

    await card.getByRole("button", { name: "Undo" }).click();

    await card.getByText("undone by local:console").waitFor();
    expect(stage.blocked().filter((line) => !line.startsWith("#"))).toEqual([]);
  });

  test("the approvals page counts what is open, and says what became of it", async () => {
    const { site, open } = shared();
    const { id } = (await site.post("/api/scans", { text: FOUR })).json() as ScanBody;
    const proposalId = id.replace("S", "P");
    const { page } = await open("#approvals");

    const card = page.getByRole("article", { name: proposalId });
    await page.getByRole("link", { name: "Approvals" }).getByText(/[1-9]/u).waitFor();
    await card.getByRole("button", { name: "Dismiss" }).click();

    await card.getByText("dismissed by local:console").waitFor();
  });

  test("blocks that end soon are extended or let go, by tick boxes, for as long as chosen and with a reason", async () => {
    const { stage, site, open } = shared();
    await blockForWeek(site, ENDING);
    await toDigest(site, clock, ENDING.length);
    const { page } = await open("#blocks");
    const digest = page.getByRole("article", { name: /^Digest D-/u });
    await digest.getByText("Keep 3 addresses blocked?").waitFor();
    expect(await digest.getByRole("listitem").allInnerTexts()).toEqual(
      ENDING.map((ip) => expect.stringMatching(`${ip} 9/90 · ends in 2[34] h · local:console`)),
    );

    await digest.getByRole("checkbox", { name: ENDING[1] ?? "" }).uncheck();
    await digest.getByLabel("Extend by").selectOption("30 days");
    await digest.getByLabel("Reason").fill("still seen");
    await digest.getByRole("button", { name: "Extend 2" }).click();
    await digest.getByText(/^2 extended until .* by local:console$/u).waitFor();
    await digest.getByText("Keep 1 address blocked?").waitFor();
    expect(await digest.getByRole("button", { name: "Extend 0" }).isDisabled()).toBe(true);
    await digest.getByRole("checkbox", { name: ENDING[1] ?? "" }).check();
    await digest.getByRole("button", { name: "Let go 1" }).click();

    await digest.getByText("1 let go by local:console").waitFor();
    expect(await digest.getByRole("button").count()).toBe(0);
    await page.getByRole("row", { name: `${ENDING[0]} 9/90 in 31 d` }).waitFor();
    await page.getByRole("row", { name: `${ENDING[1]} 9/90 in 2` }).waitFor();
    expect(
      (await stage.audit()).slice(-3).map((line) => line.replace(/ local:console \(http\)/u, "")),
    ).toEqual([`extend ${ENDING[0]}`, `extend ${ENDING[2]}`, `let go ${ENDING[1]}`]);
  });

  test("a large scan asks first, and begins when told", async () => {
    const { stage, open } = shared();
    const tab = await open();
    const before = stage.asked().length;
    const many = addresses(70, 24);

    await beginScan(tab, many.join("\n"));

    await tab.page.getByText("more requests than are spent without asking").waitFor();
    expect(stage.asked().length).toBe(before);
    await tab.page.getByRole("button", { name: "Start" }).click();
    await tab.page.getByText("done, asked by").waitFor();
    expect(stage.asked().length).toBe(before + many.length);
  });
});
