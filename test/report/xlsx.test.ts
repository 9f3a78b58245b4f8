import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Result } from "../../src/model.ts";
import { cleanText } from "../../src/report/cell.ts";
import type { ReportHead } from "../../src/report/report-head.ts";
import { judge } from "../../src/report/verdict.ts";
import { writeXlsx } from "../../src/report/xlsx.ts";
import { headersOf, openWorkbook, rowsOf, summaryOfSheet, unzip } from "./open-xlsx.ts";
import { factsWith, headOf, NOW, resultOf, rule, statsOf, streamOf, uncheckedOf } from "./results.ts";

const DAY_MS = 86_400_000;

let folder = "";
let file = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vtip-xlsx-"));
  file = join(folder, "report.xlsx");
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function writeReport(
  checked: readonly Result[],
  notChecked: readonly Result[] = [],
  change: Partial<ReportHead> = {},
): Promise<void> {
  const head = headOf([...checked, ...notChecked], change);
  await writeXlsx(file, head, { checked: streamOf(checked), notChecked: streamOf(notChecked) });
}

function judged(value: string, facts: Result["facts"], change: Partial<Result> = {}): Result {
  return resultOf(value, { facts, status: judge(facts, rule), ...change });
}

describe("the sheets", () => {
  it("are Results, Summary and Not checked, each with its rows in their order", async () => {
    const checked = [judged("2.2.2.2", factsWith()), judged("1.1.1.1", null)];
    const notChecked = [
      uncheckedOf("3.3.3.3", "failed", "TransientError: try again"),
      uncheckedOf("10.0.0.1", "skipped", "private address"),
      uncheckedOf("256.1.1.1", "rejected", "no address"),
    ];

    await writeReport(checked, notChecked);

    const workbook = await openWorkbook(file);
    expect(workbook.worksheets.map((sheet) => sheet.name)).toEqual(["Results", "Summary", "Not checked"]);
    expect(rowsOf(workbook, "Results").map((row) => row["Indicator"])).toEqual(["2.2.2.2", "1.1.1.1"]);
    expect(rowsOf(workbook, "Not checked")).toMatchObject([
      { Input: "3.3.3.3", Indicator: "3.3.3.3", Status: "failed", Reason: "TransientError: try again" },
      { Input: "10.0.0.1", Indicator: "10.0.0.1", Status: "skipped", Reason: "private address" },
      { Input: "256.1.1.1", Status: "rejected", Reason: "no address" },
    ]);
  });

  it("have headers that stay as they are", async () => {
    await writeReport([]);

    const workbook = await openWorkbook(file);
    expect(headersOf(workbook, "Results").join("|")).toBe(
      "Indicator|Type|Verdict|VT_Score|Malicious|Suspicious|Harmless|Undetected|Timeout|Other|Total|Flagged by|Owner|AS|Country|Network|Reputation|Tags|Last analysis (UTC)|Over 90 days|Checked at (UTC)|Cached|List|List entry|Link|Note|Input|Times found|Position",
    );
    expect(headersOf(workbook, "Not checked").join("|")).toBe(
      "Input|Indicator|Type|Status|Reason|List|List entry|Link|Times found|Position",
    );
  });

  it("stay with their header in sight and have a filter over all rows", async () => {
    await writeReport([judged("1.2.3.4", factsWith()), judged("1.2.3.5", factsWith())]);

    const sheet = (await openWorkbook(file)).getWorksheet("Results");
    expect(sheet?.views).toMatchObject([{ state: "frozen", xSplit: 1, ySplit: 1 }]);
    expect(sheet?.autoFilter).toBe("A1:AC3");
    expect(sheet?.getColumn(1).width).toBe(34);
  });

  it("can be empty", async () => {
    await writeReport([]);

    const workbook = await openWorkbook(file);
    expect(rowsOf(workbook, "Results")).toEqual([]);
    expect(rowsOf(workbook, "Not checked")).toEqual([]);
    expect(summaryOfSheet(workbook)).toMatchObject({ Total: 0, "Pieces of input": 0 });
  });

  it("hold more rows than are ever in memory at once", async () => {
    const checked = Array.from({ length: 1_203 }, (_, index) => judged(`h${index}.example.com`, null));

    await writeReport(checked);

    const rows = rowsOf(await openWorkbook(file), "Results");
    expect(rows.map((row) => row["Indicator"])).toEqual(checked.map(({ piece }) => piece.indicator?.value));
  });
});

