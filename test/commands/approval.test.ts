import { mkdirSync, rmdirSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";

import { sql } from "kysely";
import { describe, expect, onTestFinished, test } from "vitest";

import {
  approve,
  type BlockAttempt,
  dismiss,
  endBlocks,
  mayChoose,
  recoverChanges,
  unblock,
  undo,
} from "../../src/commands/approval.ts";
import { blockNotes } from "../../src/commands/block-list.ts";
import { UserError } from "../../src/errors.ts";
import { openChange } from "../../src/lists/list-change.ts";
import {
  decisionOf,
  expireProposals,
  findProposal,
  markShown,
  propose,
  unshownProposals,
} from "../../src/lists/proposal.ts";
import { standingBlock } from "../../src/lists/standing-block.ts";
import { NO_FACTS, type Facts } from "../../src/model.ts";
import { verifyAudit } from "../../src/records/audit-trail.ts";
import { ANN, BOB, DAY_MS, flaggedBy, type ListBench, NOW, openListBench } from "../lists/list-bench.ts";
import { isOverPostgres } from "../records/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const LINK = "https://chat.example/p1";
const CLICK = { user: ANN, groupsOf: async () => [], link: LINK };
const ALL: BlockAttempt = { ...CLICK, ips: null, days: null, reason: null, isSure: false };
const THREE = { "45.10.0.1": flaggedBy(5), "45.10.0.2": flaggedBy(9), "45.10.0.3": flaggedBy(4) };

interface Asked extends ListBench {
  readonly folder: string;
  /** Id of the proposal. */
  readonly id: string;
}

/** A scan that found three unsafe addresses, and the question about them. */
async function ask(
  env: Readonly<Record<string, string>> = {},
  objects: Readonly<Record<string, Facts>> = THREE,
): Promise<Asked> {
  const folder = temporaryFolder();
  const bench = await openListBench(folder, env);
  onTestFinished(bench.close);
  const id = await propose(bench.tools, await bench.scan(objects));
  return { ...bench, folder, id: id ?? "" };
}

async function askAgain(
  { tools, scan }: ListBench,
  objects: Readonly<Record<string, Facts>>,
): Promise<string> {
  return (await propose(tools, await scan(objects))) ?? "";
}

/** Does something when a decision comes to this step for the first time. */
function at(step: string, act: () => unknown): void {
  const hook = Symbol.for("vtip.step");
  const hooks = globalThis as Record<symbol, unknown>;
  let isDone = false;
  hooks[hook] = (name: string) => {
    if (name !== step || isDone) return;
    isDone = true;
    void act();
  };
  onTestFinished(() => void delete hooks[hook]);
}

/** Nothing can be put in the list's place, or its lock cannot be had, until the test calls back. */
function makeUnwritable({ folder }: Asked, what: "list" | "lock" = "list"): () => void {
  const inTheWay = join(folder, what === "list" ? ".blacklist.txt.tmp" : "blacklist.txt.lock");
  mkdirSync(inTheWay);
  return () => rmdirSync(inTheWay);
}

describe("blocking", () => {
  test("adds the unsafe addresses that are neither listed nor protected, and says what it did with each", async () => {
    const bench = await ask({}, { ...THREE, "45.10.9.1": flaggedBy(7), "45.10.0.4": flaggedBy(3) });
    bench.blacklist("# ours\r\n45.10.0.3 # by hand\r\n# last");
    bench.whitelist("# x\n45.10.9.0/24\n");

    const outcome = await approve(bench.tools, bench.id, { ...ALL, reason: " seen twice ", days: 30 });

    const decision = {
      state: "blocked",
      by: ANN.id,
      at: NOW,
      added: ["45.10.0.2", "45.10.0.1"],
      listed: ["45.10.0.3"],
      protectedOnes: [{ ip: "45.10.9.1", by: { entry: "45.10.9.0/24", line: 2 } }],
      spared: [],
      leftOut: [],
      longer: [],
      extended: [],
      reason: "seen twice",
      until: NOW + 30 * DAY_MS,
      undoneBy: null,
      undoneAt: null,
      removed: [],
    };
    expect(outcome).toEqual({ kind: "decided", decision });
    expect(await decisionOf(bench.tools, { id: bench.id })).toEqual(decision);
    expect(bench.blacklist()).toBe("# ours\r\n45.10.0.3 # by hand\r\n# last\r\n45.10.0.2\r\n45.10.0.1\r\n");
  });

  test("is in the audit trail with who, evidence and link, each address by itself", async () => {
    const bench = await ask({}, { "45.10.0.1": flaggedBy(5) });

    await approve(bench.tools, bench.id, { ...ALL, reason: "seen twice" });

    const [approved, blocked] = await bench.audit();
    const scan = bench.id.replace("P-", "S-");
    expect(approved).toMatchObject({
      at: NOW,
      who: "slack:U1 (ann)",
      action: "approve",
      subject: bench.id,
      detail: { scan, ips: ["45.10.0.1"], reason: "seen twice", link: LINK },
    });
    const evidence = {
      detections: 5,
      total: 94,
      owner: "Example LLC",
      asn: 64_500,
      country: "US",
      link: LINK,
    };
    const engines = ["Engine 1", "Engine 2", "Engine 3", "Engine 4", "Engine 5"];
    expect(blocked).toMatchObject({
      who: "slack:U1 (ann)",
      action: "block",
      subject: "45.10.0.1",
      detail: { scan, proposal: bench.id, reason: "seen twice", until: null, engines, ...evidence },
    });
    const block = await bench.tools.records.selectFrom("block").selectAll().executeTakeFirstOrThrow();
    expect(block).toMatchObject({ ip: "45.10.0.1", since: NOW, by: ANN.id, until: null, scan_id: scan });
    expect(JSON.parse(block.evidence)).toEqual({ ...evidence, engines });
    expect(await verifyAudit(bench.tools.records)).toEqual({ whole: true, entries: 2 });
  });

  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ["what was ticked", ["45.10.0.1"], ["45.10.0.1"], ["45.10.0.2", "45.10.0.3"]],
    ["another spelling of it", ["45[.]10.0.1 "], ["45.10.0.1"], ["45.10.0.2", "45.10.0.3"]],
    [
      "nothing that the scan did not find unsafe, whatever the form sends",
      ["8.8.8.8", "45.10.0.1", "45.10.7.7", "x\n6.6.6.6", "45.10.0.1"],
      ["45.10.0.1"],
      ["45.10.0.2", "45.10.0.3"],
    ],
    ["not what is listed by now", ["45.10.0.3", "45.10.0.2", "45.10.5.5"], ["45.10.0.2"], ["45.10.0.1"]],
  ])("takes %s", async (what, ips, added, leftOut) => {
    const bench = await ask({}, { ...THREE, "45.10.7.7": flaggedBy(3) });
    if (what.includes("listed")) bench.blacklist("45.10.0.3\n");

    const outcome = await approve(bench.tools, bench.id, { ...ALL, ips });

    expect(outcome).toMatchObject({ kind: "decided", decision: { added, leftOut } });
    expect(bench.blacklist().split("\n").filter(Boolean).toSorted()).toEqual(
      [...(what.includes("listed") ? ["45.10.0.3"] : []), ...added].toSorted(),
    );
  });

  test.each<[string, Partial<BlockAttempt>, string, RegExp]>([
    ["nothing was ticked", { ips: [] }, "", /no address was ticked/i],
    ["what was ticked is not the scan's", { ips: ["8.8.8.8"] }, "", /none of what was ticked/i],
    ["all is listed by now", {}, "45.10.0.1\n45.10.0.2\n45.10.0.3\n", /nothing is left to block/i],
    ["the life is no number of days", { days: Number.NaN }, "", /whole number of days/i],
    ["the life is negative", { days: -1 }, "", /whole number of days/i],
  ])("does nothing when %s, and the question stays open", async (_, attempt, list, reason) => {
    const bench = await ask();
    if (list !== "") bench.blacklist(list);

    const outcome = await approve(bench.tools, bench.id, { ...ALL, ...attempt });

    expect(outcome).toMatchObject({ kind: "nothing", reason: expect.stringMatching(reason) });
    expect(bench.blacklist()).toBe(list);
    expect(await decisionOf(bench.tools, { id: bench.id })).toBeNull();
    expect(await bench.acts()).toEqual([]);
    rmList(bench);
    expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({ kind: "decided" });
  });

  test("of many asks once more", async () => {
    const bench = await ask({ MAX_BLOCKS_PER_APPROVAL: "2" });

    expect(await approve(bench.tools, bench.id, ALL)).toEqual({ kind: "unsure", count: 3, most: 2 });
    expect(bench.blacklist()).toBe("");

    expect(await approve(bench.tools, bench.id, { ...ALL, isSure: true })).toMatchObject({ kind: "decided" });
  });

  test.each([
    [null, "0", null],
    [null, "14", NOW + 14 * DAY_MS],
    [0, "14", null],
    [3, "14", NOW + 3 * DAY_MS],
  ])("for %s days where BLOCK_DAYS is %s ends at %s", async (days, blockDays, until) => {
    const bench = await ask({ BLOCK_DAYS: blockDays });

    const outcome = await approve(bench.tools, bench.id, { ...ALL, days });

    expect(outcome).toMatchObject({ kind: "decided", decision: { until } });
  });

  test("uses the whitelist as it is when the list is changed, not as it was at the click", async () => {
    const bench = await ask();
    at("lock held", () => bench.whitelist("45.10.0.2\n"));

    const outcome = await approve(bench.tools, bench.id, ALL);

    const protectedOnes = [{ ip: "45.10.0.2", by: { entry: "45.10.0.2", line: 1 } }];
    const added = ["45.10.0.1", "45.10.0.3"];
    expect(outcome).toMatchObject({ kind: "decided", decision: { added, protectedOnes } });
    expect(bench.blacklist()).toBe("45.10.0.1\n45.10.0.3\n");
  });

  test("keeps what a person saves while it is being written", async () => {
    const bench = await ask();
    bench.blacklist("# ours\n");
    at("new list written", () => bench.blacklist("# ours\n45.10.0.1 # by hand\n"));

    const outcome = await approve(bench.tools, bench.id, ALL);

    expect(outcome).toMatchObject({ decision: { added: ["45.10.0.2", "45.10.0.3"], listed: ["45.10.0.1"] } });
    expect(bench.blacklist()).toBe("# ours\n45.10.0.1 # by hand\n45.10.0.2\n45.10.0.3\n");
  });

  test("of ten thousand addresses works", { timeout: 60_000 }, async () => {
    const ips = Array.from({ length: 10_000 }, (_, at) => `45.${at >> 8}.1.${at & 255}`);
    const bench = await ask({}, Object.fromEntries(ips.map((ip) => [ip, flaggedBy(5)])));

    const outcome = await approve(bench.tools, bench.id, { ...ALL, isSure: true });

    expect(outcome).toMatchObject({ kind: "decided", decision: { added: ips } });
    expect(await verifyAudit(bench.tools.records)).toEqual({ whole: true, entries: 10_001 });
    expect(await undo(bench.tools, bench.id, { ...CLICK, isSure: true })).toMatchObject({
      decision: { removed: ips },
    });
    expect(bench.blacklist()).toBe("");
  });
});

