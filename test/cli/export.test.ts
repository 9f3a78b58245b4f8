import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { FEEDS } from "../../src/feeds/formats.ts";
import { openBench } from "./program.ts";

const LIST = "# ours\n45.10.0.1 # by hand\n45.10.0.0\n2a00:1450::5\n";
const NO_KEY = { env: { VT_APIKEY1: "" } };

test.concurrent("blocklist export prints one address a line and nothing else, and needs no key", async (context) => {
  const bench = await openBench(context, NO_KEY);
  bench.write("blacklist.txt", LIST);

  const { status, stdout } = await bench.run(["blocklist", "export"]);

  expect(status).toBe(0);
  expect(stdout).toBe("45.10.0.0\n45.10.0.1\n2a00:1450::5\n");
});

test.concurrent("blocklist export writes a format to a file, joined, and says how many", async (context) => {
  const bench = await openBench(context, NO_KEY);
  bench.write("blacklist.txt", LIST);

  const args = ["blocklist", "export", "--format", "csv", "--collapse", "--out", "feed.csv"];
  const { status, stdout, stderr } = await bench.run(args);

  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  expect(stderr).toContain("2 entries in feed.csv");
  const rows = readFileSync(bench.path("feed.csv"), "utf8").split("\r\n");
  expect(rows.slice(1)).toEqual(["45.10.0.0/31,,,,,,,,,,,,", "2a00:1450::5,,,,,,,,,,,,", ""]);
});

test.concurrent("blocklist export warns on standard error where products cut off", async (context) => {
  const bench = await openBench(context, NO_KEY);
  const ips = Array.from(
    { length: 50_001 },
    (_, at) => `45.${(at >> 15) & 255}.${(at >> 7) & 255}.${(at & 127) * 2}`,
  );
  bench.write("blacklist.txt", `${ips.join("\n")}\n`);

  const { status, stdout, stderr } = await bench.run(["blocklist", "export"]);

  expect(status).toBe(0);
  expect(stdout.trimEnd().split("\n")).toHaveLength(50_001);
  expect(stderr).toContain("50,001 entries: PAN-OS on most models takes 50,000 and skips the rest.");
});

test.concurrent("blocklist export names the formats, when there is none of a name and in its help", async (context) => {
  const bench = await openBench(context, NO_KEY);

  const [unknown, help] = await Promise.all([
    bench.run(["blocklist", "export", "--format", "edl"]),
    bench.run(["blocklist", "export", "--help"]),
  ]);

  expect(unknown).toMatchObject({ status: 1, stdout: "" });
  for (const { name } of FEEDS) {
    expect(unknown.stderr).toContain(name);
    expect(help.stdout).toContain(name);
  }
});
