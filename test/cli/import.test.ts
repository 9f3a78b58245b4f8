import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { addresses, openBench, parseLines } from "./program.ts";

const CONSOLE = { env: { VT_APIKEY1: "", APPROVERS: "local:console" } };
const LIST = "# old\n45.10.0.1\n10.0.0.5\n45.10.0.2\n45.10.0.9\n";

test.concurrent("blocklist import says what was taken and refused, and needs no key", async (context) => {
  const bench = await openBench(context, CONSOLE);
  bench.write("blacklist.txt", "45.10.0.9 # by hand");
  bench.write("blackips.txt", LIST);

  const tried = await bench.start(["blocklist", "import", "blackips.txt", "--dry-run"]).ended;
  expect(tried.status).toBe(0);
  expect(tried.stdout).toContain("To be taken: 2 addresses\n");
  expect(tried.stderr).toContain("Nothing was changed");
  expect(readFileSync(bench.path("blacklist.txt"), "utf8")).toBe("45.10.0.9 # by hand");

  const { status, stdout } = await bench.run(["blocklist", "import", "blackips.txt", "--reason", "old tool"]);
  expect(status).toBe(0);
  expect(stdout.split("\n")).toEqual([
    "line 2  45.10.0.1  taken",
    "line 3  10.0.0.5  private address",
    "line 4  45.10.0.2  taken",
    "Taken: 2 addresses",
    "Already listed: 1",
    "Refused: 1 (1 private or reserved)",
    "",
  ]);
  expect(readFileSync(bench.path("blacklist.txt"), "utf8")).toBe(
    "45.10.0.9 # by hand\n45.10.0.1\n45.10.0.2\n",
  );
  expect((await bench.run(["why", "45.10.0.1"])).stdout).toMatch(
    /UTC {2}imported by local:console.*, until removed: old tool\n/,
  );
  const audit = await bench.run(["audit", "export", "--format", "csv"]);
  expect(audit.stdout.split("\r\n")).toEqual([
    "id,at,who,action,subject,reason,detail,previous,hash",
    expect.stringMatching(/^1,.*,import,45\.10\.0\.1,old tool,/),
    expect.stringMatching(/^2,.*,import,45\.10\.0\.2,old tool,/),
    "",
  ]);
});

test.concurrent("blocklist import --json gives an object an entry, and reads standard input", async (context) => {
  const bench = await openBench(context, CONSOLE);

  const { status, stdout } = await bench.run(["blocklist", "import", "-", "--json"], { input: LIST });

  expect(status).toBe(0);
  const { lines, summary } = parseLines(stdout);
  expect(lines[1]).toEqual({
    line: 3,
    entry: "10.0.0.5",
    ip: "10.0.0.5",
    outcome: "refused",
    cause: "reserved",
    reason: "private address",
  });
  expect(summary).toEqual({
    entries: 4,
    taken: 3,
    listed: 0,
    refused: 1,
    causes: { reserved: 1 },
    changed: true,
    until: null,
  });
});

test.concurrent("blocklist import asks for --yes, for an approver, and for something in the file", async (context) => {
  const bench = await openBench(context, CONSOLE);
  bench.write("many.txt", addresses(201).join("\n"));
  bench.write("empty.txt", "# nothing\n");
  const attempt = async (file: string, env: Readonly<Record<string, string>> = {}) =>
    bench.run(["blocklist", "import", file], { env });

  const [many, nobody, empty] = [
    await attempt("many.txt"),
    await attempt("many.txt", { APPROVERS: "" }),
    await attempt("empty.txt"),
  ];

  expect([many.status, nobody.status, empty.status]).toEqual([1, 1, 1]);
  expect(many.stderr).toMatch(/201 addresses are more than MAX_BLOCKS_PER_APPROVAL \(200\).*--yes/);
  expect(nobody.stderr).toMatch(/add local:console to APPROVERS/);
  expect(empty.stderr).toContain("empty.txt has no entry");
  expect((await bench.run(["blocklist", "import", "many.txt", "--yes"])).stdout).toContain(
    "Taken: 201 addresses",
  );
});
