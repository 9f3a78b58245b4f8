import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged, openBench, parseLines } from "./program.ts";

const ESCAPES = "\u001b[31mred\u001b]0;title\u0007\u009b2J\u202egnp.exe";
// oxlint-disable-next-line no-control-regex
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe.concurrent("what the terminal gets", () => {
  test("holds no escape sequence of anybody's but the program's own", async (context) => {
    const bench = await openBench(context, {
      objects: {
        "45.10.0.1": flagged(7, 0, { as_owner: `Evil ${ESCAPES}`, country: "U\u001bS", tags: [ESCAPES] }),
      },
      fault: ({ value }) =>
        value === "45.10.0.2"
          ? { status: 400, code: "Bad\u001b[2JCode", message: `no ${ESCAPES}` }
          : undefined,
    });
    bench.write("whitelist.txt", `45.10.0.1 \u001b[31m\nEvil ${ESCAPES}\n`);
    const input = `45.10.0.1\n45.10.0.2\n256.1.1.\u001b[31m1\nhttp://45.10.0.3/${ESCAPES}`;

    const table = await bench.run(["scan"], { input, env: { NO_COLOR: "1" } });
    const json = await bench.run(["scan", "--json"], { input });
    const extract = await bench.run(["extract"], { input });
    const wrong = await bench.run(["-i", `no${ESCAPES}.txt`]);
    const scans = await bench.run(["scans"]);

    for (const { stdout, stderr } of [table, json, extract, wrong, scans]) {
      expect(stdout).not.toMatch(RAW);
      expect(stderr).not.toMatch(RAW);
    }
    expect(table.stdout).toContain("45.10.0.1");
    expect(parseLines(json.stdout).lines[0]?.["status"]).toBe("unsafe");
    expect(wrong.status).toBe(1);
  });

  test("shows the unsafe first, every status, and the sums", async (context) => {
    const bench = await openBench(context, {
      objects: {
        "45.10.0.1": flagged(0),
        "45.10.0.2": flagged(2),
        "45.10.0.3": flagged(8, 0, { as_owner: "Example LLC", asn: 64_500 }),
        "45.10.0.4": "missing",
      },
    });

    const { status, stdout } = await bench.run([
      "scan",
      "45.10.0.1",
      "45.10.0.2",
      "45.10.0.3",
      "45.10.0.4",
      "10.0.0.1",
      "256.1.1.1",
    ]);

    expect(status).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[1]).toMatch(/^45\.10\.0\.3 +unsafe +8\/90 +Example LLC +AS64500/);
    expect(lines[2]).toMatch(/^45\.10\.0\.2 +suspicious +2\/90/);
    for (const word of ["clean", "unknown", "skipped", "rejected"]) {
      expect(lines.filter((line) => new RegExp(` ${word}( |$)`).test(line)).length, word).toBeGreaterThan(0);
    }
    expect(lines.at(-1)).toMatch(
      /^5 indicators: 1 unsafe, 1 suspicious, 1 clean, 1 unknown, 1 skipped; 1 rejected/,
    );
    expect(lines.at(-1)).toMatch(/4 requests/);
  });

  test("without a clipboard --copy shows what it would have copied, and standard output keeps to itself", async (context) => {
    const bench = await openBench(context, { objects: { "45.10.0.1": flagged(2), "45.10.0.4": "missing" } });
    const args = ["scan", "--json", "45.10.0.1", "45.10.0.4", "--copy"];

    const { status, stdout, stderr } = await bench.run([...args, "both"]);

    expect(status).toBe(0);
    expect(parseLines(stdout).lines).toHaveLength(2);
    expect(stderr).toMatch(/^45\.10\.0\.1\t=2\/90$/m);
  });

  test.for([["--json"], ["--no-out"]])(
    "a reader that goes away ends it quietly (scan %s)",
    async (flags, context) => {
      const ips = addresses(400);
      const bench = await openBench(context, { objects: allAs(ips, flagged(0)), bodyBytes: 1000 });
      const program = bench.start(["scan", ...flags], { input: ips.join("\n") });

      program.process.stdout?.once("data", () => program.process.stdout?.destroy());
      const { status, stderr } = await program.ended;

      expect(status).not.toBeNull();
      expect([0, 141]).toContain(status);
      expect(stderr).not.toMatch(/EPIPE|unexpected|^\s+at /im);
    },
  );
});
