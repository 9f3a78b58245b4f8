import { mkdirSync, writeFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { flagged, openBench, parseLines } from "./program.ts";

const OBJECTS = { "45.10.0.1": flagged(0), "45.10.0.2": flagged(9) };

describe.concurrent("files that cannot be used", () => {
  test("a DATA_DIR that cannot be ends with 3 and one sentence, before any request", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS, env: { DATA_DIR: "file.txt/data" } });
    bench.write("file.txt", "x");

    const { status, stdout, stderr } = await bench.run(["scan", "--json", "45.10.0.1"]);

    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toMatch(/^vtip: .*file\.txt\/data.*DATA_DIR.*\n$/);
    expect(bench.asked()).toEqual([]);
  });

  test("records that are no database end with 3 and are left as they are", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS });
    mkdirSync(bench.path("data"));
    writeFileSync(bench.path("data/vtip.sqlite"), "not a database".repeat(1000));

    const { status, stdout, stderr } = await bench.run(["scan", "--json", "45.10.0.1"]);

    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toMatch(/^vtip: .*vtip\.sqlite.+\n$/);
    expect(bench.asked()).toEqual([]);
  });

  test("a cache that is no database is moved aside, and the scan goes on", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS });
    mkdirSync(bench.path("data"));
    writeFileSync(bench.path("data/cache.sqlite"), "not a database".repeat(1000));

    const first = await bench.run(["scan", "--json", "45.10.0.1"]);
    const second = await bench.run(["scan", "--json", "45.10.0.1"]);

    expect([first.status, second.status]).toEqual([0, 0]);
    expect(parseLines(second.stdout).summary).toMatchObject({ clean: 1, cached: 1, requests: 0 });
    expect(bench.asked()).toHaveLength(1);
  });

  test("a log that cannot be written is told and stops nothing", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS, env: { LOG_FILE: "file.txt/app.log" } });
    bench.write("file.txt", "x");

    const { status, stdout, stderr } = await bench.run(["scan", "--json", "45.10.0.1"]);

    expect(status).toBe(0);
    expect(parseLines(stdout).summary).toMatchObject({ clean: 1 });
    expect(stderr).toMatch(/LOG_FILE/);
  });

  test("nor does a log on a full disk", async (context) => {
    const bench = await openBench(context, {
      objects: OBJECTS,
      env: { LOG_FILE: "/dev/full", LOG_LEVEL: "trace" },
    });

    const { status, stdout } = await bench.run(["scan", "--json", "45.10.0.1"]);

    expect(status).toBe(0);
    expect(parseLines(stdout).summary).toMatchObject({ clean: 1 });
  });

  test("standard output on a full disk is no success", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS });

    const { status, stderr } = await bench.shell('"$@" > /dev/full', ["scan", "--json", "45.10.0.1"]);

    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^vtip: .*(space|ENOSPC)/m);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test("a list that cannot be read ends it before a request", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS });
    mkdirSync(bench.path("whitelist.txt"));

    const { status, stdout, stderr } = await bench.run(["scan", "--json", "45.10.0.1", "45.10.0.2"]);

    expect(stdout).toBe("");
    expect([1, 3]).toContain(status);
    expect(stderr).toMatch(/^vtip: .*whitelist\.txt.+\n$/);
    expect(bench.asked()).toEqual([]);
  });

  test("no room for the records: a sentence, and not a verdict more than is written", async (context) => {
    const bench = await openBench(context, { objects: OBJECTS });
    await bench.run(["-s", "45.10.0.1"]);

    // Files may grow to 16 KiB only, and the records have more already: each write fails as on a full disk.
    const { status, stderr } = await bench.shell('trap "" XFSZ; ulimit -f 16; "$@"', [
      "scan",
      "--json",
      "45.10.0.2",
    ]);

    expect(status).toBeGreaterThan(0);
    expect(stderr).toMatch(/^vtip: .+$/m);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(bench.asked()).toEqual(["45.10.0.1"]);
  });
});