describe("a row of Results", () => {
  it("has every fact in its column, with its real type", async () => {
    const facts = factsWith({ stats: { ...statsOf(7, 1, 60, 26), failure: 2, "type-unsupported": 1 } });
    const listing = { list: "blacklisted", entry: "1.2.3.4" } as const;
    const piece = { ...resultOf("1.2.3.4").piece, offset: 17, count: 3 };

    await writeReport([judged("1.2.3.4", facts, { listing, piece, cached: true })]);

    expect(rowsOf(await openWorkbook(file), "Results")).toEqual([
      {
        Indicator: "1.2.3.4",
        Type: "ip",
        Verdict: "unsafe",
        VT_Score: 8 / 97,
        Malicious: 7,
        Suspicious: 1,
        Harmless: 60,
        Undetected: 26,
        Timeout: 0,
        Other: 3,
        Total: 97,
        "Flagged by": "Acme, Other (suspicious)",
        Owner: "Example LLC",
        AS: 64500,
        Country: "US",
        Network: "1.2.3.0/24",
        Reputation: -12,
        Tags: "vpn",
        "Last analysis (UTC)": new Date("2026-11-20T09:00:00Z"),
        "Checked at (UTC)": new Date("2026-11-21T10:00:00Z"),
        Cached: "yes",
        List: "blacklisted",
        "List entry": "1.2.3.4",
        Link: {
          text: "https://www.virustotal.com/gui/ip-address/1.2.3.4",
          hyperlink: "https://www.virustotal.com/gui/ip-address/1.2.3.4",
        },
        Input: "1[.]2[.]3[.]4",
        "Times found": 3,
        Position: 17,
      },
    ]);
  });

  it("leaves empty what is not known", async () => {
    await writeReport([judged("a.example.com", null, { checkedAt: null })]);

    const [row] = rowsOf(await openWorkbook(file), "Results");
    expect(Object.keys(row ?? {})).toEqual([
      "Indicator",
      "Type",
      "Verdict",
      "Cached",
      "Link",
      "Note",
      "Input",
      "Times found",
      "Position",
    ]);
    expect(row?.["Note"]).toBe("VirusTotal has no record of it.");
    expect((await unzip(file)).get("xl/worksheets/sheet1.xml")).not.toContain("N/A");
  });

  it.each([
    [statsOf(0, 0, 94), "0/94", 0],
    [statsOf(94, 0, 0), "0/94", 1],
    [statsOf(2, 1, 4), "0/7", 3 / 7],
    [statsOf(12, 0, 93), "0/105", 12 / 105],
    [statsOf(1, 1, 98), "0/100", 0.02],
  ])("shows the score of %o as a fraction under %s", async (stats, format, value) => {
    await writeReport([judged("1.2.3.4", factsWith({ stats }))]);

    const cell = (await openWorkbook(file)).getWorksheet("Results")?.getCell("D2");
    expect(cell?.value).toBe(value);
    expect(cell?.numFmt).toBe(format);
    expect(cell?.formula).toBeUndefined();
  });

  it("has no score without an analysis, and is not clean", async () => {
    const nothing = [factsWith({ stats: null }), factsWith({ stats: statsOf(0, 0, 0) })];

    await writeReport(nothing.map((facts) => judged("1.2.3.4", facts)));

    for (const row of rowsOf(await openWorkbook(file), "Results")) {
      expect(row).toMatchObject({ Verdict: "unknown", Note: "VirusTotal has no analysis of it." });
      expect(row["VT_Score"]).toBeUndefined();
    }
  });

  it("writes scores as text once Excel's number formats run out", async () => {
    const many = Array.from({ length: 160 }, (_, index) =>
      judged(`h${index}.example.com`, factsWith({ stats: statsOf(1, 0, index + 1) })),
    );

    await writeReport(many);

    const scores = rowsOf(await openWorkbook(file), "Results").map((row) => row["VT_Score"]);
    expect(scores[149]).toBe(1 / 151);
    expect(scores[150]).toBe("1/152");
    const formats = (await unzip(file)).get("xl/styles.xml")?.match(/<numFmt /g) ?? [];
    expect(formats.length).toBeLessThan(200);
  });

  it.each([
    [90, undefined, undefined],
    [91, "yes", "VirusTotal's last analysis is 91 days old."],
  ])("with an analysis of %i days ago has the mark %s", async (days, mark, note) => {
    await writeReport([judged("1.2.3.4", factsWith({ analysedAt: NOW - days * DAY_MS }))]);

    const [row] = rowsOf(await openWorkbook(file), "Results");
    expect(row?.["Over 90 days"]).toBe(mark);
    expect(row?.["Note"]).toBe(note);
  });

  it("says when a cached verdict is old, or of unknown age", async () => {
    await writeReport([
      judged("1.1.1.1", factsWith(), { cached: true, old: true }),
      judged("2.2.2.2", factsWith(), { cached: true, old: true, checkedAt: null }),
    ]);

    const notes = rowsOf(await openWorkbook(file), "Results").map((row) => row["Note"]);
    expect(notes).toEqual([
      "The verdict is from the cache and older than the cache's limit.",
      "The verdict is from the cache and of unknown age.",
    ]);
  });

  it("leaves a date out that no sheet can show", async () => {
    const facts = factsWith({ analysedAt: -1e15 });

    await writeReport([judged("1.2.3.4", facts, { checkedAt: Number.NaN })]);

    const [row] = rowsOf(await openWorkbook(file), "Results");
    expect(row).not.toHaveProperty("Last analysis (UTC)");
    expect(row).not.toHaveProperty("Checked at (UTC)");
  });

  it("has a colour for each verdict, dark enough to read", async () => {
    const checked = [
      judged("1.1.1.1", factsWith()),
      judged("2.2.2.2", factsWith({ stats: statsOf(1, 0, 9) })),
      judged("3.3.3.3", factsWith({ stats: statsOf(0, 0, 9) })),
      judged("4.4.4.4", null),
    ];
    const notChecked = [
      uncheckedOf("5.5.5.5", "failed", "no"),
      uncheckedOf("10.0.0.1", "skipped", "no"),
      uncheckedOf("256.1.1.1", "rejected", "no"),
    ];

    await writeReport(checked, notChecked);

    const workbook = await openWorkbook(file);
    const cells = [
      ...checked.map((_, index) => workbook.getWorksheet("Results")?.getCell(index + 2, 3)),
      ...notChecked.map((_, index) => workbook.getWorksheet("Not checked")?.getCell(index + 2, 4)),
    ];
    const grounds = cells.map((cell) =>
      cell?.fill?.type === "pattern" ? cell.fill.fgColor?.argb : undefined,
    );
    expect(new Set(grounds).size).toBe(7);
    for (const [index, cell] of cells.entries()) {
      expect(contrast(cell?.font.color?.argb, grounds[index])).toBeGreaterThan(4.5);
    }
  });

  it("has no link for what is never sent, since a click would send it", async () => {
    await writeReport([], [uncheckedOf("10.0.0.1", "skipped", "private address")]);

    expect(rowsOf(await openWorkbook(file), "Not checked")[0]).not.toHaveProperty("Link");
  });

  it("has an address too long for Excel as plain text", async () => {
    const value = `http://a.com/${"x".repeat(2_000)}`;
    const piece = { ...resultOf("a.com").piece, indicator: { kind: "url", value } as const };

    await writeReport([judged("a.com", null, { piece })]);

    expect(typeof rowsOf(await openWorkbook(file), "Results")[0]?.["Link"]).toBe("string");
    expect([...(await unzip(file)).keys()].filter((path) => path.endsWith(".xml.rels"))).not.toContain(
      "xl/worksheets/_rels/sheet1.xml.rels",
    );
  });
});

