import { describe, expect, onTestFinished, test } from "vitest";

import { toStoryText } from "../../src/card.ts";
import {
  approve,
  dismiss,
  endBlocks,
  unblock,
  undo,
  type BlockAttempt,
} from "../../src/commands/approval.ts";
import { extend, letGo } from "../../src/commands/endings.ts";
import { writeDigests } from "../../src/lists/digest.ts";
import { takeOverEdits } from "../../src/lists/hand-edits.ts";
import { expireProposals, propose } from "../../src/lists/proposal.ts";
import { releaseWhitelisted } from "../../src/lists/release.ts";
import { standingBlock } from "../../src/lists/standing-block.ts";
import type { Story, StoryEvent } from "../../src/lists/story-event.ts";
import { MOST_LOOK_UPS } from "../../src/lists/story-look-ups.ts";
import { storyOf } from "../../src/lists/story.ts";
import type { Facts, Status } from "../../src/model.ts";
import { appendAudit, auditOf } from "../../src/records/audit-trail.ts";
import { lastSeen } from "../../src/scans/sightings.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { ANN, BOB, DAY_MS, flaggedBy, NOW, openListBench, type ListBench } from "./list-bench.ts";

const IP = "45.10.0.1";
const OTHER = "45.10.0.2";
const LINK = "https://chat.example/card";
const BY_ANN = { user: ANN, groupsOf: async () => [], link: LINK };
const BY_BOB = { ...BY_ANN, user: BOB };
const ALL: BlockAttempt = { ...BY_ANN, ips: null, days: null, reason: null, isSure: false };
const MINUTE_MS = 60_000;

async function openBench(env: Readonly<Record<string, string>> = {}): Promise<ListBench> {
  const bench = await openListBench(temporaryFolder(), env);
  onTestFinished(bench.close);
  return bench;
}

/** Scans addresses and asks the approvers, a minute later. */
async function ask(bench: ListBench, objects: Readonly<Record<string, Facts>>): Promise<string> {
  const scan = await bench.scan(objects);
  await bench.tools.clock.advance(MINUTE_MS);
  const id = (await propose(bench.tools, scan)) ?? "";
  await bench.tools.clock.advance(MINUTE_MS);
  return id;
}

async function tell({ tools }: ListBench, ip = IP): Promise<Story> {
  const { records, config } = tools;
  const known = {
    sightings: await lastSeen(records, { kind: "ip", value: ip }, MOST_LOOK_UPS),
    acts: await auditOf(records, ip),
  };
  return storyOf({ records, rule: config.rule }, ip, known);
}

/** The story as people read it, without the times and the random ids. */
async function read(bench: ListBench, ip = IP): Promise<readonly string[]> {
  return (await tell(bench, ip)).events.map(toWords);
}

function toWords(event: StoryEvent): string {
  const words = toStoryText(event).map((span) =>
    typeof span === "string" ? span : (Object.values(span).at(-1) ?? ""),
  );
  return words.join("").replaceAll(/\b([SP])-\w{4}\b/g, "$1");
}

async function addRecheck({ tools }: ListBench, status: Status, facts: Facts | null): Promise<void> {
  const { id } = await tools.records
    .selectFrom("block")
    .select("id")
    .where("ip", "=", IP)
    .executeTakeFirstOrThrow();
  await tools.records
    .insertInto("recheck")
    .values({
      block_id: id,
      ip: IP,
      at: tools.clock.now(),
      status,
      facts: facts === null ? null : JSON.stringify(facts),
    })
    .execute();
}

