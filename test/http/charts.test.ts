import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { CHROMIUM, shareConsole } from "./console-stage.ts";
import { scanOver, type ScanBody } from "./stage.ts";

const TOKEN = "token-of-anna-0123456789";
const IPS = addresses(5);

describe.skipIf(!CHROMIUM.isHere)(`figures over time in the console${CHROMIUM.note}`, () => {
  const shared = shareConsole(
    { objects: { ...allAs(IPS, flagged(0)), ...allAs(IPS.slice(0, 2), flagged(9)) } },
    { HTTP_TOKEN_ANNA: TOKEN },
  );

  test("are charts with their numbers, for who is logged in by name", async () => {
    const { site, open } = shared();
    const headers = { authorization: `Bearer ${TOKEN}` };
    const { id } = (await site.post("/api/scans", { indicators: IPS }, headers)).json() as ScanBody;
    await scanOver({ ...site, get: async (path) => site.get(path, headers) }, id);
    const tab = await open();
    tab.expectProblem(/401/u);
    const { page } = tab;
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByLabel("Token").press("Enter");
    await page.getByRole("navigation").getByText("local:anna", { exact: true }).waitFor();

    await page.getByRole("link", { name: "Scans", exact: true }).click();
    const verdicts = page.getByRole("region", { name: "Verdicts by day of the scan", exact: true });
    await verdicts.getByText("As numbers").click();
    const found = await verdicts.getByRole("row").last().innerText();
    await page.getByRole("link", { name: "Quota" }).click();
    const hours = page.getByRole("region", { name: "Requests by hour", exact: true });
    await hours.getByText("As numbers").click();
    const used = await hours.getByRole("row").last().innerText();

    expect(found.split(/\s+/u).slice(1)).toEqual(["2", "0", "3", "0"]);
    expect(used).toMatch(/^\d{4}-\d\d-\d\d \d\d:00\s+5$/u);
    expect(await hours.locator("canvas").count()).toBe(1);
  });
});
