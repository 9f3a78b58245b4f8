import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";

import { type Selectable, sql } from "kysely";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";

import { insertRows } from "../../src/records/insert-rows.ts";
import type { Records } from "../../src/records/records.ts";
import type { ScanItemTable } from "../../src/records/tables.ts";
import { flagged } from "../cli/program.ts";
import { changeAnswers, CHROMIUM, rowSaying, shareConsole, STARTED_MS, soon } from "./console-stage.ts";
import { type ScanBody, scanOver } from "./stage.ts";

const ROWS = 100_000;
/** So many are written down one by one. */
const BLOCK = 1000;
/** Columns that are the same in each block. */
const SAME = [
  "scan_id",
  "kind",
  "offset",
  "count",
  "origin",
  "status",
  "cause",
  "reason",
  "code",
  "facts",
  "checked_at",
  "cached",
] as const;
const OWNERS = ["Example Hosting", "Sample Cloud", "Placeholder Networks", "Demo Transit"];
const COUNTRIES = ["NL", "US", "DE", "BR", "SE"];
/** Rows in sight of any screen, and some beside them. */
const MOST_DRAWN = 60;

type Item = Selectable<ScanItemTable>;

/** An address for each place in the list. */
function addressAt(at: number): string {
  return `45.${100 + Math.floor(at / 62_500)}.${Math.floor(at / 250) % 250}.${(at % 250) + 1}`;
}

function toItem(known: Item, at: number): Item {
  const isUnsafe = at % 50 === 0;
  const value = addressAt(at);
  const malicious = isUnsafe ? 4 + (at % 9) : 0;
  const facts = {
    ...(JSON.parse(known.facts ?? "{}") as object),
    stats: { malicious, suspicious: 0, harmless: 60, undetected: 30 },
    owner: OWNERS[at % OWNERS.length],
    country: COUNTRIES[at % COUNTRIES.length],
  };
  const status = isUnsafe ? "unsafe" : "clean";
  return { ...known, position: at, value, input: value, status, facts: JSON.stringify(facts) };
}

/** The rows that are there again and again, at other places and with other addresses: the database does it in a moment. */
async function multiply(records: Records): Promise<void> {
  const at = sql`(position + ${sql.lit(BLOCK)} * times.n)`;
  // As `addressAt` has it; parameters would be no whole numbers to SQLite, which then would not round.
  const value = sql`'45.' || (100 + ${at} / 62500) || '.' || ((${at} / 250) % 250) || '.' || (${at} % 250 + 1)`;
  const same = sql.join(
    SAME.map((name) => sql.ref(name)),
    sql`, `,
  );
  await sql`
    insert into scan_item (position, value, input, ${same})
    with recursive times(n) as (select 1 union all select n + 1 from times where n + 1 < ${sql.lit(ROWS / BLOCK)})
    select ${at}, ${value}, ${value}, ${same} from scan_item, times`.execute(records);
}

async function drawn(page: Page): Promise<number> {
  return page.locator('.body [role="row"]').count();
}

