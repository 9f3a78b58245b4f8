import { existsSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { openWorkbook, rowsOf } from "../report/open-xlsx.ts";
import { addresses, allAs, flagged, KEY_1, KEY_2, openBench, until } from "./program.ts";

const TEXT = `From: "x" <alice@mail.phish-desk.net>
hxxps://evil[.]example-shop[.]com:8443/a?b=1 and 45.10.0.1, 45.10.0.1; 10.1.2.3; 256.1.1.1; Chrome/120.0.0.0; setup.py`;

describe.concurrent("demo", () => {
  test("needs nothing, marks everything DEMO and writes to a folder of its own", async (context) => {
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

  test("that is interrupted advises nothing that would not find it again", async (context) => {
    const bench = await openBench(context);
    const program = bench.start(["demo", "--json"], { env: { TMPDIR: bench.path(".") } });
    await until(() => program.stdout().includes("\n"), "the first line");

    program.process.kill("SIGINT");
    const { status, stdout, stderr } = await program.ended;

    expect(status).toBe(130);
    expect(stdout).toContain("interrupted before it was asked");
    expect(stdout + stderr).not.toContain("resume");
    expect(stderr).toMatch(/^Interrupted\. Begin anew with: vtip demo$/m);
  });
});

describe.concurrent("extract", () => {
  test("--json gives each distinct indicator once with where it stood; nothing is asked or written", async (context) => {
    const bench = await openBench(context, { env: { VT_APIKEY1: "" } });

    const { status, stdout, stderr } = await bench.start(["extract", "--json"], { input: TEXT }).ended;

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(["input", "indicator", "kind", "offset", "rejected", "skipped"]);
      expect(TEXT.slice(Number(line["offset"]))).toMatch(
        new RegExp(`^${escapeRegExp(String(line["input"]))}`),
      );
    }
    expect(
      lines.map((line) => [
        line["kind"],
        line["indicator"],
        line["rejected"] !== null,
        line["skipped"] !== null,
      ]),
    ).toEqual([
      ["domain", "mail.phish-desk.net", false, false],
      ["url", "https://evil.example-shop.com:8443/a?b=1", false, false],
      ["domain", "evil.example-shop.com", false, false],
      ["ip", "45.10.0.1", false, false],
      ["ip", "10.1.2.3", false, true],
      [null, null, true, false],
      [null, null, true, false],
    ]);
    expect(bench.asked()).toEqual([]);
  });

  test("a file for people: one line each, with the reason where it is none", async (context) => {
    const bench = await openBench(context, { env: { VT_APIKEY1: "" } });
    bench.write("mail.txt", TEXT);

    const { status, stdout } = await bench.run(["extract", "mail.txt"]);

    expect(status).toBe(0);
    expect(stdout).toMatch(/^ip +45\.10\.0\.1$/m);
    expect(stdout).toMatch(/^ip +10\.1\.2\.3 .*private/m);
    expect(stdout).toMatch(/^rejected +256\.1\.1\.1 /m);
    expect(stdout.trimEnd().split("\n")).toHaveLength(7);
  });
});

describe.concurrent("plan", () => {
  test("says what a scan would cost with the limits that there are, and spends nothing", async (context) => {
    const ips = addresses(511);
    const bench = await openBench(context, {
      objects: allAs(ips, flagged(0)),
      keys: { [KEY_1]: {}, [KEY_2]: {} },
      env: {
        VT_WINDOW_SECONDS: "60",
        VT_KEY1_PER_MINUTE: "4",
        VT_KEY2_PER_MINUTE: "4",
        VT_KEY1_PER_DAY: "500",
        VT_KEY2_PER_DAY: "500",
        INTERACTIVE_RESERVE: "0",
      },
    });
    bench.write("list.txt", [...ips, "10.0.0.1", "256.1.1.1"].join("\n"));

    const { status, stdout } = await bench.run(["plan", "-i", "list.txt"]);

    expect(status).toBe(0);
    expect(stdout).toMatch(/511 to look up, 2 keys, about 6[345] min, 51 % of today's quota/);
    expect(stdout).toMatch(/1 skipped/);
    expect(stdout).toMatch(/1 rejected/);
    expect(bench.asked()).toEqual([]);
  });

  test("counts what is cached and what does not fit into today", async (context) => {
    const ips = addresses(6);
    const bench = await openBench(context, {
      objects: allAs(ips, flagged(0)),
      env: { VT_KEY1_PER_DAY: "4" },
    });
    await bench.run(["scan", ...ips.slice(0, 2)]);

    const { status, stdout } = await bench.run(["plan", ...ips]);
    const quota = await bench.run(["quota"]);

    expect(status).toBe(0);
    expect(stdout).toMatch(/4 to look up, 1 key/);
    expect(stdout).toMatch(/100 % of today's quota/);
    expect(stdout).toMatch(/only 2 left today/);
    expect(stdout).toMatch(/2 cached/);
    expect(quota.stdout).toMatch(/^VT_APIKEY1.*2 of 4 used, 2 left/);
    expect(bench.asked()).toHaveLength(2);
  });
});

describe.concurrent("quota", () => {
  test("shows each key masked, with what is used and left", async (context) => {
    const bench = await openBench(context, {
      keys: { [KEY_1]: { perMinute: 4, perDay: 500, perMonth: 15_500 }, [KEY_2]: { perDay: 1000 } },
    });

    const { status, stdout, stderr } = await bench.run(["quota"]);

    expect(status).toBe(0);
    const [first, second] = stdout.trimEnd().split("\n");
    expect(first).toMatch(/^VT_APIKEY1.*4 of 4 left.*0 of 500 used, 500 left.*0 of 15,?500 used/);
    expect(second).toMatch(/^VT_APIKEY2.*no limit.*0 of 1,?000 used/);
    for (const key of [KEY_1, KEY_2]) expect(stdout + stderr).not.toContain(key.slice(0, 12));
    expect(bench.asked()).toEqual([]);
  });
});

describe.concurrent("serve", () => {
  test("without a key stops with one sentence, and never shows sample data", async (context) => {
    const bench = await openBench(context, { env: { VT_APIKEY1: "" } });

    const { status, stdout, stderr } = await bench.start(["serve"]).ended;

    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toMatch(/^vtip: .*VT_APIKEY1.*\n$/);
  });
});

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
