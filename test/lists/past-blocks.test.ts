import { onTestFinished, describe, expect, test } from "vitest";

import { toForm } from "../../src/card.ts";
import { approve, endBlocks, unblock, undo, type BlockAttempt } from "../../src/commands/approval.ts";
import { proposalReply } from "../../src/commands/proposal-reply.ts";
import type { Tools } from "../../src/commands/tools.ts";
import { takeOverEdits } from "../../src/lists/hand-edits.ts";
import { pastBlocks } from "../../src/lists/past-blocks.ts";
import { propose } from "../../src/lists/proposal.ts";
import { releaseWhitelisted } from "../../src/lists/release.ts";
import { textOf } from "../chat/room.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { ANN, DAY_MS, flaggedBy, NOW, openListBench, type ListBench } from "./list-bench.ts";

const CLICK = { user: ANN, groupsOf: async () => [], link: null };
const ALL: BlockAttempt = { ...CLICK, ips: null, days: null, reason: null, isSure: false };
const IP = "45.10.0.1";
const OTHER = "45.10.0.2";

async function openBench(env: Readonly<Record<string, string>> = { BLOCK_DAYS: "7" }): Promise<ListBench> {
  const bench = await openListBench(temporaryFolder(), env);
  onTestFinished(bench.close);
  return bench;
}

async function ask({ tools, scan }: ListBench, ips: readonly string[] = [IP]): Promise<string> {
  const objects = Object.fromEntries(ips.map((ip) => [ip, flaggedBy(9)]));
  return (await propose(tools, await scan(objects))) ?? "";
}

async function card({ tools }: ListBench, id: string): Promise<string> {
  const reply = await proposalReply(tools as unknown as Tools, id);
  return reply === null ? "" : textOf(reply);
}

async function untils({ tools }: ListBench): Promise<Readonly<Record<string, number | null>>> {
  const rows = await tools.records
    .selectFrom("block")
    .select(["ip", "until"])
    .where("ended_at", "is", null)
    .execute();
  return Object.fromEntries(rows.map(({ ip, until }) => [ip, until]));
}

/** Blocks the address and lets it end. */
async function blockUntilItEnds(bench: ListBench, days: number): Promise<void> {
  const id = await ask(bench);
  expect(await approve(bench.tools, id, { ...ALL, days })).toMatchObject({ kind: "decided" });
  await bench.tools.clock.advance(((await untils(bench))[IP] ?? 0) - bench.tools.clock.now());
  await endBlocks(bench.tools);
  expect(bench.blacklist()).toBe("");
}

describe("an address that is blocked again after its block ended", () => {
  test("stays twice as long each time, whatever life was picked, and the card says so before and after", async () => {
    const bench = await openBench();
    await blockUntilItEnds(bench, 7);

    const again = await ask(bench, [IP, OTHER]);
    expect(await card(bench, again)).toMatch(
      /45\.10\.0\.1 · [^]*🔁 blocked before, for 7 days until 2026-11-28[^]*1 blocked before: at least twice as long as last time/,
    );
    const at = bench.tools.clock.now();
    await approve(bench.tools, again, ALL);
    expect(await untils(bench)).toEqual({ [IP]: at + 14 * DAY_MS, [OTHER]: at + 7 * DAY_MS });
    expect(await card(bench, again)).toMatch(
      /until 2026-12-05[^]*🔁 Blocked before, so twice as long: 45\.10\.0\.1 until 2026-12-12/,
    );
    const acts = (await bench.audit()).filter(({ action, at: when }) => action === "block" && when === at);
    expect(acts.map(({ subject, detail }) => [subject, detail["until"]])).toEqual([
      [IP, "2026-12-12T10:00:00.000Z"],
      [OTHER, "2026-12-05T10:00:00.000Z"],
    ]);

    await bench.tools.clock.advance(14 * DAY_MS);
    await endBlocks(bench.tools);
    const third = await ask(bench);
    const later = bench.tools.clock.now();
    await approve(bench.tools, third, { ...ALL, days: 90 });
    expect(await untils(bench)).toEqual({ [IP]: later + 90 * DAY_MS });
  });

  test("stays until removed where that is asked for", async () => {
    const bench = await openBench({});
    await blockUntilItEnds(bench, 7);
    const again = await ask(bench);
    expect(await card(bench, again)).not.toContain("twice");
    await approve(bench.tools, again, ALL);
    expect(await untils(bench)).toEqual({ [IP]: null });
  });

  test("is not punished for a block that a person took back", async () => {
    const bench = await openBench();
    const first = await ask(bench);
    await approve(bench.tools, first, ALL);
    await undo(bench.tools, first, CLICK);
    const again = await ask(bench);
    await approve(bench.tools, again, ALL);
    expect(await untils(bench)).toEqual({ [IP]: NOW + 7 * DAY_MS });
  });
});

