import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { approve, type BlockAttempt, unblock, undo } from "../../src/commands/approval.ts";
import { contentOf, decisionOf, findProposal, propose } from "../../src/lists/proposal.ts";
import type { Facts } from "../../src/model.ts";
import { ANN, flaggedBy, type ListBench, openListBench } from "../lists/list-bench.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const CLICK = { user: ANN, groupsOf: async () => [], link: null };
const ALL: BlockAttempt = { ...CLICK, ips: null, days: null, reason: null, isSure: false };

interface Asked extends ListBench {
  /** Id of the proposal. */
  readonly id: string;
  /** Of the warning lists. */
  readonly lists: string;
}

/** A scan that found these addresses unsafe, and the question about them. */
async function ask(ips: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Asked> {
  const folder = temporaryFolder();
  const lists = join(folder, "warninglists");
  mkdirSync(lists);
  const bench = await openListBench(folder, { WARNING_LISTS_DIR: lists, ...env });
  onTestFinished(bench.close);
  const objects = Object.fromEntries(ips.map((ip): [string, Facts] => [ip, flaggedBy(9)]));
  const id = await propose(bench.tools, await bench.scan(objects));
  return { ...bench, lists, id: id ?? "" };
}

function addList({ lists }: Asked, name: string, ...list: readonly string[]): void {
  writeFileSync(join(lists, `${name}.json`), JSON.stringify({ name, type: "cidr", list }));
}

async function contentNow({ tools, id }: Asked) {
  const proposal = await findProposal(tools, id);
  return contentOf(tools, proposal ?? { scanId: "" });
}

describe("every unsafe address", () => {
  test("is in one group alone: protected before listed before spared before to be blocked", async () => {
    const ips = [
      "45.10.0.1",
      "45.10.0.2",
      "45.10.0.3",
      "1.1.1.1",
      "1.0.0.1",
      "8.8.8.8",
      "9.9.9.9",
      "45.12.0.1",
    ];
    const bench = await ask(ips, { OWN_NETWORKS: "45.10.0.0/30, 9.9.9.9" });
    addList(bench, "Relays", "45.12.0.0/16");
    bench.whitelist("45.10.0.1\n1.0.0.1\n");
    bench.blacklist("45.10.0.1\n45.10.0.2\n8.8.8.8\n");

    const { toBlock, listed, protectedOnes, spared } = await contentNow(bench);

    expect(protectedOnes.map(({ ip }) => ip)).toEqual(["45.10.0.1", "1.0.0.1"]);
    expect(listed).toEqual(["45.10.0.2", "8.8.8.8"]);
    expect(spared).toEqual([
      { ip: "45.10.0.3", by: { kind: "own", network: "45.10.0.0/30" } },
      { ip: "1.1.1.1", by: { kind: "shared", list: "Public DNS resolvers: Cloudflare" } },
      { ip: "9.9.9.9", by: { kind: "own", network: "9.9.9.9" } },
      { ip: "45.12.0.1", by: { kind: "shared", list: "Relays" } },
    ]);
    expect(toBlock).toEqual([]);
  });
});

describe("what is spared", () => {
  test("is not blocked, neither by Block nor by a form that names it, and stays in the record", async () => {
    const bench = await ask(["45.10.0.1", "45.10.0.2", "1.1.1.1"], { OWN_NETWORKS: "45.10.0.2" });

    const outcome = await approve(bench.tools, bench.id, {
      ...ALL,
      ips: ["1.1.1.1", "45.10.0.1", "45.10.0.2"],
    });

    const spared = [
      { ip: "45.10.0.2", by: { kind: "own", network: "45.10.0.2" } },
      { ip: "1.1.1.1", by: { kind: "shared", list: "Public DNS resolvers: Cloudflare" } },
    ];
    expect(outcome).toMatchObject({
      kind: "decided",
      decision: { added: ["45.10.0.1"], spared, leftOut: [] },
    });
    expect(await decisionOf(bench.tools, { id: bench.id })).toMatchObject({ spared });
    expect(bench.blacklist()).toBe("45.10.0.1\n");
  });

  test("alone cannot be ticked", async () => {
    const bench = await ask(["45.10.0.1", "1.1.1.1"]);

    const outcome = await approve(bench.tools, bench.id, { ...ALL, ips: ["1.1.1.1"] });

    expect(outcome).toMatchObject({ kind: "nothing", reason: expect.stringContaining("left out") });
    expect(bench.blacklist()).toBe("");
  });

  test("is worked out anew at the click: a list that was added since counts, one that is gone does not", async () => {
    const bench = await ask(["45.10.0.1", "45.11.0.1"]);
    addList(bench, "Relays", "45.10.0.0/16");
    expect(await contentNow(bench)).toMatchObject({ toBlock: [{ ip: "45.11.0.1" }] });

    rmSync(join(bench.lists, "Relays.json"));
    addList(bench, "Edges", "45.11.0.0/16");
    const outcome = await approve(bench.tools, bench.id, ALL);

    const spared = [{ ip: "45.11.0.1", by: { kind: "shared", list: "Edges" } }];
    expect(outcome).toMatchObject({ kind: "decided", decision: { added: ["45.10.0.1"], spared } });
  });

  test("does not stand in decisions that were made before there was any, and they are readable", async () => {
    const bench = await ask(["45.10.0.1"]);
    await approve(bench.tools, bench.id, ALL);
    const left_out = JSON.stringify({ listed: ["45.10.0.9"], protectedOnes: [], leftOut: ["45.10.0.8"] });
    await bench.tools.records.updateTable("proposal").set({ left_out }).execute();

    expect(await decisionOf(bench.tools, { id: bench.id })).toMatchObject({
      added: ["45.10.0.1"],
      listed: ["45.10.0.9"],
      spared: [],
      leftOut: ["45.10.0.8"],
    });
  });
});

describe("more than one address", () => {
  test.each([
    "45.10.0.0/24",
    "45.10.0.1/31",
    " 2a0e:1::/32 ",
    "0.0.0.0/0",
    "::/0",
    "45.10.0.1-45.10.0.9",
    "45.10.0.1 - 9",
  ])("at once is refused where one is asked for: %s", async (text) => {
    const bench = await ask(["45.10.0.1", "45.10.0.2"]);
    bench.blacklist("45.10.0.7\n");

    const outcome = await approve(bench.tools, bench.id, { ...ALL, ips: ["45.10.0.1", text] });

    expect(outcome).toMatchObject({ kind: "nothing", reason: expect.stringContaining("more than one") });
    await expect(unblock(bench.tools, text, null, CLICK)).rejects.toThrow("more than one address");
    expect(bench.blacklist()).toBe("45.10.0.7\n");
  });

  test("in a row is refused by unblock, one in any spelling is taken", async () => {
    const bench = await ask(["45.10.0.1"]);
    bench.blacklist("45.10.0.7\n45.10.0.8\n");

    await expect(unblock(bench.tools, "45.10.0.7, 45.10.0.8", null, CLICK)).rejects.toThrow("more than one");
    await expect(unblock(bench.tools, "45.10.0.7", "- 45.10.0.8 ours", CLICK)).rejects.toThrow(
      "more than one",
    );
    expect(await unblock(bench.tools, "45.10.0[.]7", "- it is ours", CLICK)).toBe("45.10.0.7");
    expect(bench.blacklist()).toBe("45.10.0.8\n");
  });
});

const SIX = Array.from({ length: 6 }, (_, at) => `45.10.0.${at + 1}`);

/** Lines that are not the approval's. */
function others(count: number): string {
  return Array.from({ length: count }, (_, at) => `45.20.0.${at + 1}\n`).join("");
}

describe("an undoing of more than half of the list", () => {
  test("asks once more, and is done by who is sure", async () => {
    const bench = await ask(SIX);
    bench.blacklist(others(5));
    await approve(bench.tools, bench.id, ALL);

    expect(await undo(bench.tools, bench.id, CLICK)).toEqual({ kind: "unsure-undo", count: 6, listed: 11 });
    expect(bench.blacklist().split("\n")).toHaveLength(12);
    expect(await bench.acts()).not.toContain(`undo ${bench.id}`);

    expect(await undo(bench.tools, bench.id, { ...CLICK, isSure: true })).toMatchObject({ kind: "decided" });
    expect(bench.blacklist()).toBe(others(5));
  });

  test.each([
    ["half of it", 6],
    ["a handful in all", 4],
  ])("is not one of %s", async (_, count) => {
    const bench = await ask(SIX);
    bench.blacklist(others(count));
    await approve(bench.tools, bench.id, ALL);

    expect(await undo(bench.tools, bench.id, CLICK)).toMatchObject({ kind: "decided" });
    expect(bench.blacklist()).toBe(others(count));
  });

  test("counts what is still there", async () => {
    const bench = await ask(SIX);
    await approve(bench.tools, bench.id, ALL);
    bench.blacklist(`${SIX[0]}\n${others(12)}`);

    expect(await undo(bench.tools, bench.id, CLICK)).toMatchObject({ kind: "decided" });
  });
});