describe("text from outside", () => {
  const nasty = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","x")',
    "\t=1",
    "<f>1+1</f>",
    "]]></t></is><f>1+1</f>",
    "2/94",
    "1e5",
    "0012",
    "TRUE",
    "2026-11-20",
  ];

  it.each(nasty)("%j is text in every column and never a formula", async (text) => {
    const facts = factsWith({
      owner: text,
      country: text,
      network: text,
      tags: [text],
      flaggedBy: [{ engine: text, category: "malicious" }],
    });
    const listing = { list: "whitelisted", entry: text } as const;
    const piece = { ...resultOf("1.2.3.4").piece, input: text };

    await writeReport([judged("1.2.3.4", facts, { listing, piece })], [uncheckedOf(text, "rejected", text)], {
      source: text,
      scanId: text,
      columns: [text],
    });

    const workbook = await openWorkbook(file);
    const [row] = rowsOf(workbook, "Results");
    for (const header of ["Owner", "Country", "Network", "Tags", "Flagged by", "List entry", "Input"]) {
      expect(row?.[header]).toBe(text);
    }
    expect(rowsOf(workbook, "Not checked")[0]).toMatchObject({ Input: text, Reason: text });
    expect(summaryOfSheet(workbook)).toMatchObject({ Source: text, Scan: text, "Columns read": text });
    for (const [path, xml] of await unzip(file)) {
      if (path.startsWith("xl/worksheets/")) expect(xml).not.toMatch(/<f[\s>/]/);
    }
    expect(workbook.getWorksheet("Results")?.getCell("M2").numFmt).toBe("@");
  });

  it("keeps what a sheet can hold and loses what XML forbids, whatever it is", async () => {
    const odd = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc
        .array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 20 })
        .map((units) => String.fromCharCode(...units)),
      fc.constantFrom(
        "_x0041_",
        "_x005F_x0041_",
        "_X0041_",
        " a ",
        "a\r\nb\rc",
        "\ud83d",
        "\ude00\ud83d",
        "😀",
        "&lt;",
      ),
    );
    const texts = fc.sample(
      fc.array(odd, { maxLength: 4 }).map((parts) => parts.join("")),
      300,
    );

    await writeReport(texts.map((owner) => judged("1.2.3.4", factsWith({ owner }))));

    const sheet = (await unzip(file)).get("xl/worksheets/sheet1.xml") ?? "";
    expect(texts.map((_, index) => readText(sheet, `M${index + 2}`))).toEqual(texts.map(cleanText));
    await openWorkbook(file);
  });

  it("is cut at Excel's limit, never within a character", async () => {
    const long = "x".repeat(32_765) + "😀😀";

    await writeReport([judged("1.2.3.4", factsWith({ owner: long, network: "y".repeat(32_767) }))]);

    const [row] = rowsOf(await openWorkbook(file), "Results");
    expect(row?.["Owner"]).toBe(`${"x".repeat(32_765)}…`);
    expect(row?.["Network"]).toBe("y".repeat(32_767));
  });
});

