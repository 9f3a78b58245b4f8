import { describe, expect, onTestFinished, test } from "vitest";

import { approve } from "../../src/commands/approval.ts";
import { noteFlips } from "../../src/lists/flips.ts";
import { propose } from "../../src/lists/proposal.ts";
import { flipsOf } from "../../src/lists/scan-flips.ts";
import { NO_FACTS, type Facts } from "../../src/model.ts";
import { addresses } from "../cli/program.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { ANN, DAY_MS, flaggedBy, type ListBench, NOW, openListBench } from "./list-bench.ts";

const [UNSAFE, SUSPICIOUS, CLEAN, UNKNOWN] = [flaggedBy(9), flaggedBy(2), flaggedBy(0), NO_FACTS];
const IP = "45.10.0.1";

type Objects = Readonly<Record<string, Facts>>;

async function openBench(env: Readonly<Record<string, string>> = {}): Promise<ListBench> {
  const bench = await openListBench(temporaryFolder(), env);
  onTestFinished(bench.close);
  bench.whitelist("# ours\n1.1.1.1\nAS64499\n");
  bench.blacklist(`${IP}\n45.10.0.2 # by hand\n`);
  return bench;
}

/** A scan a day later that has these answers and is at its end. */
async function scan(bench: ListBench, objects: Objects): Promise<string> {
  await bench.tools.clock.advance(DAY_MS);
  const { id } = await bench.scan(objects);
  await end(bench, id);
  return id;
}

async function end({ tools }: ListBench, id: string): Promise<void> {
  await noteFlips(tools, id);
  const done = { state: "done", finished_at: tools.clock.now() } as const;
  await tools.records.updateTable("scan").set(done).where("id", "=", id).execute();
}

/** In short: `45.10.0.1 unsafe > clean`. */
async function flips({ tools }: ListBench, id: string): Promise<readonly string[]> {
  const rows = await tools.records
    .selectFrom("flip")
    .selectAll()
    .where("scan_id", "=", id)
    .orderBy("ip")
    .execute();
  return rows.map(({ ip, before, after }) => `${ip} ${before} > ${after}`);
}