function rmList(bench: Asked): void {
  bench.blacklist("");
}

describe("the first decision stands", () => {
  test("two clicks at once add once", async () => {
    const bench = await ask();

    const outcomes = await Promise.all([
      approve(bench.tools, bench.id, ALL),
      approve(bench.tools, bench.id, { ...ALL, ips: ["45.10.0.1"] }),
      dismiss(bench.tools, bench.id, CLICK),
    ]);

    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["already", "already", "decided"]);
    const decisions = outcomes.map((outcome) => ("decision" in outcome ? outcome.decision : null));
    expect(decisions[1]).toEqual(decisions[0]);
    expect(decisions[2]).toEqual(decisions[0]);
    const [decision] = decisions;
    const acts = decision?.state === "dismissed" ? 1 : 1 + (decision?.added.length ?? 0);
    expect((await bench.acts()).length).toBe(acts);
  });

  test("a second click says what was decided and by whom", async () => {
    const bench = await ask({ APPROVERS: `${ANN.id},${BOB.id}` });
    await approve(bench.tools, bench.id, { ...ALL, ips: ["45.10.0.1"] });

    const second = await approve(bench.tools, bench.id, { ...ALL, user: BOB });
    const third = await dismiss(bench.tools, bench.id, { ...CLICK, user: BOB });

    const decision = { state: "blocked", by: ANN.id, added: ["45.10.0.1"] };
    expect(second).toMatchObject({ kind: "already", decision });
    expect(third).toMatchObject({ kind: "already", decision });
    expect(bench.blacklist()).toBe("45.10.0.1\n");
  });

  test("a dismissed one is not approved any more", async () => {
    const bench = await ask();

    expect(await dismiss(bench.tools, bench.id, CLICK)).toMatchObject({
      kind: "decided",
      decision: { state: "dismissed", by: ANN.id, added: [], leftOut: [] },
    });

    const decision = { state: "dismissed", by: ANN.id };
    expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({ kind: "already", decision });
    expect(await undo(bench.tools, bench.id, CLICK)).toMatchObject({ kind: "already", decision });
    expect(await bench.acts()).toEqual([`dismiss ${bench.id}`]);
    expect(bench.blacklist()).toBe("");
  });

  test("the question works for 7 days, then it has expired", async () => {
    const bench = await ask();
    const later = await askAgain(bench, { "45.10.3.1": flaggedBy(5) });
    await bench.tools.clock.advance(7 * DAY_MS - 1);
    expect(await approve(bench.tools, later, ALL)).toMatchObject({ kind: "decided" });

    await bench.tools.clock.advance(1);

    expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({
      kind: "already",
      decision: { state: "expired", by: null, added: [] },
    });
    await expireProposals(bench.tools);
    const acts = (await bench.audit()).filter(({ action }) => action === "expire");
    expect(acts).toMatchObject([{ who: "vtip", subject: bench.id }]);
    expect(bench.blacklist()).toBe("45.10.3.1\n");
  });

  test("a question that is not known is none", async () => {
    const bench = await ask();

    for (const act of [approve, dismiss, undo]) {
      expect(await act(bench.tools, "P-ZZZZZ", ALL)).toMatchObject({ kind: "nothing" });
    }
    expect(await mayChoose(bench.tools, "P-ZZZZZ", CLICK)).toMatchObject({ may: false });
  });
});