describe("the story of an address", () => {
  test("goes from its first look-up to its end, each thing once and in its order", async () => {
    const bench = await openBench({ BLOCK_DAYS: "7" });
    const { tools } = bench;
    await bench.scan({ [IP]: flaggedBy(0) });
    await tools.clock.advance(DAY_MS);
    const id = await ask(bench, { [IP]: flaggedBy(9), [OTHER]: flaggedBy(5) });
    await approve(tools, id, { ...ALL, ...BY_BOB });
    await approve(tools, id, { ...ALL, reason: "scans our mail server" });
    await tools.clock.advance(DAY_MS);
    await undo(tools, id, BY_BOB);
    await tools.clock.advance(MINUTE_MS);
    await addRecheck(bench, "clean", flaggedBy(0));
    await tools.clock.advance(7 * DAY_MS);
    await endBlocks(tools);

    expect(await read(bench)).toEqual([
      "clean 0/94 in S (list.txt)",
      "unsafe 9/94 in S (list.txt)",
      "proposed (P), asked for by slack:U2",
      "block of P by slack:U2 (bob) refused: Only approvers may do this: slack:U1.",
      "blocked by slack:U1 (ann), until 2026-11-29, on 9/94 in S: scans our mail server",
      "undo of P by slack:U2 (bob) refused: Only approvers may do this: slack:U1.",
      "looked up again: clean 0/94",
      "block ended: its time was over",
    ]);
    const { events } = await tell(bench);
    expect(events.map(({ at }) => at)).toEqual(
      events.map(({ at }) => at).toSorted((one, other) => one - other),
    );
    expect(events[4]).toMatchObject({
      kind: "blocked",
      proposalId: id,
      scanId: id.replace("P-", "S-"),
      link: LINK,
      evidence: { detections: 9, total: 94 },
    });
  });

  test("keeps its order where everything happens within one moment", async () => {
    const bench = await openBench();
    const id = (await propose(bench.tools, await bench.scan({ [IP]: flaggedBy(9) }))) ?? "";
    await approve(bench.tools, id, ALL);
    await undo(bench.tools, id, BY_ANN);

    expect((await tell(bench)).events.map(({ kind }) => kind)).toEqual([
      "looked-up",
      "proposed",
      "blocked",
      "undone",
    ]);
  });

  test("has who took it out, who tried, and what people did in the files", async () => {
    const bench = await openBench({ APPROVERS: `${ANN.id},${BOB.id}` });
    const { tools } = bench;
    const id = await ask(bench, { [IP]: flaggedBy(9) });
    await approve(tools, id, ALL);
    const carol = { user: { id: "slack:U3", name: "carol" }, groupsOf: async () => [] };
    await expect(unblock(tools, IP, "it is mine", carol)).rejects.toThrow("Only approvers");
    await unblock(tools, IP, "it is ours", BY_BOB);
    await tools.clock.advance(MINUTE_MS);
    bench.blacklist(`${IP} # again\n`);
    await takeOverEdits(tools);
    await tools.clock.advance(MINUTE_MS);
    bench.blacklist("");
    await takeOverEdits(tools);

    expect((await read(bench)).slice(2)).toEqual([
      "blocked by slack:U1 (ann), until removed, on 9/94 in S",
      "unblock by slack:U3 (carol) refused: Only approvers may do this: slack:U1, slack:U2. (it is mine)",
      "unblocked by slack:U2 (bob): it is ours",
      "put on the blacklist by hand",
      "taken off the blacklist by hand",
    ]);
  });

  test("has a line that was taken out by hand and noticed only when it was blocked anew", async () => {
    const bench = await openBench();
    await approve(bench.tools, await ask(bench, { [IP]: flaggedBy(9) }), ALL);
    await bench.tools.clock.advance(DAY_MS);
    bench.blacklist("");
    await approve(bench.tools, await ask(bench, { [IP]: flaggedBy(9) }), ALL);

    const kinds = (await tell(bench)).events.map(({ kind }) => kind);

    expect(kinds.filter((kind) => kind === "removed-by-hand" || kind === "blocked")).toEqual([
      "blocked",
      "removed-by-hand",
      "blocked",
    ]);
  });

  test("has who extended it and let it go, who tried, and what was found before", async () => {
    const bench = await openBench();
    const { tools } = bench;
    await approve(tools, await ask(bench, { [IP]: flaggedBy(9) }), { ...ALL, days: 7 });
    const digest = async (day: number) => {
      await tools.clock.advance(NOW + day * DAY_MS - tools.clock.now());
      await addRecheck(bench, "unsafe", flaggedBy(9));
      await tools.clock.advance(MINUTE_MS);
      const now = tools.clock.now();
      await writeDigests(
        tools.records,
        { digestAt: now, now, extendDays: 7 },
        (conversation) => conversation,
      );
      return (
        await tools.records.selectFrom("digest").select("id").where("at", "=", now).executeTakeFirstOrThrow()
      ).id;
    };
    const extending = { ...ALL, days: 30, reason: "still at it" };
    const first = await digest(6);
    await extend(tools, first, { ...extending, ...BY_BOB });
    await extend(tools, first, extending);
    await letGo(tools, await digest(36), BY_ANN);

    expect((await read(bench)).slice(2)).toEqual([
      "blocked by slack:U1 (ann), until 2026-11-28, on 9/94 in S",
      "looked up again: unsafe 9/94",
      `extend of ${first} by slack:U2 (bob) refused: Only approvers may do this: slack:U1.`,
      "extended by slack:U1 (ann), until 2026-12-28: still at it",
      "looked up again: unsafe 9/94",
      "let go by slack:U1 (ann), ends 2026-12-28",
    ]);
    expect(await standingBlock(tools.records, IP)).toMatchObject({
      until: NOW + 2 * MINUTE_MS + 37 * DAY_MS,
    });
  });

  test("has what the whitelist did, and what is not known here by a kind of its own", async () => {
    const bench = await openBench();
    const { tools } = bench;
    await approve(tools, await ask(bench, { [IP]: flaggedBy(9), [OTHER]: flaggedBy(9) }), ALL);
    const act = { at: tools.clock.now(), who: "slack:U1 (ann)", subject: IP };
    const detail = { reason: "see the ticket" };
    await appendAudit(tools.records, { ...act, action: "annotate", detail });
    bench.whitelist(`${IP}\n`);
    await releaseWhitelisted(tools);

    expect((await read(bench)).slice(3)).toEqual([
      "annotate by slack:U1 (ann): see the ticket",
      `taken off the blacklist: whitelist line 1: ${IP}`,
    ]);
  });

  test("tells a verdict that flipped, beside the look-up that found it", async () => {
    const bench = await openBench();
    const { id } = await bench.scan({ [IP]: flaggedBy(0) });
    const flip = { scan_id: id, ip: IP, at: NOW, conversation: null, digest_id: null } as const;
    await bench.tools.records
      .insertInto("flip")
      .values({ ...flip, list: "blacklisted", entry: IP, before: "unsafe", after: "clean" })
      .execute();

    expect(await read(bench)).toEqual([
      "clean 0/94 in S (list.txt)",
      "was unsafe, now clean (S), while blocked",
    ]);
  });
});