describe("a flip", () => {
  test.each<[string, Facts, Facts, readonly string[]]>([
    ["unsafe, then clean", UNSAFE, CLEAN, ["unsafe > clean"]],
    ["unsafe, then suspicious", UNSAFE, SUSPICIOUS, ["unsafe > suspicious"]],
    ["unsafe, then unknown", UNSAFE, UNKNOWN, ["unsafe > unknown"]],
    ["unknown, then unsafe", UNKNOWN, UNSAFE, ["unknown > unsafe"]],
    ["clean, then unsafe", CLEAN, UNSAFE, ["clean > unsafe"]],
    ["clean, then suspicious", CLEAN, SUSPICIOUS, []],
    ["unsafe twice", UNSAFE, flaggedBy(5), []],
  ])("%s", async (_, before, after, expected) => {
    const bench = await openBench();
    await scan(bench, { [IP]: before });

    const id = await scan(bench, { [IP]: after });

    expect(await flips(bench, id)).toEqual(expected.map((words) => `${IP} ${words}`));
  });

  test("is one of an address on a list, by its network, owner or AS number too; the whitelist wins", async () => {
    const bench = await openBench();
    bench.blacklist(`${IP}\n1.1.1.1\n`);
    const objects = (facts: Facts): Objects => ({
      [IP]: facts,
      "1.1.1.1": facts,
      "45.10.0.7": { ...facts, asn: 64_499 },
      "45.10.0.8": facts,
      "bad-site.com": facts,
    });
    await scan(bench, objects(CLEAN));

    const id = await scan(bench, objects(UNSAFE));

    const rows = await bench.tools.records.selectFrom("flip").selectAll().orderBy("ip").execute();
    expect(rows).toEqual(
      [
        ["1.1.1.1", "whitelisted", "1.1.1.1"],
        [IP, "blacklisted", IP],
        ["45.10.0.7", "whitelisted", "AS64499"],
      ].map(([ip, list, entry]) => ({
        scan_id: id,
        ip,
        at: NOW + 2 * DAY_MS,
        list,
        entry,
        before: "clean",
        after: "unsafe",
        conversation: "slack:C1/1.1",
        digest_id: null,
      })),
    );
  });

  test("needs a verdict before: what was never answered, or failed, is none", async () => {
    const bench = await openBench();
    const failed = await bench.scan({ [IP]: UNSAFE });
    await bench.tools.records
      .updateTable("scan_item")
      .set({ status: "failed", facts: null, checked_at: null })
      .where("scan_id", "=", failed.id)
      .execute();

    const id = await scan(bench, { [IP]: CLEAN, "45.10.0.2": UNSAFE });

    expect(await flips(bench, id)).toEqual([]);
  });

  test("is told once, and told again when the verdict goes back", async () => {
    const bench = await openBench();
    await scan(bench, { [IP]: UNSAFE });

    const told = [];
    for (const facts of [CLEAN, CLEAN, UNKNOWN, UNSAFE, UNSAFE])
      told.push(await flips(bench, await scan(bench, { [IP]: facts })));

    expect(told).toEqual([[`${IP} unsafe > clean`], [], [], [`${IP} unknown > unsafe`], []]);
  });

  test("is not told again by a scan that has the same answer from the cache", async () => {
    const bench = await openBench();
    await scan(bench, { [IP]: UNSAFE });
    const asked = await scan(bench, { [IP]: CLEAN });
    const asOf = NOW + 2 * DAY_MS;
    await bench.tools.clock.advance(DAY_MS);

    const { id } = await bench.scan({ [IP]: CLEAN });
    await bench.tools.records
      .updateTable("scan_item")
      .set({ checked_at: asOf, cached: 1 })
      .where("scan_id", "=", id)
      .execute();
    await end(bench, id);

    expect(await flips(bench, asked)).toHaveLength(1);
    expect(await flips(bench, id)).toEqual([]);
  });

  test("is not told of an answer that was known before the address was listed", async () => {
    const bench = await openBench();
    bench.blacklist("");
    await scan(bench, { [IP]: UNSAFE });
    await scan(bench, { [IP]: CLEAN });
    bench.blacklist(`${IP}\n`);
    await bench.tools.clock.advance(DAY_MS);

    const { id } = await bench.scan({ [IP]: CLEAN });
    await bench.tools.records
      .updateTable("scan_item")
      .set({ checked_at: NOW + 2 * DAY_MS })
      .where("scan_id", "=", id)
      .execute();
    await end(bench, id);

    expect(await flips(bench, id)).toEqual([]);
  });

  test("that two scans share which run at the same time is told by the one that ends first", async () => {
    const bench = await openBench();
    await scan(bench, { [IP]: UNSAFE });
    await bench.tools.clock.advance(DAY_MS);
    const [first, second] = [await bench.scan({ [IP]: CLEAN }), await bench.scan({ [IP]: CLEAN })];

    await Promise.all([end(bench, first.id), end(bench, second.id)]);

    const told = [...(await flips(bench, first.id)), ...(await flips(bench, second.id))];
    expect(told).toEqual([`${IP} unsafe > clean`]);
  });

  test("is written down once, however often its scan comes to its end", async () => {
    const bench = await openBench();
    await scan(bench, { [IP]: UNSAFE });
    const id = await scan(bench, { [IP]: CLEAN });
    await bench.tools.records.updateTable("flip").set({ digest_id: "D-1" }).execute();

    await noteFlips(bench.tools, id);

    const rows = await bench.tools.records.selectFrom("flip").selectAll().execute();
    expect(rows).toMatchObject([{ scan_id: id, at: NOW + 2 * DAY_MS, digest_id: "D-1" }]);
  });

  test("is not made by another rule for verdicts", async () => {
    const bench = await openBench();
    await scan(bench, { [IP]: UNSAFE });
    const lenient = { ...bench.tools.config, rule: { ...bench.tools.config.rule, unsafeAbove: 20 } };
    await bench.tools.clock.advance(DAY_MS);
    const { id } = await bench.scan({ [IP]: UNSAFE });

    await noteFlips({ ...bench.tools, config: lenient }, id);

    expect(await flips(bench, id)).toEqual([]);
  });

  test("counts from the look-up of a block that came later than the last scan", async () => {
    const bench = await openBench();
    bench.blacklist("");
    const { records, clock } = bench.tools;
    const blocked = await bench.scan({ [IP]: UNSAFE });
    await block(bench, blocked);
    await clock.advance(DAY_MS);
    const { id: blockId } = await records.selectFrom("block").select("id").executeTakeFirstOrThrow();
    const facts = JSON.stringify(CLEAN);
    const recheck = { block_id: blockId, ip: IP, at: clock.now(), status: "clean", facts } as const;
    await records.insertInto("recheck").values(recheck).execute();

    const same = await scan(bench, { [IP]: CLEAN });
    await records.deleteFrom("scan_item").where("scan_id", "=", same).execute();
    const other = await scan(bench, { [IP]: UNSAFE });

    expect(await flips(bench, same)).toEqual([]);
    expect(await flips(bench, other)).toEqual([`${IP} clean > unsafe`]);
  });
});