describe("who may not decide", () => {
  test.each<[string, (bench: Asked, user: typeof BOB) => Promise<unknown>, string]>([
    ["block", async ({ tools, id }, user) => approve(tools, id, { ...ALL, user }), "block refused"],
    ["choose", async ({ tools, id }, user) => mayChoose(tools, id, { ...CLICK, user }), "block refused"],
    ["dismiss", async ({ tools, id }, user) => dismiss(tools, id, { ...CLICK, user }), "dismiss refused"],
    ["undo", async ({ tools, id }, user) => undo(tools, id, { ...CLICK, user }), "undo refused"],
  ])("is refused to %s with the names of those who may, and the attempt is noted", async (_, act, action) => {
    const bench = await ask({ APPROVERS: `${ANN.id}, slack:S7` });

    const outcome = await act(bench, BOB);

    expect(outcome).toMatchObject({ reason: expect.stringContaining("slack:U1, slack:S7") });
    expect(outcome).toMatchObject(
      action === "block refused" && "may" in Object(outcome) ? { may: false } : {},
    );
    expect(await bench.audit()).toMatchObject([
      { at: NOW, who: "slack:U2 (bob)", action, subject: bench.id, detail: { scan: expect.any(String) } },
    ]);
    expect(bench.blacklist()).toBe("");
    expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({ kind: "decided" });
  });

  test("with four eyes is who asked for the scan, but only for blocking", async () => {
    const bench = await ask({ APPROVERS: `${ANN.id},${BOB.id}`, FOUR_EYES: "true" });
    const asker = { ...ALL, user: BOB };

    expect(await approve(bench.tools, bench.id, asker)).toMatchObject({ kind: "refused" });
    expect(await mayChoose(bench.tools, bench.id, asker)).toMatchObject({ may: false });
    expect(await mayChoose(bench.tools, bench.id, CLICK)).toEqual({ may: true });

    expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({ kind: "decided" });
    expect(await undo(bench.tools, bench.id, asker)).toMatchObject({ kind: "decided" });
    expect((await bench.acts()).slice(0, 2)).toEqual(Array(2).fill(`block refused ${bench.id}`));
  });

  test("is everybody when nobody is configured", async () => {
    const bench = await ask({ APPROVERS: "" });

    expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("APPROVERS"),
    });
    await expect(unblock(bench.tools, "45.10.0.1", null, CLICK)).rejects.toThrow("APPROVERS");
    expect(await bench.acts()).toEqual([`block refused ${bench.id}`, "unblock refused 45.10.0.1"]);
  });
});

