import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test, vi } from "vitest";

import { followLists } from "../../src/commands/chat-lists.ts";
import { takeOverEdits } from "../../src/lists/hand-edits.ts";
import { auditOf, readAudit, verifyAudit } from "../../src/records/audit-trail.ts";
import { BOB, openRoom, type OpenRoom, type Room } from "../chat/room.ts";
import { addresses, allAs, flagged } from "../cli/program.ts";
import { createMovedClock } from "../moved-clock.ts";

function file(room: Room): string {
  return join(room.folder, "blacklist.txt");
}

async function openBlocks({ tools }: OpenRoom) {
  return tools.records
    .selectFrom("block")
    .select(["ip", "by", "proposal_id"])
    .where("ended_at", "is", null)
    .orderBy("id")
    .execute();
}

async function acts({ tools }: OpenRoom): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { action, who, subject } of readAudit(tools.records))
    lines.push(`${who}: ${action} ${subject}`);
  return lines;
}

/** A room in which BOB has blocked two addresses. */
async function withBlocks() {
  const ips = addresses(2);
  const room = await openRoom({ objects: allAs(ips, flagged(9)) });
  const run = await room.open({ APPROVERS: BOB.id });
  await run.command(ips.join(" "));
  const card = room.messages.find(({ reply }) => reply.kind === "proposal");
  const id = card?.reply.kind === "proposal" ? card.reply.proposalId : "";
  await run.click(`block:${id}`, BOB);
  return { room, run, ips, id };
}

describe("what people change in blacklist.txt by hand", () => {
  test("is in the records afterwards, and the file is as they wrote it", async () => {
    const { room, run, ips } = await withBlocks();
    const text = `# ours\r\n${ips[1]}\r\n198.51.100.7 # seen in the mail log\r\n2001:DB8:0:0::7`;
    writeFileSync(file(room), text);

    const edits = await takeOverEdits(run.tools);

    expect(edits).toEqual({ added: ["198.51.100.7", "2001:db8::7"], removed: [ips[0]] });
    expect(readFileSync(file(room), "utf8")).toBe(text);
    expect((await openBlocks(run)).map(({ ip, by }) => `${ip} ${by}`)).toEqual([
      `${ips[1]} ${BOB.id}`,
      "198.51.100.7 by hand",
      "2001:db8::7 by hand",
    ]);
    expect((await acts(run)).slice(-3)).toEqual([
      "by hand: block 198.51.100.7",
      "by hand: block 2001:db8::7",
      `by hand: unblock ${ips[0]}`,
    ]);
    expect(await verifyAudit(run.tools.records)).toMatchObject({ whole: true });
    expect(await takeOverEdits(run.tools)).toEqual({ added: [], removed: [] });
  });

  test("is nothing of what was approved", async () => {
    const { run } = await withBlocks();

    expect(await takeOverEdits(run.tools)).toEqual({ added: [], removed: [] });
  });

  test("is theirs: a line that was taken out and put back is not taken out by Undo", async () => {
    const { room, run, ips, id } = await withBlocks();
    writeFileSync(file(room), `${ips[1]}\n`);
    await takeOverEdits(run.tools);
    writeFileSync(file(room), `${ips[0]}\n${ips[1]}\n`);
    await takeOverEdits(run.tools);

    await run.click(`undo:${id}`, BOB);

    expect(readFileSync(file(room), "utf8")).toBe(`${ips[0]}\n`);
    expect(await openBlocks(run)).toMatchObject([{ ip: ips[0], by: "by hand" }]);
  });

  test("is none where the file is gone: nothing ends", async () => {
    const { room, run } = await withBlocks();
    rmSync(file(room));

    expect(await takeOverEdits(run.tools)).toEqual({ added: [], removed: [] });
    expect(await openBlocks(run)).toHaveLength(2);
    expect(existsSync(file(room))).toBe(false);
  });

  test("may be a long list", async () => {
    const room = await openRoom();
    const run = await room.open();
    const ips = addresses(1200, 20);
    writeFileSync(file(room), ips.join("\n"));

    await takeOverEdits(run.tools);

    expect(await openBlocks(run)).toHaveLength(1200);
    expect(await auditOf(run.tools.records, ips[1199] ?? "")).toHaveLength(1);
    expect(await verifyAudit(run.tools.records)).toMatchObject({ whole: true, entries: 1200 });
  });

  test("is seen by who follows the list once it stands still, and not while it is being written", async () => {
    const { room, run, ips } = await withBlocks();
    const clock = createMovedClock();
    const ending = new AbortController();
    const following = followLists({ ...run.tools, clock, signal: ending.signal });

    writeFileSync(file(room), "");
    await clock.advance(500);
    writeFileSync(file(room), `${ips.join("\n")}\n198.51.100.7\n`);
    await clock.advance(500);
    expect(await openBlocks(run)).toHaveLength(2);
    await clock.advance(500);

    await vi.waitFor(async () => expect(await openBlocks(run)).toHaveLength(3), { timeout: 10_000 });
    ending.abort();
    await following;
    expect((await openBlocks(run)).map(({ by }) => by)).toEqual([BOB.id, BOB.id, "by hand"]);
  });
});
