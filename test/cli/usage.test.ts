import { mkdirSync, readdirSync, readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { addresses, openBench, parseLines } from "./program.ts";

const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

describe.concurrent("help and version", () => {
  test.for(["-V", "--version"])("%s prints the version alone", async (flag, context) => {
    const bench = await openBench(context, { env: { VT_APIKEY1: "" } });

    const { status, stdout, stderr } = await bench.start([flag]).ended;

    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
    expect(readdirSync(bench.folder)).toEqual([]);
  });

  test.for(["-h", "--help", "help"])("%s names every command and the short flags", async (flag, context) => {
    const bench = await openBench(context, { env: { VT_APIKEY1: "" } });

    const { status, stdout, stderr } = await bench.run([flag]);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const words = ["scan", "extract", "plan", "quota", "scans", "resume", "cancel", "demo", "serve"];
    for (const word of [...words, "-s", "-i"]) expect(stdout).toMatch(new RegExp(`(^|\\s)${word}\\b`, "m"));
    expect(readdirSync(bench.folder)).toEqual([]);
  });

  test("a folder called .env is none of its business", async (context) => {
    const bench = await openBench(context);
    mkdirSync(bench.path(".env"));

    const { status, stdout, stderr } = await bench.run(["-V"]);

    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("scan --help lists the options of a scan", async (context) => {
    const bench = await openBench(context);

    const { status, stdout } = await bench.run(["scan", "--help"]);

    expect(status).toBe(0);
    const options = ["-i, --ip-list", "-s, --single-entry", "--json", "--out", "--no-out"];
    for (const option of [...options, "--fresh", "--cached-only", "--copy"]) expect(stdout).toContain(option);
  });
});

/** What is wrong, what is typed, and what the line must speak of. */
const WRONG_USAGE = [
  ["an unknown option", ["scan", "--nope", "45.10.0.1"], /--nope/],
  ["an unknown short option", ["-x", "45.10.0.1"], /-x/],
  ["a misspelt command", ["quotaa"], /quotaa.*quota\b/],
  ["a command that does not exist, with an indicator", ["block", "45.10.0.1"], /block/],
  ["a word that is neither command nor indicator", ["scan", "banana"], /banana|arguments/],
  ["a file that is not there", ["-i", "no-such.txt"], /no-such\.txt/],
  ["a folder", ["extract", "."], /\. is a folder/],
  ["an empty file", ["extract", "empty.txt"], /empty\.txt/],
  ["a file of another kind", ["extract", "picture.png"], /picture\.png/],
  ["a broken xlsx", ["extract", "broken.xlsx"], /broken\.xlsx/],
  ["a file and a single entry", ["-i", "list.txt", "-s", "45.10.0.1"], /-i/],
  ["a file and arguments", ["scan", "45.10.0.1", "-i", "list.txt"], /-i/],
  ["-i without its file", ["-i"], /ip-list/],
  ["-s without its indicator", ["-s"], /single-entry/],
  ["an empty indicator", ["-s", ""], /./],
  ["empty standard input", [], /standard input/],
  ["both answers to --copy", ["-s", "45.10.0.1", "--copy", "all"], /both.*score/],
  ["a report in a folder that is not there", ["-i", "list.txt", "--out", "no/such/r.xlsx"], /no\/such/],
  ["a report without a name", ["-s", "45.10.0.1", "--out", ""], /--out/],
  ["a report named like a folder", ["-s", "45.10.0.1", "--out", "r.xlsx/"], /r\.xlsx\//],
  ["a report in place of a folder", ["-i", "list.txt", "--out", "folder"], /folder/],
  ["resume of a scan that does not exist", ["resume", "S-ZZZZ"], /S-ZZZZ/],
  ["cancel of a scan that does not exist", ["cancel", "S-ZZZZ"], /S-ZZZZ/],
  ["cancel without a scan", ["cancel"], /scan/i],
  ["extract from a file that is not there", ["extract", "no-such.txt"], /no-such\.txt/],
  ["extract from empty standard input", ["extract"], /standard input/],
] as const satisfies readonly (readonly [string, readonly string[], RegExp])[];

describe.concurrent("wrong usage", () => {
  test.for(WRONG_USAGE)("%s ends with 1 and one line that helps", async ([, args, expected], context) => {
    const bench = await openBench(context);
    bench.write("list.txt", "45.10.0.1\n");
    bench.write("empty.txt", "");
    bench.write("picture.png", Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"));
    bench.write("broken.xlsx", "PK\x03\x04 and no more");
    mkdirSync(bench.path("folder"));

    const { status, stdout, stderr } = await bench.run(args);

    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^vtip: .+\n$/);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(bench.asked()).toEqual([]);
    expect(readFileSync(bench.path("list.txt"), "utf8")).toBe("45.10.0.1\n");
  });
});

describe.concurrent("ways in", () => {
  const [first = "", second = ""] = addresses(2);

  test.for([
    ["-s", ["-s", first], [first]],
    ["arguments without the word scan", [second, first], [second, first]],
    ["-i csv", ["scan", "--ip-list", "list.csv"], [first, second]],
    ["-i tsv", ["-i", "list.tsv"], [first, second]],
    ["-i txt", ["-i", "crlf.txt"], [first, second]],
  ] as const)("%s", async ([, args, expected], context) => {
    const bench = await openBench(context);
    bench.write("crlf.txt", `${first}\r\n${second}\r\n${first}\r\n`);
    bench.write("list.csv", `date;IP;note\n2026-11-20;${first};"a; b"\n2026-11-21;${second};see 45.99.0.1\n`);
    bench.write("list.tsv", `Indicator\tnote\n${first}\tx\n${second}\ty\n`);

    const { status, stdout } = await bench.run([...args, "--json", "--no-out"]);

    expect(status).toBe(0);
    expect(parseLines(stdout).lines.map((line) => line["indicator"])).toEqual(expected);
    expect(bench.asked().toSorted()).toEqual([...expected].toSorted());
  });
});