describe("undoing", () => {
  test("takes out what the approval added and keeps all else byte for byte", async () => {
    const bench = await ask();
    bench.blacklist("# ours\r\n45.10.0.3 # before");
    await approve(bench.tools, bench.id, ALL);
    await appendFile(bench.tools.config.blacklistFile, "# after\r\n\r\n45.10.8.8\t# by hand\r\n");

    const outcome = await undo(bench.tools, bench.id, { ...CLICK, link: "https://chat.example/p2" });

    expect(outcome).toMatchObject({
      kind: "decided",
      decision: {
        state: "undone",
        by: ANN.id,
        added: ["45.10.0.2", "45.10.0.1"],
        undoneBy: ANN.id,
        undoneAt: NOW,
        removed: ["45.10.0.2", "45.10.0.1"],
      },
    });
    expect(bench.blacklist()).toBe("# ours\r\n45.10.0.3 # before\r\n# after\r\n\r\n45.10.8.8\t# by hand\r\n");
    const blocks = await bench.tools.records.selectFrom("block").selectAll().execute();
    const ends = blocks.map(({ ended_at, ended_by }) => `${ended_at} ${ended_by}`);
    expect(ends).toEqual(Array(2).fill(`${NOW} slack:U1 (ann)`));
    const acts = (await bench.audit()).slice(3);
    expect(acts.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      `undo ${bench.id}`,
      "undo 45.10.0.2",
      "undo 45.10.0.1",
    ]);
    expect(acts.every(({ detail }) => detail["link"] === "https://chat.example/p2")).toBe(true);
  });

  test("is done once, also when it is asked for twice at once", async () => {
    const bench = await ask();
    await approve(bench.tools, bench.id, ALL);

    const both = await Promise.all([undo(bench.tools, bench.id, CLICK), undo(bench.tools, bench.id, CLICK)]);

    expect(both.map(({ kind }) => kind).toSorted()).toEqual(["already", "decided"]);
    const decision = { state: "undone", undoneBy: ANN.id };
    expect(await undo(bench.tools, bench.id, CLICK)).toMatchObject({ kind: "already", decision });
    expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({ kind: "already", decision });
    expect(bench.blacklist()).toBe("");
  });

  test("needs something that was blocked", async () => {
    const bench = await ask();

    expect(await undo(bench.tools, bench.id, CLICK)).toMatchObject({ kind: "nothing" });
    expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({ kind: "decided" });
  });

  test("leaves an address that was unblocked and blocked anew by another approval", async () => {
    const bench = await ask();
    await approve(bench.tools, bench.id, ALL);
    await unblock(bench.tools, "45.10.0.1", null, CLICK);
    const other = await askAgain(bench, { "45.10.0.1": flaggedBy(6) });
    await approve(bench.tools, other, ALL);

    const outcome = await undo(bench.tools, bench.id, CLICK);

    expect(outcome).toMatchObject({ decision: { removed: ["45.10.0.2", "45.10.0.3"] } });
    expect(bench.blacklist()).toBe("45.10.0.1\n");
    expect(await undo(bench.tools, other, CLICK)).toMatchObject({ decision: { removed: ["45.10.0.1"] } });
  });

  test("leaves an address that was taken out by hand and blocked anew by another approval", async () => {
    const bench = await ask();
    await approve(bench.tools, bench.id, ALL);
    bench.blacklist("45.10.0.2\n45.10.0.3\n");
    await approve(bench.tools, await askAgain(bench, { "45.10.0.1": flaggedBy(6) }), ALL);

    await undo(bench.tools, bench.id, CLICK);

    expect(bench.blacklist()).toBe("45.10.0.1\n");
  });

  test("leaves an address that was unblocked and put back by hand", async () => {
    const bench = await ask();
    await approve(bench.tools, bench.id, ALL);
    await unblock(bench.tools, "45.10.0.1", null, CLICK);
    await appendFile(bench.tools.config.blacklistFile, "45.10.0.1 # mine\n");

    await undo(bench.tools, bench.id, CLICK);

    expect(bench.blacklist()).toBe("45.10.0.1 # mine\n");
  });

  test("keeps a comment that a person wrote on a line of ours", async () => {
    const bench = await ask();
    await approve(bench.tools, bench.id, ALL);
    bench.blacklist("45.10.0.2 # ticket 55\r\n# the rest\r\n45.10.0.1\r\n45.10.0.3# last");

    await undo(bench.tools, bench.id, CLICK);

    expect(bench.blacklist()).toBe("# ticket 55\r\n# the rest\r\n# last");
  });

  test("works when everything was taken out by hand", async () => {
    const bench = await ask();
    await approve(bench.tools, bench.id, ALL);
    bench.blacklist("# empty\n");

    const outcome = await undo(bench.tools, bench.id, CLICK);

    expect(outcome).toMatchObject({ kind: "decided", decision: { state: "undone", removed: [] } });
    expect(bench.blacklist()).toBe("# empty\n");
  });
});