describe("of a question that did not end in a block, the story says", () => {
  test("that it was dismissed", async () => {
    const bench = await openBench();
    await dismiss(bench.tools, await ask(bench, { [IP]: flaggedBy(9) }), BY_ANN);

    expect((await read(bench)).slice(1)).toEqual([
      "proposed (P), asked for by slack:U2",
      "P dismissed by slack:U1 (ann)",
    ]);
  });

  test("that nobody decided", async () => {
    const bench = await openBench();
    await ask(bench, { [IP]: flaggedBy(9) });
    await bench.tools.clock.advance(8 * DAY_MS);
    await expireProposals(bench.tools);

    expect((await read(bench)).at(-1)).toBe("P expired: nobody decided");
  });

  test("that the address was not chosen", async () => {
    const bench = await openBench();
    const id = await ask(bench, { [IP]: flaggedBy(9), [OTHER]: flaggedBy(9) });
    await approve(bench.tools, id, { ...ALL, ips: [OTHER], reason: "the other is ours" });
    await undo(bench.tools, id, BY_BOB);

    expect((await read(bench)).slice(2)).toEqual([
      "P approved by slack:U1 (ann), this address not chosen: the other is ours",
    ]);
    expect((await tell(bench)).events.at(-1)).toMatchObject({
      kind: "decided",
      choice: "not chosen",
      link: LINK,
    });
  });

  test.each([
    ["left out: whitelisted", `${IP}\n`, ""],
    ["left out: our own, or shared infrastructure", "", `${IP}/32`],
  ])("that the address was %s", async (words, whitelist, ownNetworks) => {
    const bench = await openBench({ OWN_NETWORKS: ownNetworks });
    bench.whitelist(whitelist);
    await approve(bench.tools, await ask(bench, { [IP]: flaggedBy(9), [OTHER]: flaggedBy(9) }), ALL);

    expect(await read(bench)).toEqual([
      "unsafe 9/94 in S (list.txt)",
      `P approved by slack:U1 (ann), this address ${words}`,
    ]);
  });

  test("nothing, where the address was on the list already", async () => {
    const bench = await openBench();
    await approve(bench.tools, await ask(bench, { [IP]: flaggedBy(9) }), ALL);
    await bench.tools.clock.advance(DAY_MS);
    const next = await ask(bench, { [IP]: flaggedBy(9), [OTHER]: flaggedBy(9) });
    await approve(bench.tools, next, { ...ALL, ...BY_BOB });
    await approve(bench.tools, next, ALL);

    expect((await read(bench)).slice(2)).toEqual([
      "blocked by slack:U1 (ann), until removed, on 9/94 in S",
      "unsafe 9/94 in S (list.txt)",
    ]);
  });

  test("that the list could not be changed, and then the block that came of it", async () => {
    const bench = await openBench({ BLACKLIST_FILE: `${temporaryFolder()}/lists/blacklist.txt` });
    const id = await ask(bench, { [IP]: flaggedBy(9) });
    const failed = await approve(bench.tools, id, ALL);
    expect(failed).toMatchObject({ kind: "failed" });

    const words = await read(bench);

    expect(words[2]).toBe("P approved by slack:U1 (ann), this address chosen");
    expect(words[3]).toMatch(/^block of P by slack:U1 \(ann\) failed: /);
    expect(await read(bench, OTHER)).toEqual([]);
  });
});