describe("where a flip is told besides its thread", () => {
  test("in the conversation that approved the block, else in that of the scan, else nowhere", async () => {
    const bench = await openBench();
    bench.blacklist("");
    const { records } = bench.tools;
    await block(bench, await bench.scan({ [IP]: UNSAFE, "45.10.0.2": CLEAN }));
    bench.blacklist(`${bench.blacklist()}45.10.0.2\n`);
    async function told(facts: Facts, conversation: string | null): Promise<readonly (string | null)[]> {
      await bench.tools.clock.advance(DAY_MS);
      const { id } = await bench.scan({ [IP]: facts, "45.10.0.2": facts });
      await records.updateTable("scan").set({ conversation }).where("id", "=", id).execute();
      await end(bench, id);
      const rows = await records
        .selectFrom("flip")
        .select("conversation")
        .where("scan_id", "=", id)
        .orderBy("ip")
        .execute();
      return rows.map((row) => row.conversation);
    }

    expect(await told(CLEAN, "slack:C2/2.2")).toEqual(["slack:C1/1.1"]);
    expect(await told(UNSAFE, "slack:C2/2.2")).toEqual(["slack:C1/1.1", "slack:C2/2.2"]);
    expect(await told(CLEAN, null)).toEqual(["slack:C1/1.1", null]);
  });
});

describe("the flips of a scan", () => {
  test("have scores and lines, and those that ask for a decision come first", async () => {
    const bench = await openBench();
    await scan(bench, { "45.10.0.2": CLEAN, "1.1.1.1": CLEAN, [IP]: UNSAFE });
    const id = await scan(bench, { "45.10.0.2": UNSAFE, "1.1.1.1": UNSAFE, [IP]: UNKNOWN });
    bench.blacklist("# one is gone\n45.10.0.2\n");

    const clean = { status: "clean", score: "0/94" };
    const unsafe = { status: "unsafe", score: "9/94" };
    const unknown = { status: "unknown", score: null };
    expect(await flipsOf(bench.tools, id, 20)).toEqual({
      count: 3,
      shown: [
        { ip: "1.1.1.1", list: "whitelisted", entry: "1.1.1.1", line: 2, before: clean, after: unsafe },
        { ip: IP, list: "blacklisted", entry: IP, line: null, before: unsafe, after: unknown },
        { ip: "45.10.0.2", list: "blacklisted", entry: "45.10.0.2", line: 2, before: clean, after: unsafe },
      ],
    });
  });

  test("are all counted where there are many, over lists that are longer than one statement takes", async () => {
    const bench = await openBench();
    const ips = addresses(1200);
    const all = (facts: Facts): Objects => Object.fromEntries(ips.map((ip) => [ip, facts]));
    bench.blacklist(`${ips.join("\n")}\n`);
    await scan(bench, all(UNSAFE));

    const id = await scan(bench, all(CLEAN));

    const { count, shown } = await flipsOf(bench.tools, id, 20);
    expect(count).toBe(1200);
    expect(shown.map(({ ip }) => ip)).toEqual(ips.slice(0, 20));
  });

  test("are none where both lists are empty", async () => {
    const bench = await openBench();
    bench.whitelist("# nothing\n");
    bench.blacklist("\n");
    await scan(bench, { [IP]: UNSAFE });

    const id = await scan(bench, { [IP]: CLEAN });

    expect(bench.tools.listings.areEmpty()).toBe(true);
    expect(await flipsOf(bench.tools, id, 20)).toEqual({ count: 0, shown: [] });
  });
});

/** Puts what a scan found unsafe on the list, as an approver does. */
async function block(
  bench: ListBench,
  scanned: { readonly id: string; readonly conversation: string; readonly requestedBy: string },
): Promise<void> {
  const proposal = await propose(bench.tools, scanned);
  const click = { user: ANN, groupsOf: async () => [], link: null };
  await approve(bench.tools, proposal ?? "", {
    ...click,
    ips: null,
    days: null,
    reason: null,
    isSure: false,
  });
}