describe("a blacklist that cannot be written", () => {
  test.each(["list", "lock"] as const)(
    "(%s) means that nothing is blocked until it is mended",
    async (what) => {
      const bench = await ask();
      const mend = makeUnwritable(bench, what);

      const outcome = await approve(bench.tools, bench.id, ALL);

      expect(outcome).toMatchObject({
        kind: "failed",
        reason: expect.stringMatching(/blacklist\.txt cannot be/),
      });
      expect(await findProposal(bench.tools, bench.id)).toMatchObject({ state: "open" });
      expect(await decisionOf(bench.tools, { id: bench.id })).toBeNull();
      expect(await bench.acts()).toEqual([`approve ${bench.id}`, `block failed ${bench.id}`]);

      mend();
      expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({
        kind: "decided",
        decision: { added: ["45.10.0.2", "45.10.0.1", "45.10.0.3"] },
      });
    },
  );

  test("is told when it cannot be read either, and nothing is decided", async () => {
    const bench = await ask();
    mkdirSync(bench.tools.config.blacklistFile);

    expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({
      kind: "failed",
      reason: expect.stringMatching(/blacklist\.txt cannot be read/),
    });
    expect(await findProposal(bench.tools, bench.id)).toMatchObject({ state: "open" });
  });

  test("leaves what was to be undone as it was", async () => {
    const bench = await ask();
    await approve(bench.tools, bench.id, ALL);
    const before = bench.blacklist();
    const mend = makeUnwritable(bench);

    expect(await undo(bench.tools, bench.id, CLICK)).toMatchObject({ kind: "failed" });
    expect(await decisionOf(bench.tools, { id: bench.id })).toMatchObject({
      state: "blocked",
      undoneBy: null,
    });
    expect(bench.blacklist()).toBe(before);

    mend();
    expect(await undo(bench.tools, bench.id, CLICK)).toMatchObject({ kind: "decided" });
    expect(bench.blacklist()).toBe("");
  });

  test("leaves an address blocked, and blocks that are over until it is mended", async () => {
    const bench = await ask({ BLOCK_DAYS: "1" });
    await approve(bench.tools, bench.id, ALL);
    const before = bench.blacklist();
    const mend = makeUnwritable(bench);

    await expect(unblock(bench.tools, "45.10.0.1", null, CLICK)).rejects.toThrow(UserError);
    await bench.tools.clock.advance(DAY_MS);
    await endBlocks(bench.tools);
    expect(bench.blacklist()).toBe(before);
    const acts = await bench.acts();

    mend();
    await endBlocks(bench.tools);
    expect(bench.blacklist()).toBe("");
    expect((await bench.acts()).slice(acts.length)).toEqual(
      ["45.10.0.2", "45.10.0.1", "45.10.0.3"].map((ip) => `block ended ${ip}`),
    );
  });
});