describe("a long story", () => {
  test("has look-ups after each other with the same verdict as one, with the first and the last score", async () => {
    const bench = await openBench();
    for (const count of [5, 7, 9, 0]) {
      await bench.scan({ [IP]: flaggedBy(count) });
      await bench.tools.clock.advance(DAY_MS);
    }

    const { events } = await tell(bench);

    expect(events.map(toWords)).toEqual([
      "3 times until 2026-11-23: unsafe 5/94, then 9/94, last in S (list.txt)",
      "clean 0/94 in S (list.txt)",
    ]);
    expect(events[0]).toMatchObject({ at: NOW, lastAt: NOW + 2 * DAY_MS, count: 3 });
  });

  test("has the newest look-ups and says how many are left out, but all that people did", async () => {
    const bench = await openBench();
    const { tools } = bench;
    await dismiss(tools, await ask(bench, { [IP]: flaggedBy(9) }), BY_ANN);
    await ask(bench, { [IP]: flaggedBy(9) });
    for (let at = 0; at < MOST_LOOK_UPS; at += 1) {
      const { id } = await bench.scan({ [IP]: flaggedBy(at % 2 === 0 ? 0 : 9) });
      const created_at = tools.clock.now() + at;
      await tools.records.updateTable("scan").set({ created_at }).where("id", "=", id).execute();
    }

    const { events, earlierLookUps } = await tell(bench);

    expect(earlierLookUps).toBe(2);
    expect(events.slice(0, 3).map(({ kind }) => kind)).toEqual(["proposed", "decided", "looked-up"]);
    expect(events).toHaveLength(2 + MOST_LOOK_UPS);
  });
});

describe("the block that stands", () => {
  test("has who proposed and approved it, when, why, on what evidence and until when", async () => {
    const bench = await openBench();
    const id = await ask(bench, { [IP]: flaggedBy(9) });
    await approve(bench.tools, id, { ...ALL, days: 30, reason: "scans our mail server" });

    expect(await standingBlock(bench.tools.records, IP)).toEqual({
      since: NOW + 2 * MINUTE_MS,
      by: ANN.id,
      until: NOW + 2 * MINUTE_MS + 30 * DAY_MS,
      reason: "scans our mail server",
      proposalId: id,
      scanId: id.replace("P-", "S-"),
      proposedFor: BOB.id,
      evidence: { detections: 9, total: 94, engines: flaggedBy(9).flaggedBy.map(({ engine }) => engine) },
      link: LINK,
    });
    await undo(bench.tools, id, BY_ANN);
    expect(await standingBlock(bench.tools.records, IP)).toBeNull();
  });

  test("is nobody's where somebody wrote it into the file", async () => {
    const bench = await openBench();
    bench.blacklist(`${IP}\n`);
    await takeOverEdits(bench.tools);

    expect(await standingBlock(bench.tools.records, IP)).toMatchObject({
      by: null,
      until: null,
      scanId: null,
      proposedFor: null,
      evidence: null,
    });
  });
});
