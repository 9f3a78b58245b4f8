import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { approve } from "../../src/commands/approval.ts";
import { exportBlockList } from "../../src/commands/export-block-list.ts";
import type { ExportRequest } from "../../src/contract.ts";
import { FEEDS } from "../../src/feeds/formats.ts";
import { propose } from "../../src/lists/proposal.ts";
import { ANN, DAY_MS, flaggedBy, type ListBench, NOW, openListBench } from "../lists/list-bench.ts";
import { temporaryFolder } from "../temporary-folder.ts";

interface Bench extends ListBench {
  readonly folder: string;
  text(format: string, more?: Partial<ExportRequest>): Promise<string>;
  notes(format: string, more?: Partial<ExportRequest>): Promise<readonly string[]>;
}

async function openBench(blacklist?: string): Promise<Bench> {
  const folder = temporaryFolder();
  const bench = await openListBench(folder);
  onTestFinished(bench.close);
  bench.blacklist(blacklist);
  const listOf = async (format: string, more: Partial<ExportRequest> = {}) =>
    exportBlockList(bench.tools, { format, collapse: false, comments: false, rules: false, ...more });
  return {
    ...bench,
    folder,
    notes: async (format, more) => (await listOf(format, more)).notes,
    async text(format, more) {
      const chunks: string[] = [];
      for await (const chunk of (await listOf(format, more)).chunks()) chunks.push(chunk);
      return chunks.join("");
    },
  };
}

/** As an approver does it. */
async function block(bench: ListBench, ips: readonly string[], reason: string | null): Promise<void> {
  const scan = await bench.scan(Object.fromEntries(ips.map((ip) => [ip, flaggedBy(9)])));
  const attempt = { user: ANN, groupsOf: async () => [], link: "https://chat.example/p1", isSure: true };
  const id = (await propose(bench.tools, scan)) ?? "";
  const approved = await approve(bench.tools, id, { ...attempt, ips: null, days: 30, reason });
  expect(approved.kind).toBe("decided");
}

describe("what is exported", () => {
  test("is what stands in the file, sorted, each once, in canonical spelling", async () => {
    const bench = await openBench(
      "# ours\r\n2A00:1450:0::5\r\n45[.]10.0.9 # by hand\r\n9.0.0.1\r\n45.10.0.9\r\nfoo\r\n",
    );

    expect(await bench.text("plain")).toBe("9.0.0.1\n45.10.0.9\n2a00:1450::5\n");
    expect(await bench.text("PLAIN", { collapse: true })).toBe("9.0.0.1\n45.10.0.9\n2a00:1450::5\n");
  });

  test("has networks of the file, and the notes say so", async () => {
    const bench = await openBench("45.10.0.7\n45.10.0.9/24\n45.10.1.0/24\n");

    expect(await bench.text("plain")).toBe("45.10.0.0/24\n45.10.0.7\n45.10.1.0/24\n");
    expect(await bench.text("plain", { collapse: true })).toBe("45.10.0.0/23\n");
    expect(await bench.text("nftables")).not.toContain("45.10.0.7");
    expect(await bench.notes("plain")).toEqual([
      expect.stringMatching(
        /blacklist\.txt line 2: "45\.10\.0\.9\/24" goes out as the network 45\.10\.0\.0\/24\.$/,
      ),
      expect.stringMatching(/blacklist\.txt line 3: "45\.10\.1\.0\/24" goes out as the network/),
    ]);
  });

  test("is nothing without a file", async () => {
    const bench = await openBench();

    expect(await bench.text("plain")).toBe("");
    expect(await bench.text("json")).toBe("[\n]\n");
    expect(await bench.notes("plain")).toEqual([expect.stringMatching(/^The list is empty: Cisco/)]);
    expect(await bench.notes("nftables")).toEqual([]);
  });

  test("has who, when and why of what was approved, and of what stands there by hand the address alone", async () => {
    const bench = await openBench("45.10.0.9 # by hand\n");
    await block(bench, ["45.10.0.1"], "seen twice");

    const [approved, byHand] = JSON.parse(await bench.text("json")) as readonly Record<string, unknown>[];

    expect(approved).toEqual({
      ip: "45.10.0.1",
      since: new Date(NOW).toISOString(),
      until: new Date(NOW + 30 * DAY_MS).toISOString(),
      by: ANN.id,
      reason: "seen twice",
      scan: expect.stringMatching(/^S-/),
      detections: 9,
      total: 94,
      engines: Array.from({ length: 9 }, (_, at) => `Engine ${at + 1}`),
      owner: "Example LLC",
      asn: 64_500,
      country: "US",
      link: "https://chat.example/p1",
    });
    expect(byHand).toMatchObject({ ip: "45.10.0.9", since: null, by: null, reason: null, scan: null });
    expect(await bench.text("plain")).toBe("45.10.0.1\n45.10.0.9\n");
    expect(await bench.text("plain", { comments: true })).toMatch(
      /^45\.10\.0\.1 # since 2026-11-21, until 2026-12-21, by slack:U1, 9\/94, Example LLC, S-\w+, seen twice\n45\.10\.0\.9\n$/,
    );
  });

  test("is not what was taken out by hand, though the records still have it", async () => {
    const bench = await openBench("");
    await block(bench, ["45.10.0.1", "45.10.0.2"], null);
    bench.blacklist("45.10.0.2\n");

    for (const { name } of FEEDS) expect(await bench.text(name)).not.toContain("45.10.0.1");
    expect(await bench.text("csv")).toContain("\r\n45.10.0.2,2026-11-21T10:00:00.000Z,");
  });

  test("is of joined addresses the network alone, and of single ones what is known", async () => {
    const bench = await openBench("");
    await block(bench, ["45.10.0.0", "45.10.0.1", "45.10.0.9"], "x");

    const rows = JSON.parse(await bench.text("json", { collapse: true })) as readonly Record<
      string,
      unknown
    >[];

    expect(rows.map(({ ip, by }) => [ip, by])).toEqual([
      ["45.10.0.0/31", null],
      ["45.10.0.9", ANN.id],
    ]);
  });

  test("stays the same as time goes by, until the list changes", async () => {
    const bench = await openBench("45.10.0.9\n");
    await block(bench, ["45.10.0.1"], "x");
    const before = await Promise.all(FEEDS.map(({ name }) => bench.text(name)));

    await bench.tools.clock.advance(3 * DAY_MS);

    expect(await Promise.all(FEEDS.map(({ name }) => bench.text(name)))).toEqual(before);
  });

  test("is found in the records for a large list too", async () => {
    const ips = Array.from({ length: 1203 }, (_, at) => `45.10.${Math.floor(at / 250)}.${at % 250}`);
    const bench = await openBench("");
    await block(bench, ips, "many");

    const rows = JSON.parse(await bench.text("json")) as readonly { reason: string }[];

    expect(rows).toHaveLength(1203);
    expect(rows.every(({ reason }) => reason === "many")).toBe(true);
  });
});