describe.skipIf(isOverPostgres)("records that cannot be written", () => {
  test("before the list is changed mean that it stays as it was, and the question open", async () => {
    const bench = await ask();
    const mend = await forbid(bench, "update of effective on list_change");

    const outcome = await approve(bench.tools, bench.id, ALL);

    expect(outcome).toMatchObject({
      kind: "failed",
      reason: expect.stringMatching(/records cannot be written/),
    });
    expect(bench.blacklist()).toBe("");
    await mend();
    expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({ kind: "decided" });
  });

  test("after it was changed are written when they can be, by whoever comes next", async () => {
    const bench = await ask();
    const mend = await forbid(bench, "insert on block");

    await expect(approve(bench.tools, bench.id, ALL)).rejects.toThrow("forbidden by the test");
    expect(bench.blacklist()).toBe("45.10.0.2\n45.10.0.1\n45.10.0.3\n");
    expect(await decisionOf(bench.tools, { id: bench.id })).toBeNull();
    expect(await unshownProposals(bench.tools)).toEqual([]);

    await mend();
    expect(await approve(bench.tools, bench.id, ALL)).toMatchObject({
      kind: "already",
      decision: { state: "blocked", added: ["45.10.0.2", "45.10.0.1", "45.10.0.3"] },
    });
    expect(bench.blacklist()).toBe("45.10.0.2\n45.10.0.1\n45.10.0.3\n");
    expect((await bench.acts()).length).toBe(4);
  });
});

/** The database refuses something until the test calls back. */
async function forbid({ tools }: Asked, what: string): Promise<() => Promise<unknown>> {
  const raise = "begin select raise(abort, 'forbidden by the test'); end";
  await sql.raw(`create trigger forbidden before ${what} ${raise}`).execute(tools.records);
  return async () => sql.raw("drop trigger forbidden").execute(tools.records);
}

