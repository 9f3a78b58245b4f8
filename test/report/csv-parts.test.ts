import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { describe, expect, onTestFinished, test } from "vitest";

import type { Result } from "../../src/model.ts";
import { writeCsvParts } from "../../src/report/csv-parts.ts";
import { factsWith, resultOf, rule } from "./results.ts";

async function write(results: readonly Result[], mostBytes: number) {
  const folder = mkdtempSync(join(tmpdir(), "vtip-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const toPath = (n: number) => join(folder, `${n}.csv.gz`);
  const sizes = await writeCsvParts(each(results), rule, mostBytes, toPath);
  const files = sizes.map((_, n) => readFileSync(toPath(n)));
  expect(files.map(({ length }) => length)).toEqual(sizes);
  return { sizes, texts: files.map((file) => gunzipSync(file).toString()) };
}

async function* each(results: readonly Result[]): AsyncGenerator<Result> {
  yield* results;
}

function nowhere(): string {
  return join(tmpdir(), "vtip-no-such-folder", "1.csv.gz");
}

function lines(text: string): readonly string[] {
  return text.split("\r\n").filter(Boolean);
}

describe("a report as csv.gz", () => {
  test("has each result once, in order, in files that hold no more than is allowed, each with the headings", async () => {
    const results = Array.from({ length: 2600 }, (_, n) => resultOf(`45.${n >> 8}.${n & 255}.7`));

    const { sizes, texts } = await write(results, 9_000);

    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(9_000);
    for (const text of texts) expect(lines(text)[0]).toMatch(/^\uFEFFinput,indicator,kind,status,reason,/);
    const rows = texts.flatMap((text) => lines(text).slice(1));
    expect(rows.map((row) => row.split(",")[1])).toEqual(results.map(({ piece }) => piece.indicator?.value));
  });

  test("is one file where it fits, and none without results", async () => {
    expect((await write([resultOf("1.2.3.4")], 1_000_000)).texts).toHaveLength(1);
    expect((await write([], 1_000_000)).texts).toEqual([]);
  });

  test("that cannot be written is told to who asked for it", async () => {
    await expect(writeCsvParts(each([resultOf("1.2.3.4")]), rule, 1000, nowhere)).rejects.toMatchObject({
      code: "ENOENT",
    });
  });

  test("quotes what needs it, and lets no program take a name for a formula", async () => {
    const hostile = resultOf("1.2.3.4", { facts: factsWith({ owner: '=cmd|"calc"!A1, Inc' }) });

    const { texts } = await write([hostile], 1_000_000);

    expect(texts[0]).toContain(`,"'=cmd|""calc""!A1, Inc",`);
  });
});
