import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { unblock } from "../../src/commands/approval.ts";
import { exportBlockList } from "../../src/commands/export-block-list.ts";
import { importBlockList } from "../../src/commands/import-block-list.ts";
import { takeOverEdits } from "../../src/lists/hand-edits.ts";
import type { ImportOptions } from "../../src/lists/import-report.ts";
import type { Facts } from "../../src/model.ts";
import { verifyAudit } from "../../src/records/audit-trail.ts";
import { ANN, BOB, DAY_MS, flaggedBy, NOW, openListBench } from "../lists/list-bench.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const BEFORE = "# ours\r\n45.10.0.9 # by hand";

async function openBench(
  env: Readonly<Record<string, string>> = {},
  facts: Readonly<Record<string, Facts>> = {},
) {
  const bench = await openListBench(temporaryFolder(), env);
  onTestFinished(bench.close);
  const known = async (indicators: readonly { readonly value: string }[]) =>
    indicators.map(({ value }) => {
      const found = facts[value];
      return found === undefined
        ? null
        : ({ outcome: "answered", facts: found, checkedAt: NOW, cached: true } as const);
    });
  const tools = { ...bench.tools, lookUps: { known } };
  return {
    ...bench,
    bring: async (text: string, options: Partial<ImportOptions> = {}, user = ANN) =>
      importBlockList(
        tools,
        { kind: "text", name: "blackips.txt", text },
        { reason: null, isDryRun: false, isSure: false, ...options },
        { user, groupsOf: async () => [] },
      ),
    async export(format: string): Promise<string> {
      const request = { format, collapse: false, comments: false, rules: false };
      const chunks: string[] = [];
      for await (const chunk of (await exportBlockList(bench.tools, request)).chunks()) chunks.push(chunk);
      return chunks.join("");
    },
    blocks: async () => bench.tools.records.selectFrom("block").selectAll().orderBy("id").execute(),
    changes: async () => bench.tools.records.selectFrom("list_change").selectAll().execute(),
  };
}