describe("unblocking", () => {
  test("takes the address out, ends its block and is noted", async () => {
    const bench = await ask();
    await approve(bench.tools, bench.id, ALL);

    expect(await unblock(bench.tools, "45[.]10.0.1", " ours ", CLICK)).toBe("45.10.0.1");

    expect(bench.blacklist()).toBe("45.10.0.2\n45.10.0.3\n");
    expect((await bench.audit()).at(-1)).toMatchObject({
      who: "slack:U1 (ann)",
      action: "unblock",
      subject: "45.10.0.1",
      detail: { reason: "ours" },
    });
    expect(await standingBlock(bench.tools.records, "45.10.0.1")).toBeNull();
    const row = bench.tools.records.selectFrom("block").selectAll().where("ip", "=", "45.10.0.1");
    expect(await row.executeTakeFirst()).toMatchObject({ ended_at: NOW, end_reason: "ours" });
  });

  test("works for what a person put there, in any spelling", async () => {
    const bench = await ask({ APPROVERS: "local:console" });
    bench.blacklist("# x\n2001:DB8:0::1 # old\n9.9.9.9");
    const console = { user: { id: "local:console", name: "root" }, groupsOf: async () => [] };

    expect(await unblock(bench.tools, "2001:db8::1", null, console)).toBe("2001:db8::1");

    expect(bench.blacklist()).toBe("# x\n9.9.9.9");
    expect(await bench.audit()).toMatchObject([{ who: "local:console (root)", detail: { reason: null } }]);
  });

  test("of what is not there is refused, and nothing is noted", async () => {
    const bench = await ask();

    await expect(unblock(bench.tools, "9.9.9.9", null, CLICK)).rejects.toThrow(/9\.9\.9\.9 is not on/);
    await expect(unblock(bench.tools, "evil.example", null, CLICK)).rejects.toThrow(/no IP address/);
    expect(await bench.acts()).toEqual([]);
  });

  test("of what somebody else takes out at the same moment is refused", async () => {
    const bench = await ask();
    bench.blacklist("9.9.9.9\n");
    at("lock held", () => bench.blacklist("# gone\n"));

    await expect(unblock(bench.tools, "9.9.9.9", null, CLICK)).rejects.toThrow(/is not on/);
    expect(await bench.acts()).toEqual([]);
  });
});

describe("a block with an end", () => {
  test("is taken out when its time has come, by vtip, and nothing else is", async () => {
    const bench = await ask({ BLOCK_DAYS: "2" });
    bench.blacklist("# ours\n9.9.9.9\n");
    await approve(bench.tools, bench.id, { ...ALL, ips: ["45.10.0.1", "45.10.0.2"] });
    const other = await askAgain(bench, { "45.10.4.1": flaggedBy(5) });
    await approve(bench.tools, other, { ...ALL, days: 0 });

    await bench.tools.clock.advance(2 * DAY_MS - 1);
    await endBlocks(bench.tools);
    expect(bench.blacklist()).toBe("# ours\n9.9.9.9\n45.10.0.2\n45.10.0.1\n45.10.4.1\n");

    await bench.tools.clock.advance(1);
    await endBlocks(bench.tools);
    await endBlocks(bench.tools);
    expect(bench.blacklist()).toBe("# ours\n9.9.9.9\n45.10.4.1\n");
    const ended = (await bench.audit()).filter(({ action }) => action === "block ended");
    expect(ended).toMatchObject([
      { who: "vtip", subject: "45.10.0.2" },
      { who: "vtip", subject: "45.10.0.1" },
    ]);
  });

  test("that was unblocked and put back by hand stays", async () => {
    const bench = await ask({ BLOCK_DAYS: "2" });
    await approve(bench.tools, bench.id, { ...ALL, ips: ["45.10.0.1"] });
    await unblock(bench.tools, "45.10.0.1", null, CLICK);
    bench.blacklist("45.10.0.1 # for good\n");

    await bench.tools.clock.advance(3 * DAY_MS);
    await endBlocks(bench.tools);

    expect(bench.blacklist()).toBe("45.10.0.1 # for good\n");
  });

  test("that was taken out by hand is over without a trace in the list", async () => {
    const bench = await ask({ BLOCK_DAYS: "2" });
    await approve(bench.tools, bench.id, ALL);
    bench.blacklist("# empty\n");

    await bench.tools.clock.advance(2 * DAY_MS);
    await endBlocks(bench.tools);

    expect(bench.blacklist()).toBe("# empty\n");
    const open = bench.tools.records.selectFrom("block").select("ip").where("ended_at", "is", null);
    expect(await open.execute()).toEqual([]);
    expect((await bench.acts()).filter((act) => act.startsWith("block ended"))).toEqual([]);
  });
});