describe.skipIf(!CHROMIUM.isHere)(`a table of 100,000 rows${CHROMIUM.note}`, () => {
  const shared = shareConsole({ objects: { [addressAt(0)]: flagged(9) } }, {});
  let id = "";

  beforeAll(async () => {
    const { site, stage } = shared();
    id = ((await site.post("/api/scans", { text: addressAt(0) })).json() as ScanBody).id;
    await scanOver(site, id);
    await stage.inRecords(async (records) => {
      const [first] = await records.selectFrom("scan_item").selectAll().where("scan_id", "=", id).execute();
      if (first === undefined) throw new Error("the scan has no row");
      const some = Array.from({ length: BLOCK }, (_, at) => toItem(first, at));
      await insertRows(records, some.slice(1), (rows) => records.insertInto("scan_item").values([...rows]));
      await multiply(records);
    });
  }, STARTED_MS);

  test("is there soon, and only what is in sight is fetched and drawn", async () => {
    const { page } = await shared().open("#scans");
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/results?")) asked.push(request.url());
    });
    await page.getByRole("link", { name: id }).waitFor();

    await page.getByRole("link", { name: id }).click();
    await page.getByText("100,000 of").waitFor();
    await page.locator('.body [role="row"] a').first().waitFor();

    expect(await drawn(page)).toBeLessThan(MOST_DRAWN);
    const pages = asked.filter((url) => new URL(url).searchParams.get("most") === "100");
    expect(pages.length).toBeLessThanOrEqual(2);
  });

  test("scrolls, sorts, filters and searches", async () => {
    const { page } = await shared().open(`#scans/${id}`);
    await page.getByText("100,000 of").waitFor();

    for (const part of [0.1, 0.35, 0.5, 0.99, 1]) {
      await page.evaluate(
        `(() => { const table = document.querySelector(".table"); table.scrollTop = table.scrollHeight * ${part}; })()`,
      );
      await soon(() => page.locator('.body [role="row"] a').count()).toBeGreaterThan(5);
      expect(await drawn(page)).toBeLessThan(MOST_DRAWN);
    }
    await page.locator(`[aria-rowindex="${ROWS + 1}"] a`).waitFor();

    await page.getByRole("button", { name: "Owner" }).click();
    await rowSaying({ page }, "Demo Transit");
    await soon(() => page.evaluate(`document.querySelector(".table").scrollTop`)).toBe(0);
    await page.getByRole("button", { name: "Owner" }).click();
    await rowSaying({ page }, "Sample Cloud");
    expect(await page.locator('[aria-sort="descending"]').innerText()).toContain("Owner");

    await page.getByRole("button", { name: "unsafe", exact: true }).click();
    await page.getByText("2,000 of").waitFor();
    await page.getByLabel("Search the results").fill(addressAt(77_650));
    await page.getByText("1 of").waitFor();
    await rowSaying({ page }, addressAt(77_650), "unsafe");
    await page.getByLabel("Search the results").fill("");
    await page.getByText("2,000 of").waitFor();
  }, 120_000);

  test("a csv of all that the table shows is saved, more than one page of it", async () => {
    const { page } = await shared().open(`#scans/${id}`, { acceptDownloads: true });
    await page.getByText("100,000 of").waitFor();
    await page.getByRole("button", { name: "unsafe", exact: true }).click();
    await page.getByText("2,000 of").waitFor();

    const [download] = await Promise.all([
      page.waitForEvent("download", { timeout: 60_000 }),
      page.getByRole("link", { name: "csv" }).click(),
    ]);

    const lines = readFileSync(await download.path(), "utf8")
      .trimEnd()
      .split("\r\n");
    expect(lines.length).toBe(2001);
    expect(new Set(lines).size).toBe(2001);
  });

  test("a question about thousands of addresses draws only those in sight", async () => {
    const { page } = await shared().open();
    const toBlock = Array.from({ length: 20_000 }, (_, at) => ({
      ip: addressAt(at),
      detections: 9,
      total: 90,
      owner: OWNERS[at % OWNERS.length],
      country: "NL",
    }));
    const content = { toBlock, listed: [], protectedOnes: [], spared: [] };
    const question = {
      kind: "proposal",
      proposalId: "P-0000",
      scanId: "S-0000",
      content,
      past: [],
      hasApprovers: true,
      blockDays: 30,
    };
    await changeAnswers({ page }, /\/api\/proposals$/u, `() => ${JSON.stringify([question])}`);
    await page.goto(new URL("#approvals", page.url()).href);

    await page.getByText("Block 20,000 addresses?").waitFor();
    await page.getByRole("checkbox", { name: `${addressAt(0)} 9/90` }).uncheck();
    await page.getByRole("button", { name: "Block 19,999" }).waitFor();
    expect(await page.getByRole("checkbox").count()).toBeLessThan(MOST_DRAWN);
    await page.evaluate(
      `(() => { const list = document.querySelector(".candidates"); list.scrollTop = list.scrollHeight; })()`,
    );
    await page.getByRole("checkbox", { name: `${addressAt(19_999)} 9/90` }).waitFor();
  });
});

describe("the first load of the console", () => {
  test("is at most 150 KB, compressed", () => {
    const folder = resolve(import.meta.dirname, "../../dist/console");
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const html = readFileSync(resolve(folder, "index.html"), "utf8");
    const loaded = names.filter(
      (name) => /\.(?:js|css|svg)$/u.test(name) && html.includes(name.split("/").at(-1) ?? ""),
    );
    expect(loaded.length).toBeGreaterThanOrEqual(3);

    const bytes = ["index.html", ...loaded].reduce(
      (sum, name) => sum + gzipSync(readFileSync(resolve(folder, name)), { level: 6 }).byteLength,
      0,
    );
    expect(bytes).toBeLessThanOrEqual(150 * 1024);
  });
});