describe("the summary", () => {
  const checked = [
    judged("1.1.1.1", factsWith({ analysedAt: NOW - 5 * DAY_MS })),
    judged("2.2.2.2", factsWith({ stats: statsOf(1, 0, 9), analysedAt: NOW - 400 * DAY_MS }), {
      cached: true,
    }),
    judged("3.3.3.3", factsWith({ stats: statsOf(0, 0, 9) })),
    judged("4.4.4.4", null),
  ];
  const notChecked = [
    uncheckedOf("5.5.5.5", "failed", "TransientError"),
    uncheckedOf("10.0.0.1", "skipped", "private address"),
    uncheckedOf("10.0.0.2", "skipped", "private address"),
    uncheckedOf("256.1.1.1", "rejected", "no address"),
  ];

  it("says what was scanned, and its sums add up", async () => {
    const head = headOf([...checked, ...notChecked]);

    await writeReport(checked, notChecked, {
      columns: ["Domain", "IP"],
      summary: { ...head.summary, requests: 4 },
    });

    const summary = summaryOfSheet(await openWorkbook(file));
    expect(summary).toMatchObject({
      Scan: "scan-1",
      Source: "list.csv",
      "Columns read": "Domain, IP",
      "Started (UTC)": new Date(NOW - 64_000),
      "Finished (UTC)": new Date(NOW),
      Rule: "unsafe = more than 3 of: malicious, suspicious",
      "Pieces of input": 8,
      unsafe: 1,
      suspicious: 1,
      clean: 1,
      unknown: 1,
      failed: 1,
      skipped: 2,
      Total: 7,
      rejected: 1,
      "From the cache": 1,
      "Requests to VirusTotal": 4,
      "Oldest analysis (UTC)": new Date(NOW - 400 * DAY_MS),
    });
  });

  it("says that what failed is not clean", async () => {
    await writeReport(checked, notChecked);

    const labels = Object.keys(summaryOfSheet(await openWorkbook(file)));
    expect(labels).toContain("INCOMPLETE: 1 failed, see the sheet Not checked.");
    expect(labels).toContain("What failed or was skipped has no verdict: it is not clean.");
  });

  it("has no alarm when all went well", async () => {
    await writeReport([judged("1.1.1.1", factsWith())]);

    const labels = Object.keys(summaryOfSheet(await openWorkbook(file))).join();
    expect(labels).not.toMatch(/DEMO|CANCELLED|INCOMPLETE|not clean/);
  });

  it("marks a scan that was cancelled", async () => {
    await writeReport(checked, notChecked, { cancelled: true });

    const labels = Object.keys(summaryOfSheet(await openWorkbook(file))).join();
    expect(labels).toContain("CANCELLED");
  });

  it("never goes out with sums that contradict the rows", async () => {
    const head = headOf(checked);
    const rows = { checked: streamOf(checked.slice(1)), notChecked: streamOf([]) };

    await expect(writeXlsx(file, head, rows)).rejects.toThrow("Results has 0 rows that are unsafe");
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a report of demo data", () => {
  it("is marked on every sheet and in every row", async () => {
    await writeReport([judged("1.1.1.1", factsWith())], [uncheckedOf("5.5.5.5", "failed", "no")], {
      demo: true,
    });

    const workbook = await openWorkbook(file);
    expect(rowsOf(workbook, "Results")[0]).toMatchObject({ Demo: "DEMO", Indicator: "1.1.1.1" });
    expect(rowsOf(workbook, "Not checked")[0]).toMatchObject({ Demo: "DEMO", Status: "failed" });
    expect(Object.keys(summaryOfSheet(workbook))).toContain(
      "DEMO: invented data, none of it from VirusTotal.",
    );
    for (const sheet of workbook.worksheets) {
      expect(sheet.properties.tabColor?.argb).toBe("FFC00000");
      expect(sheet.headerFooter.oddHeader).toContain("DEMO");
    }
  });

  it("is the only kind that is marked", async () => {
    await writeReport([judged("1.1.1.1", factsWith())]);

    for (const xml of (await unzip(file)).values()) expect(xml).not.toContain("DEMO");
  });
});

/** The text of one inline string as a reader of the format takes it. */
function readText(xml: string, address: string): string {
  const cell = new RegExp(`<c r="${address}"[^>]*>(.*?)</c>`, "s").exec(xml)?.[1] ?? "";
  const text = /<t([^>]*)>(.*?)<\/t>/s.exec(cell);
  const [, attributes = "", content = ""] = text ?? [];
  const kept = attributes.includes("preserve") ? content : content.trim();
  return kept
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The contrast of two colours (ARGB) as WCAG 2 defines it. */
function contrast(one = "", other = ""): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(argb: string): number {
  const [red = 0, green = 0, blue = 0] = [2, 4, 6].map((at) => {
    const share = Number.parseInt(argb.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