/** Somebody writes down that 9.9.9.9 is to be unblocked, and gets no further. */
async function begin(bench: Asked, owner: string): Promise<void> {
  const base = { at: NOW, kind: "remove", who: "slack:U1 (ann)", action: "unblock" } as const;
  const none = { reason: null, until: null, proposalId: null, scanId: null, link: null };
  const id = await openChange(bench.tools.records, { ...base, ...none, wanted: ["9.9.9.9"] });
  await bench.tools.records.updateTable("list_change").set({ owner }).where("id", "=", id).execute();
}

describe("a change that was begun", () => {
  test("by a process that lives is left to it, until it is older than any change can be", async () => {
    const bench = await ask();
    bench.blacklist("9.9.9.9\n");
    await begin(bench, `${process.ppid}-abcd`);

    await recoverChanges(bench.tools);
    expect(bench.blacklist()).toBe("9.9.9.9\n");

    await bench.tools.clock.advance(61_000);
    await recoverChanges(bench.tools);
    expect(bench.blacklist()).toBe("");
    expect(await bench.acts()).toEqual(["unblock 9.9.9.9"]);
  });

  test("by one that is dead comes before any other change", async () => {
    const bench = await ask({}, { "9.9.9.9": flaggedBy(5) });
    bench.blacklist("9.9.9.9\n45.10.0.1\n");
    await begin(bench, "999999999-abcd");

    await unblock(bench.tools, "45.10.0.1", null, CLICK);

    expect(bench.blacklist()).toBe("");
    expect(await bench.acts()).toEqual(["unblock 9.9.9.9", "unblock 45.10.0.1"]);
  });
});

describe("blocks and cards", () => {
  test("the list of blocks has the newest and those that end soon, as far as they are on the file", async () => {
    const bench = await ask();
    await approve(bench.tools, bench.id, { ...ALL, days: 5 });
    await bench.tools.clock.advance(1000);
    const objects = Array.from({ length: 12 }, (_, at) => [`45.11.0.${at}`, flaggedBy(5)]);
    const other = await askAgain(bench, Object.fromEntries(objects) as Record<string, Facts>);
    await approve(bench.tools, other, { ...ALL, days: 8 });
    bench.blacklist(bench.blacklist().replace("45.10.0.3\n", ""));

    const { newest, endingSoon } = await blockNotes(bench.tools);

    expect(newest.map(({ ip }) => ip)).toEqual(Array.from({ length: 10 }, (_, at) => `45.11.0.${11 - at}`));
    expect(endingSoon.map(({ ip }) => ip).toSorted()).toEqual(["45.10.0.1", "45.10.0.2"]);
    expect(endingSoon.find(({ ip }) => ip === "45.10.0.1")).toEqual({
      ip: "45.10.0.1",
      since: NOW,
      by: ANN.id,
      until: NOW + 5 * DAY_MS,
    });
  });

  test("a card is to be shown anew after each decision, until it was", async () => {
    const bench = await ask();
    expect(await unshownProposals(bench.tools)).toEqual([]);

    await approve(bench.tools, bench.id, ALL);
    expect(await unshownProposals(bench.tools)).toMatchObject([{ id: bench.id, state: "blocked" }]);

    await markShown(bench.tools, bench.id, "blocked");
    expect(await unshownProposals(bench.tools)).toEqual([]);

    await undo(bench.tools, bench.id, CLICK);
    expect(await unshownProposals(bench.tools)).toMatchObject([{ id: bench.id, state: "undone" }]);
  });

  test("a scan without an unsafe address asks nothing, and one with some asks once", async () => {
    const bench = await ask();
    const harmless = { "45.10.0.9": flaggedBy(3), "evil.example": flaggedBy(9), "45.10.0.8": NO_FACTS };
    expect(await propose(bench.tools, await bench.scan(harmless))).toBeNull();

    const scan = await bench.scan(THREE);
    const ids = await Promise.all([propose(bench.tools, scan), propose(bench.tools, scan)]);
    await approve(bench.tools, ids[0] ?? "", ALL);

    expect(ids[0]).toMatch(/^P-[0-9A-Z]{4}$/);
    expect([ids[1], await propose(bench.tools, scan)]).toEqual([ids[0], ids[0]]);
    expect(await findProposal(bench.tools, ids[0] ?? "")).toEqual({
      id: ids[0],
      scanId: scan.id,
      conversation: scan.conversation,
      requestedBy: BOB.id,
      createdAt: NOW,
      state: "blocked",
    });
  });
});