describe("an address that a person let go", () => {
  test.each([
    ["unblocked", "let go by @slack:U1 on 2026-11-21: our partner"],
    ["undone", "let go by @slack:U1 on 2026-11-21, no reason given"],
    ["taken out by hand", "let go by hand on 2026-11-21, no reason given"],
  ])("%s: is not proposed again for 30 days without saying who did it and why", async (how, said) => {
    const bench = await openBench();
    const first = await ask(bench);
    await approve(bench.tools, first, ALL);
    if (how === "unblocked") await unblock(bench.tools, IP, "our partner", CLICK);
    else if (how === "undone") await undo(bench.tools, first, CLICK);
    else {
      bench.blacklist("");
      await takeOverEdits(bench.tools);
    }
    expect(bench.blacklist()).toBe("");

    await bench.tools.clock.advance(30 * DAY_MS);
    expect(await card(bench, await ask(bench))).toContain(said);
    await bench.tools.clock.advance(1);
    expect(await card(bench, await ask(bench))).not.toContain("let go");
  });
});

test("of twenty candidates those let go come first, with who and why, and card and form say how many they are", async () => {
  const bench = await openBench();
  const ips = Array.from({ length: 20 }, (_, n) => `45.10.0.${n + 1}`);
  const last = ips.at(-1) ?? "";
  await approve(bench.tools, await ask(bench, [last]), ALL);
  await unblock(bench.tools, last, "our partner", CLICK);

  const id = await ask(bench, ips);

  const lines = (await card(bench, id)).split("\n");
  expect(lines.slice(0, 2)).toEqual([
    "Block 20 addresses?",
    "⚠️ 1 of these was let go within the last 30 days.",
  ]);
  expect(lines[2]).toMatch(/^45\.10\.0\.20 · 9\/94/);
  expect(lines[3]).toContain("⚠️ let go by @slack:U1 on 2026-11-21: our partner");
  expect(lines[4]).toMatch(/^45\.10\.0\.1 · 9\/94/);
  const reply = await proposalReply(bench.tools as unknown as Tools, id);
  if (reply?.kind !== "proposal") throw new Error("there is no question");
  const form = toForm({ ...reply, kind: "choice" });
  expect(JSON.stringify(form?.intro)).toContain(
    "1 of these was let go within the last 30 days: the card says by whom.",
  );

  await approve(bench.tools, await ask(bench, ips.slice(0, 4)), ALL);
  for (const ip of ips.slice(0, 4)) await unblock(bench.tools, ip, "a slip", CLICK);
  expect(await card(bench, id)).toContain("⚠️ 5 of these were let go within the last 30 days.");
});

test("what was let go by no person is said as that: it was whitelisted, or its line was gone when it was blocked anew", async () => {
  const bench = await openBench();
  await approve(bench.tools, await ask(bench, [IP, OTHER]), ALL);
  bench.whitelist(`${IP}\n`);
  await releaseWhitelisted(bench.tools);
  bench.blacklist("");
  await approve(bench.tools, await ask(bench, [OTHER]), ALL);
  const at = bench.tools.clock.now();
  expect(await pastBlocks(bench.tools.records, [OTHER], at)).toEqual([
    { ip: OTHER, ended: null, letGo: { at, by: { kind: "hand" }, reason: null } },
  ]);
  await unblock(bench.tools, OTHER, "a slip", CLICK);
  bench.whitelist("");

  const text = await card(bench, await ask(bench, [IP, OTHER]));

  expect(text).toMatch(
    /45\.10\.0\.1 · [^]*⚠️ taken out on 2026-11-21, as it was whitelisted: whitelist line 1: 45\.10\.0\.1/,
  );
  expect(text).toMatch(/45\.10\.0\.2 · [^]*let go by @slack:U1 on 2026-11-21: a slip/);
  expect(text).toContain("2 of these were let go");
});

test("of many addresses only those with a past are named", async () => {
  const bench = await openBench();
  await blockUntilItEnds(bench, 7);
  const many = Array.from({ length: 1200 }, (_, n) => `45.11.${n >> 8}.${n & 255}`);
  const past = await pastBlocks(bench.tools.records, [...many, IP], bench.tools.clock.now());
  expect(past).toEqual([{ ip: IP, ended: { at: NOW + 7 * DAY_MS, lifeMs: 7 * DAY_MS }, letGo: null }]);
});