describe("what cannot be exported is refused with what can", () => {
  test.each([
    {
      request: { format: "xml" },
      sentence: /^There is no format "xml"\. Formats: plain, csv, json, nftables,.*, stix2\.1\.$/,
    },
    {
      request: { format: "csv", comments: true },
      sentence: /^csv has no comments: it says who, when and why anyway\.$/,
    },
    {
      request: { format: "plain", rules: true },
      sentence: /^A file of plain holds no rules; these can: nftables\.$/,
    },
  ])("$request", async ({ request, sentence }) => {
    const bench = await openBench("45.10.0.1\n");

    await expect(bench.text(request.format, request)).rejects.toThrow(
      expect.objectContaining({ name: "UserError", message: expect.stringMatching(sentence) }),
    );
  });
});

async function writeTo(bench: Bench, file: string): Promise<void> {
  const request = { format: "ipset", collapse: false, comments: false, rules: false };
  await (await exportBlockList(bench.tools, request)).writeTo(file);
}

describe("a file", () => {
  test("is replaced whole, and nothing else is left", async () => {
    const bench = await openBench("45.10.0.1\n");
    const out = join(bench.folder, "feed.ipset");
    writeFileSync(out, "old");

    await writeTo(bench, out);

    expect(readFileSync(out, "utf8")).toBe(await bench.text("ipset"));
    expect(readdirSync(bench.folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("is never one of the lists, by whatever name", async () => {
    const bench = await openBench("45.10.0.1 # mine\n");
    bench.whitelist("AS1\n");
    const link = join(bench.folder, "link.txt");
    symlinkSync(bench.tools.config.blacklistFile, link);

    for (const file of [bench.tools.config.blacklistFile, bench.tools.config.whitelistFile, link]) {
      await expect(writeTo(bench, file)).rejects.toThrow(/would replace the list/);
    }
    expect(bench.blacklist()).toBe("45.10.0.1 # mine\n");
  });

  test("in a folder that is not there is refused with a sentence", async () => {
    const bench = await openBench("45.10.0.1\n");

    await expect(writeTo(bench, join(bench.folder, "none", "x"))).rejects.toThrow(/folder .* does not exist/);
  });
});
