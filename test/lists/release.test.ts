import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test, vi } from "vitest";

import { followLists } from "../../src/commands/chat-lists.ts";
import { importBlockList } from "../../src/commands/import-block-list.ts";
import { takeOverEdits } from "../../src/lists/hand-edits.ts";
import { releaseWhitelisted, untoldReleases } from "../../src/lists/release.ts";
import { readAudit, verifyAudit } from "../../src/records/audit-trail.ts";
import { BOB, openRoom, textOf, type OpenRoom, type Room } from "../chat/room.ts";
import { addresses, allAs, flagged } from "../cli/program.ts";
import { createMovedClock } from "../moved-clock.ts";

function write(room: Room, name: "whitelist.txt" | "blacklist.txt", text: string): void {
  writeFileSync(join(room.folder, name), text);
}

function blacklist(room: Room): string {
  return readFileSync(join(room.folder, "blacklist.txt"), "utf8");
}

async function lastActs({ tools }: OpenRoom): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { action, who, subject, detail } of readAudit(tools.records))
    lines.push(`${who}: ${action} ${subject} ${String(detail["reason"])}`);
  return lines.slice(-2);
}

/** A room in which BOB has blocked so many addresses. */
async function withBlocks(count: number) {
  const ips = addresses(count);
  const owner = { as_owner: "Sample Hosting LLC", asn: 64_500 };
  const room = await openRoom({ objects: allAs(ips, flagged(9, 0, owner)) });
  const run = await room.open({ APPROVERS: BOB.id });
  await run.command(ips.join(" "));
  const card = room.messages.find(({ reply }) => reply.kind === "proposal");
  const id = card?.reply.kind === "proposal" ? card.reply.proposalId : "";
  await run.click(`block:${id}`, BOB);
  return { room, run, ips, id };
}

describe("what the whitelist covers since it was changed", () => {
  test("is taken off the blacklist, and nothing else; what stands there by hand stays", async () => {
    const { room, run, ips, id } = await withBlocks(3);
    write(room, "blacklist.txt", `198.51.100.7 # ours\n${blacklist(room)}`);
    await takeOverEdits(run.tools);
    write(room, "whitelist.txt", `# ours\n${ips[1]}\n198.51.100.0/24\n`);

    await releaseWhitelisted(run.tools);

    const reason = `whitelist line 2: ${ips[1]}`;
    expect(await untoldReleases(run.tools)).toMatchObject([
      { proposalId: id, by: BOB.id, ips: [ips[1]], reason },
    ]);
    expect(blacklist(room)).toBe(`198.51.100.7 # ours\n${ips[0]}\n${ips[2]}\n`);
    expect((await lastActs(run)).at(-1)).toBe(`vtip: whitelisted ${ips[1]} whitelist line 2: ${ips[1]}`);
    expect(await verifyAudit(run.tools.records)).toMatchObject({ whole: true });
    const acts = await lastActs(run);
    await releaseWhitelisted(run.tools);
    expect(await lastActs(run)).toEqual(acts);
  });

  test("may be an owner or an AS number, as VirusTotal knew them when it was blocked", async () => {
    const { room, run, ips } = await withBlocks(2);
    write(room, "whitelist.txt", "AS64500\n");

    await releaseWhitelisted(run.tools);
    expect(await untoldReleases(run.tools)).toMatchObject([{ ips }]);
    expect(blacklist(room)).toBe("");
  });

  test("is left where it is more than half of a long list: such an entry is a slip", async () => {
    const { room, run } = await withBlocks(12);
    const before = blacklist(room);
    write(room, "whitelist.txt", "45.0.0.0/8\n");

    await releaseWhitelisted(run.tools);
    expect(blacklist(room)).toBe(before);
  });

  test("is taken off where it was imported, too: nobody of a chat is told", async () => {
    const { room, run } = await withBlocks(1);
    const input = { kind: "text", name: "old.txt", text: "45.20.0.1\n45.20.0.2\n" } as const;
    const request = { reason: null, isDryRun: false, isSure: true };
    await importBlockList(run.tools, input, request, { user: BOB, groupsOf: async () => [] });
    write(room, "whitelist.txt", "45.20.0.1\n");

    await releaseWhitelisted(run.tools);

    expect(blacklist(room)).toBe("45.10.0.1\n45.20.0.2\n");
    expect(await untoldReleases(run.tools)).toEqual([]);
  });

  test("is told by the next run where this one died before it could", async () => {
    const { room, run, ips } = await withBlocks(3);
    write(room, "whitelist.txt", `${ips[0]}\n`);
    await releaseWhitelisted(run.tools);
    await run.close();
    const next = await room.open({ APPROVERS: BOB.id });
    const ending = new AbortController();
    const clock = createMovedClock(Date.now());
    const following = followLists({ ...next.tools, clock, signal: ending.signal });
    await clock.advance(1000);
    const said = () => room.messages.filter(({ reply }) => textOf(reply).includes("Taken off the blacklist"));
    await vi.waitFor(() => expect(said()).toHaveLength(1), { timeout: 10_000 });
    ending.abort();
    await following;
    expect(await untoldReleases(next.tools)).toEqual([]);
  });

  test("is seen by who follows the lists, and told in the thread, once", async () => {
    const { room, run, ips } = await withBlocks(3);
    const clock = createMovedClock();
    const ending = new AbortController();
    const following = followLists({ ...run.tools, clock, signal: ending.signal });

    write(room, "whitelist.txt", `${ips[0]}\n`);
    await clock.advance(500);
    await clock.advance(500);

    const said = () => room.messages.filter(({ reply }) => textOf(reply).includes("Taken off the blacklist"));
    await vi.waitFor(() => expect(said()).toHaveLength(1), { timeout: 10_000 });
    ending.abort();
    await following;
    const [told] = said();
    expect(told && textOf(told.reply)).toContain(
      `the whitelist covers it now (whitelist line 1: ${ips[0]}): ${ips[0]}. @room:bob`,
    );
    expect(told?.under).toBe(room.live()?.ref);
  });
});
