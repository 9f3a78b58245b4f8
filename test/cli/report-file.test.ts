import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";

import excel from "exceljs";
import { describe, expect, test } from "vitest";

import { openWorkbook, rowsOf, summaryOfSheet } from "../report/open-xlsx.ts";
import { filesUnder, flagged, openBench, parseLines } from "./program.ts";

const OBJECTS = {
  "45.10.0.1": flagged(2, 0, { as_owner: '=HYPERLINK("http://x","y")', asn: 64_500, country: "US" }),
  "45.10.0.2": flagged(0),
  "45.10.0.3": flagged(20),
  "45.10.0.4": "missing",
} as const;
const TEXT = "45.10.0.1\n45.10.0.2\n10.0.0.1\n45.10.0.3\n256.1.1.1\n45.10.0.4\n45.10.0.1\n45.10.0.5\n";

test.concurrent("a list's report stands in output_vt_scan.xlsx, and its sums are those of --json", async (context) => {
  const bench = await openBench(context, {
    objects: OBJECTS,
    fault: ({ value }) => (value === "45.10.0.5" ? { status: 400 } : undefined),
  });
  bench.write("list.txt", TEXT);

  const { status, stdout, stderr } = await bench.start(["-i", "list.txt", "--json"]).ended;

  expect(status).toBe(2);
  expect(stderr).toContain("output_vt_scan.xlsx");
  const { lines, summary } = parseLines(stdout);
  const workbook = await openWorkbook(bench.path("output_vt_scan.xlsx"));
  expect(workbook.worksheets.map((sheet) => sheet.name)).toEqual(["Results", "Summary", "Not checked"]);
  const results = rowsOf(workbook, "Results");
  const unchecked = rowsOf(workbook, "Not checked");
  const statusOf = (word: string) => lines.filter((line) => line["status"] === word).length;
  expect(results).toHaveLength(
    statusOf("unsafe") + statusOf("suspicious") + statusOf("clean") + statusOf("unknown"),
  );
  expect(unchecked).toHaveLength(statusOf("failed") + statusOf("skipped") + statusOf("rejected"));
  const told = Object.entries(summaryOfSheet(workbook));
  for (const word of ["unsafe", "suspicious", "clean", "unknown", "failed", "skipped", "rejected"]) {
    const own = told.filter(([label]) => label.toLowerCase().startsWith(word));
    expect({ word, own: own.map(([, value]) => value) }).toEqual({ word, own: [summary[word]] });
  }
  expect(results.find((row) => row["Indicator"] === "45.10.0.1")).toMatchObject({
    Owner: '=HYPERLINK("http://x","y")',
    Malicious: 2,
    Total: 90,
    Verdict: "suspicious",
  });
  expect(unchecked.find((row) => row["Indicator"] === "45.10.0.5")?.["Reason"]).toMatch(/BadRequestError/);
});

describe.concurrent("where the report goes", () => {
  test("--out names it, -s and arguments have none of their own, --no-out has none at all", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS });
    bench.write("list.txt", TEXT);
    mkdirSync(bench.path("reports"));

    const named = await bench.run(["-s", "45.10.0.2", "--out", "reports/one.xlsx"]);
    const none = await bench.run(["-s", "45.10.0.2"]);
    const refused = await bench.run(["-i", "list.txt", "--no-out"]);

    expect([named.status, none.status, refused.status]).toEqual([0, 0, 0]);
    expect(readdirSync(bench.path("reports"))).toEqual(["one.xlsx"]);
    expect(filesUnder(bench.folder).filter(({ name }) => name.endsWith(".xlsx"))).toHaveLength(1);
  });

  test("a report that is there is replaced, and only when the new one is whole", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS });
    bench.write("list.txt", "45.10.0.2\n");
    bench.write("output_vt_scan.xlsx", "an old report");

    const { status } = await bench.run(["-i", "list.txt"]);

    expect(status).toBe(0);
    const workbook = await openWorkbook(bench.path("output_vt_scan.xlsx"));
    expect(rowsOf(workbook, "Results")).toHaveLength(1);
    const others = readdirSync(bench.folder).filter(
      (name) => name !== "output_vt_scan.xlsx" && name.includes("xlsx"),
    );
    expect(others).toEqual([]);
  });

  test.for([
    ["by a symbolic link", "link.xlsx"],
    ["by a hard link", "hard.xlsx"],
  ])("the input is not written over %s", async ([, out = ""], context) => {
    const bench = await openBench(context, { objects: OBJECTS });
    const bytes = await toXlsx([
      ["Domain", "note"],
      ["45.10.0.2", "x"],
    ]);
    bench.write("list.xlsx", bytes);
    mkdirSync(bench.path("reports"));
    symlinkSync("list.xlsx", bench.path("link.xlsx"));
    linkSync(bench.path("list.xlsx"), bench.path("hard.xlsx"));

    const { status, stderr } = await bench.run(["-i", "list.xlsx", "--out", out]);

    expect(status).toBe(1);
    expect(stderr).toMatch(/^vtip: .+\n$/);
    expect(readFileSync(bench.path("list.xlsx")).equals(bytes)).toBe(true);
    expect(bench.asked()).toEqual([]);
  });

  test("nor by the default name of the report", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS });
    const bytes = await toXlsx([["Indicator"], ["45.10.0.2"]]);
    bench.write("output_vt_scan.xlsx", bytes);

    const { status } = await bench.run(["-i", "output_vt_scan.xlsx"]);

    expect(status).toBe(1);
    expect(readFileSync(bench.path("output_vt_scan.xlsx")).equals(bytes)).toBe(true);
    expect(bench.asked()).toEqual([]);
  });
});

test.concurrent("a report that cannot be written in the end takes nothing from what was found", async (context) => {
  const bench = await openBench(context, {
    objects: OBJECTS,
    fault: () => {
      rmSync(bench.path("reports"), { recursive: true, force: true });
      return undefined;
    },
  });
  mkdirSync(bench.path("reports"));

  const { status, stdout, stderr } = await bench.run([
    "scan",
    "--json",
    "45.10.0.3",
    "--out",
    "reports/r.xlsx",
  ]);

  expect(status).toBe(1);
  expect(parseLines(stdout).lines[0]).toMatchObject({ status: "unsafe", score: "20/90" });
  expect(parseLines(stdout).summary).toMatchObject({ unsafe: 1, requests: 1 });
  expect(stderr).toMatch(/^vtip: .*reports.+$/m);
});

test.concurrent("an xlsx with a column Domain is read by it, and the scan says so", async (context) => {
  const bench = await openBench(context, { objects: OBJECTS });
  const rows = [
    ["No", "Domain", "Seen from"],
    [1, "45.10.0.1", "45.10.0.9"],
    [2, "45.10.0.2", "45.10.0.9"],
  ];
  bench.write("input.xlsx", await toXlsx(rows));

  const { status, stdout, stderr } = await bench.run(["-i", "input.xlsx", "--json"]);

  expect(status).toBe(0);
  expect(parseLines(stdout).lines.map((line) => line["indicator"])).toEqual(["45.10.0.1", "45.10.0.2"]);
  expect(stderr).toMatch(/Domain/);
  expect(existsSync(bench.path("output_vt_scan.xlsx"))).toBe(true);
});

async function toXlsx(rows: readonly (readonly (string | number)[])[]): Promise<Buffer> {
  const workbook = new excel.Workbook();
  workbook.addWorksheet("Sheet1").addRows(rows.map((row) => [...row]));
  return Buffer.from(await workbook.xlsx.writeBuffer());
}
