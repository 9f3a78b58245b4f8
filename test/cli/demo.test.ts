import { existsSync, readdirSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { openWorkbook, rowsOf } from "../report/open-xlsx.ts";
import { KEY_1, openBench } from "./program.ts";

test("the demo needs nothing, marks everything DEMO and writes to a folder of its own", async (context) => {
  const bench = await openBench(context, { env: { VT_APIKEY1: KEY_1 } });
  bench.write("whitelist.txt", "# mine\n");
  const startedAt = Date.now();

  const { status, stdout, stderr } = await bench.run(["demo"], { env: { TMPDIR: bench.path(".") } });

  expect(status, stderr).toBe(0);
  expect(Date.now() - startedAt).toBeLessThan(45_000);
  expect(bench.standin.requests).toEqual([]);
  const folders = readdirSync(bench.folder).filter((name) => name !== "whitelist.txt");
  expect(folders).toEqual([expect.stringMatching(/^vtip-demo-/)]);
  expect(readFileSync(bench.path("whitelist.txt"), "utf8")).toBe("# mine\n");
  expect(stderr).toMatch(/^DEMO/m);
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toContain("DEMO");
  expect(lines.at(-1)).toContain("DEMO");
  expect(stdout).toMatch(/ unsafe /);
  const report = bench.path(`${folders[0]}/output_vt_scan.xlsx`);
  expect(existsSync(report)).toBe(true);
  const rows = rowsOf(await openWorkbook(report), "Results");
  expect(rows.length).toBeGreaterThan(40);
  for (const row of rows) expect(row["Demo"]).toBe("DEMO");
});
