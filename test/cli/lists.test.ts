import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { flagged, openBench, parseLines } from "./program.ts";

const GOOGLE = { as_owner: "Google LLC", asn: 15_169 };
const OBJECTS = {
  "45.10.0.1": flagged(9, 0, { as_owner: "Someone", asn: 64_500 }),
  "45.10.1.77": flagged(9, 0, { as_owner: "Someone", asn: 64_500 }),
  "45.10.2.1": flagged(9, 0, GOOGLE),
  "45.10.3.1": flagged(9, 0, { as_owner: "GOOGLE   llc", asn: 64_501 }),
  "45.10.4.1": flagged(9, 0, { as_owner: "Google LLC Russia", asn: 64_502 }),
  "45.10.5.1": flagged(9, 0, { as_owner: "Someone", asn: 64_500 }),
  "45.10.6.1": flagged(0, 0, { as_owner: "Someone", asn: 64_500 }),
  "cdn.shop-assets.com": flagged(9),
  "notshop-assets.com": flagged(9),
  "2a00:1450:4001::5": flagged(9, 0, { as_owner: undefined, asn: undefined }),
};

const WHITELIST = [
  "# ours",
  "45.10.0.1   # the office",
  "45.10.1.0/24",
  "AS15169",
  "google llc",
  "Shop-Assets.com",
  "2a00:1450::/32",
  "45.10.300.1",
  "0.0.0.0/0",
  "",
].join("\r\n");
const BLACKLIST = "45.10.5.1\r\n45.10.0.1\r\n# old: 45.10.6.1\r\n";

test.concurrent("lists are told by entry as written, whitelisted wins, and the verdict stays what it is", async (context) => {
  const bench = await openBench(context, { objects: OBJECTS });
  bench.write("whitelist.txt", WHITELIST);
  bench.write("blacklist.txt", BLACKLIST);

  const { status, stdout, stderr } = await bench.run(["scan", "--json", ...Object.keys(OBJECTS)]);

  expect(status).toBe(0);
  const { lines, summary } = parseLines(stdout);
  expect(
    Object.fromEntries(
      lines.map((line) => [line["indicator"], `${String(line["list"])}: ${String(line["listEntry"])}`]),
    ),
  ).toEqual({
    "45.10.0.1": "whitelisted: 45.10.0.1",
    "45.10.1.77": "whitelisted: 45.10.1.0/24",
    "45.10.2.1": "whitelisted: AS15169",
    "45.10.3.1": "whitelisted: google llc",
    "45.10.4.1": "none: null",
    "45.10.5.1": "blacklisted: 45.10.5.1",
    "45.10.6.1": "none: null",
    "cdn.shop-assets.com": "whitelisted: Shop-Assets.com",
    "notshop-assets.com": "none: null",
    "2a00:1450:4001::5": "whitelisted: 2a00:1450::/32",
  });
  expect(summary).toMatchObject({ unsafe: 9, clean: 1 });
  // What means nothing is told with its line.
  expect(stderr).toMatch(/whitelist\.txt.*8.*45\.10\.300\.1/);
  expect(stderr).toMatch(/whitelist\.txt.*9.*0\.0\.0\.0\/0/);
});

test.concurrent("lists are read as they are at that moment, and never changed by a scan", async (context) => {
  const bench = await openBench(context, { objects: OBJECTS });
  const args = ["scan", "--json", "45.10.5.1", "45.10.1.77"];

  const none = await bench.run(args);
  bench.write("whitelist.txt", WHITELIST);
  bench.write("blacklist.txt", BLACKLIST);
  const both = await bench.run(args);
  bench.write("whitelist.txt", `\ufeff45.10.5.1\n`);
  const swapped = await bench.run(args);

  expect(listsOf(none.stdout)).toEqual(["none", "none"]);
  expect(listsOf(both.stdout)).toEqual(["blacklisted", "whitelisted"]);
  expect(listsOf(swapped.stdout)).toEqual(["whitelisted", "none"]);
  expect(bench.asked()).toHaveLength(2);
  expect(readFileSync(bench.path("blacklist.txt"), "utf8")).toBe(BLACKLIST);
});

function listsOf(stdout: string): readonly unknown[] {
  return parseLines(stdout).lines.map((line) => line["list"]);
}