describe("an import", () => {
  test("takes what may be blocked, keeps what people wrote, and is in the records", async () => {
    const bench = await openBench({ BLOCK_DAYS: "30" });
    bench.blacklist(BEFORE);
    await takeOverEdits(bench.tools);

    const report = await bench.bring("45.10.0.1\n45.10.0.9\n2A00:1450:ffff:0::5\n45.10.0.2/32\n");

    expect(report).toMatchObject({ state: "done", taken: 2, listed: 1, until: NOW + 30 * DAY_MS });
    expect(bench.blacklist()).toBe(`${BEFORE}\r\n45.10.0.1\r\n45.10.0.2\r\n`);
    const blocks = (await bench.blocks()).slice(1);
    expect(blocks).toMatchObject(
      ["45.10.0.1", "45.10.0.2"].map((ip) => ({
        ip,
        by: ANN.id,
        since: NOW,
        until: NOW + 30 * DAY_MS,
        reason: "blackips.txt",
        ended_at: null,
      })),
    );
    expect((await bench.acts()).slice(1)).toEqual(["import 45.10.0.1", "import 45.10.0.2"]);
    expect((await bench.audit()).at(-1)).toMatchObject({
      who: "slack:U1 (ann)",
      detail: { reason: "blackips.txt", until: "2026-12-21T10:00:00.000Z" },
    });
    expect(await verifyAudit(bench.tools.records)).toMatchObject({ whole: true });
    // Nothing of it is taken for an edit by hand, and it can be taken out like any other block.
    expect(await takeOverEdits(bench.tools)).toEqual({ added: [], removed: [] });
    await unblock(bench.tools, "45.10.0.1", "ours", { user: ANN, groupsOf: async () => [] });
    expect(bench.blacklist()).toBe(`${BEFORE}\r\n45.10.0.2\r\n`);
  });

  test("refuses the rest, each with its line and why", async () => {
    const env = { OWN_NETWORKS: "45.10.7.0/24" };
    const bench = await openBench(env, { "45.10.8.1": flaggedBy(9, { owner: "Partner LLC" }) });
    bench.whitelist("# ours\n45.10.6.0/24\nPartner LLC\n");
    const lines = [
      "foo",
      "9.9.9.91.2.3.4",
      "45.10.0.0/24",
      "45.10.0.1-45.10.0.9",
      "10.0.0.5",
      "fe80::1",
      "45.10.0.1",
      "45[.]10.0.1",
      "45.10.6.1",
      "45.10.7.1",
      "8.8.8.8",
      "45.10.8.1",
      "0.0.0.0/0",
      "2001:db8::/32",
    ];

    const { records, ...report } = await bench.bring(lines.join("\n"));

    expect(records.map(({ entry }) => entry)).toEqual(lines);
    expect(records.map(({ line }) => line)).toEqual(lines.map((_, at) => at + 1));
    expect(records.map(({ cause, reason, outcome }) => `${cause ?? outcome}: ${reason ?? ""}`)).toEqual([
      "no-address: no address",
      "no-address: no address: two may have run together on one line",
      "wider-than-one: more than one address: only single addresses are blocked",
      "wider-than-one: more than one address: only single addresses are blocked",
      "reserved: private address",
      "reserved: link-local address",
      "taken: ",
      "repeated: twice in the file, first in line 7",
      'whitelisted: whitelisted by "45.10.6.0/24", line 2 of the whitelist',
      "own-network: own network (45.10.7.0/24 of OWN_NETWORKS)",
      expect.stringMatching(/^shared-infrastructure: shared infrastructure \(.*Google\)$/),
      'whitelisted: whitelisted by "Partner LLC", line 3 of the whitelist',
      "wider-than-one: more than one address: only single addresses are blocked",
      "wider-than-one: more than one address: only single addresses are blocked",
    ]);
    expect(report).toMatchObject({
      taken: 1,
      refused: {
        "no-address": 2,
        "wider-than-one": 4,
        reserved: 2,
        repeated: 1,
        whitelisted: 2,
        "own-network": 1,
        "shared-infrastructure": 1,
      },
    });
    expect(bench.blacklist()).toBe("45.10.0.1\n");
  });

  test("of an export in every form that can be read again brings the same list back", async () => {
    const from = await openBench();
    await from.bring("45.10.0.1\n2a02::5\n45.10.0.2\n", { reason: '=1+1, "x"\n45.10.9.9' });
    for (const format of ["plain", "csv", "json", "suricata"]) {
      const to = await openBench();

      expect(await to.bring(await from.export(format)), format).toMatchObject({ taken: 3, refused: {} });

      expect(await to.export("plain")).toBe(await from.export("plain"));
    }
  });

  test("changes nothing with a dry run, which anybody may do", async () => {
    const bench = await openBench({ APPROVERS: "" });

    const report = await bench.bring("45.10.0.1\n", { isDryRun: true }, BOB);

    expect(report).toMatchObject({ state: "dry-run", taken: 1 });
    expect(bench.blacklist()).toBe("");
    expect(await bench.acts()).toEqual([]);
    expect(await bench.changes()).toEqual([]);
  });

  test("is for approvers; who is none is in the audit trail", async () => {
    const bench = await openBench();

    await expect(bench.bring("45.10.0.1\n", {}, BOB)).rejects.toThrow(/Only approvers may do this: slack:U1/);

    expect(await bench.audit()).toMatchObject([
      { who: "slack:U2 (bob)", action: "import refused", subject: "blackips.txt" },
    ]);
    expect(bench.blacklist()).toBe("");
  });

  test("of more than MAX_BLOCKS_PER_APPROVAL is asked about once more", async () => {
    const bench = await openBench({ MAX_BLOCKS_PER_APPROVAL: "2" });
    bench.blacklist("45.10.0.4\n");
    const text = "45.10.0.1\n45.10.0.2\n45.10.0.3\n45.10.0.4\n";

    expect(await bench.bring(text)).toMatchObject({ state: "unsure", taken: 3, most: 2 });
    expect(bench.blacklist()).toBe("45.10.0.4\n");
    expect(await bench.bring(text, { isSure: true })).toMatchObject({ state: "done", taken: 3 });
    expect(bench.blacklist()).toBe("45.10.0.4\n45.10.0.1\n45.10.0.2\n45.10.0.3\n");
  });

  test("that is done again finds nothing to do", async () => {
    const bench = await openBench();
    await bench.bring("45.10.0.1\n");

    expect(await bench.bring("45.10.0.1\n")).toMatchObject({ state: "done", taken: 0, listed: 1 });

    expect(await bench.acts()).toEqual(["import 45.10.0.1"]);
    expect(await bench.changes()).toHaveLength(1);
  });

  test("of a file without an entry, or that is no text, is refused", async () => {
    const bench = await openBench();
    const file = join(temporaryFolder(), "list.xlsx");
    writeFileSync(file, "PK\u0003\u0004 and so on");
    const options = { reason: null, isDryRun: true, isSure: false };
    const tools = { ...bench.tools, lookUps: { known: async () => [] } };
    const ann = { user: ANN, groupsOf: async () => [] };

    await expect(bench.bring("# nothing\n")).rejects.toThrow(/blackips\.txt has no entry/);
    await expect(importBlockList(tools, { kind: "file", path: file }, options, ann)).rejects.toThrow(
      /list\.xlsx is no list in text: save it as/,
    );
    await expect(importBlockList(tools, { kind: "file", path: `${file}.csv` }, options, ann)).rejects.toThrow(
      /does not exist/,
    );
  });

  test("may be long", async () => {
    const bench = await openBench();
    const ips = Array.from(
      { length: 5000 },
      (_, at) => `45.${16 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`,
    );

    expect(await bench.bring(ips.join("\n"), { isSure: true })).toMatchObject({ taken: 5000 });

    expect(bench.blacklist()).toBe(`${ips.join("\n")}\n`);
    expect(await bench.blocks()).toHaveLength(5000);
  });
});
