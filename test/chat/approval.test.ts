import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { toCard } from "../../src/card.ts";
import { readAudit } from "../../src/records/audit-trail.ts";
import type { Reply } from "../../src/reply.ts";
import { addresses, allAs, flagged } from "../cli/program.ts";
import { ALICE, BOB, openRoom, textOf, type OpenRoom, type Room } from "./room.ts";

const CAROL = { id: "room:carol", name: "carol" };

async function proposed(env: Readonly<Record<string, string>> = {}, count = 3, more: readonly string[] = []) {
  const ips = [...addresses(count), ...more];
  const room = await openRoom({ objects: allAs(ips, flagged(9)) });
  const run = await room.open(env);
  await run.command(ips.join(" "));
  const card = room.messages.find(({ reply }) => reply.kind === "proposal");
  const id = card?.mark ?? "";
  return { ips, room, run, card, id };
}

function blacklist(room: Room): readonly string[] {
  const file = join(room.folder, "blacklist.txt");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
}

function said(reply: Reply | undefined): string {
  return textOf(reply ?? { kind: "help" });
}

async function acts(run: OpenRoom): Promise<readonly string[]> {
  const rows: string[] = [];
  for await (const row of readAudit(run.tools.records)) rows.push(`${row.action} ${row.who}`);
  return rows;
}

describe("the approval card", () => {
  test("blocked by an approver: the list has the addresses, the card says who and offers Undo alone", async () => {
    const { ips, room, run, card, id } = await proposed();

    await run.click(`block:${id}`, BOB);

    expect(blacklist(room)).toEqual(ips);
    expect(said(card?.reply)).toContain("3 addresses blocked");
    expect(said(card?.reply)).toContain("@room:bob");
    expect(said(card?.reply)).toContain("[Undo]");
    expect(said(card?.reply)).not.toContain("[Block");
    expect(room.whispers).toEqual([]);
  });

  test("pressed by anybody else: a private refusal that names who can, and the attempt is in the audit trail", async () => {
    const { room, run, card, id } = await proposed();

    await run.click(`block:${id}`, CAROL);
    await run.click(`dismiss:${id}`, CAROL);
    await run.click(`choose:${id}`, CAROL);

    expect(blacklist(room)).toEqual([]);
    expect(card?.reply.kind).toBe("proposal");
    expect(room.whispers.map(said).join("\n")).toContain("room:bob");
    expect(room.forms).toEqual([]);
    expect((await acts(run)).filter((act) => act.includes("refused"))).toHaveLength(3);
  });

  test("without approvers the card says so and has no buttons", async () => {
    const { card } = await proposed({ APPROVERS: "" });

    expect(said(card?.reply)).toContain("Nobody may approve");
    expect(said(card?.reply)).not.toContain("[");
  });

  test("two clicks at once add once, and the second hears who decided", async () => {
    const { ips, room, run, id } = await proposed();

    await Promise.all([run.click(`block:${id}`, BOB), run.click(`dismiss:${id}`, BOB)]);

    expect([[], ips]).toContainEqual(blacklist(room));
    expect(room.whispers).toHaveLength(1);
    expect(said(room.whispers[0])).toMatch(/decided.* before/);
  });

  test("what is blocked is worked out from the lists at the click, not from the card", async () => {
    const { ips, room, run, card, id } = await proposed();
    writeFileSync(join(room.folder, "whitelist.txt"), `# ours\n${ips[0]}\n`);
    writeFileSync(join(room.folder, "blacklist.txt"), `# by hand\r\n${ips[1]} # known`);

    await run.click(`block:${id}`, BOB);

    expect(readFileSync(join(room.folder, "blacklist.txt"), "utf8")).toBe(
      `# by hand\r\n${ips[1]} # known\r\n${ips[2]}\r\n`,
    );
    expect(said(card?.reply)).toContain(`1 protected: ${ips[0]} by ${ips[0]} (whitelist line 2)`);
    expect(said(card?.reply)).toContain(`1 already listed: ${ips[1]}`);
  });

  test("the requester's own click is refused under four eyes", async () => {
    const { room, run, id } = await proposed({ FOUR_EYES: "true", APPROVERS: `${ALICE.id},${BOB.id}` });

    await run.click(`block:${id}`, ALICE);
    expect(blacklist(room)).toEqual([]);
    expect(room.whispers).toHaveLength(1);

    await run.click(`block:${id}`, BOB);
    expect(blacklist(room)).toHaveLength(3);
  });

  test("Choose… opens a form; what is ticked is blocked, for as long and with the reason that was given", async () => {
    const { ips, room, run, card, id } = await proposed();

    await run.click(`choose:${id}`, BOB);
    expect(room.forms).toMatchObject([{ kind: "choice", proposalId: id }]);
    await run.click(`chosen:${id}`, BOB, { ips: [ips[1] ?? ""], days: ["30"], reason: ["seen by hand"] });

    expect(blacklist(room)).toEqual([ips[1]]);
    expect(said(card?.reply)).toMatch(/until \d{4}-\d\d-\d\d/);
    expect(said(card?.reply)).toContain("Reason: seen by hand");
    expect(said(card?.reply)).toContain("2 not chosen");
  });

  test("a form with nothing ticked blocks nothing, and the question stays open", async () => {
    const { room, run, card, id } = await proposed();

    await run.click(`chosen:${id}`, BOB, { days: ["0"] });

    expect(blacklist(room)).toEqual([]);
    expect(card?.reply.kind).toBe("proposal");
    expect(room.whispers).toHaveLength(1);
  });

  test.each(["block", "chosen"])("more than the most of one approval asks once more (%s)", async (verb) => {
    const { ips, room, run, id } = await proposed({ MAX_BLOCKS_PER_APPROVAL: "2" });
    const values = verb === "chosen" ? { ips, days: ["7"], reason: ["all of them"] } : {};

    await run.click(`${verb}:${id}`, BOB, values);
    const [question] = room.whispers;
    expect(question).toMatchObject({ kind: "confirmation", count: 3, most: 2 });
    expect(blacklist(room)).toEqual([]);

    await run.click(question?.kind === "confirmation" ? question.action : "", BOB);
    expect(blacklist(room)).toEqual(ips);
  });

  test("Undo takes out exactly what was added, and says who undid it", async () => {
    const { ips, room, run, card, id } = await proposed();
    writeFileSync(join(room.folder, "blacklist.txt"), `# by hand\n${ips[1]}\n`);
    await run.click(`block:${id}`, BOB);

    await run.click(`undo:${id}`, CAROL);
    expect(blacklist(room)).toHaveLength(4);
    await run.click(`undo:${id}`, BOB);

    expect(blacklist(room)).toEqual(["# by hand", ips[1]]);
    expect(said(card?.reply)).toContain("Undone by @room:bob");
    await run.click(`block:${id}`, BOB);
    expect(blacklist(room)).toEqual(["# by hand", ips[1]]);
  });

  test("where every unsafe address is left out, the thread says why, without a question", async () => {
    const room = await openRoom({ objects: allAs(["1.1.1.1", "45.10.0.1"], flagged(9)) });
    const run = await room.open({ OWN_NETWORKS: "45.10.0.0/24" });
    await run.command("1.1.1.1 45.10.0.1");

    const told = room.messages.find(({ reply }) => reply.kind === "nothing-to-block");
    expect(told?.under).toBe(room.live()?.ref);
    expect(told && textOf(told.reply)).toBe(
      "Nothing can be blocked here\n🏠 1 left out as own network: 45.10.0.1 (45.10.0.0/24)\n☁️ 1 left out as shared infrastructure: 1.1.1.1 (Public DNS resolvers: Cloudflare)",
    );
    expect(room.messages.some(({ reply }) => reply.kind === "proposal")).toBe(false);
  });

  test("an own address and shared infrastructure are left out, said so before and after, and not offered", async () => {
    const { ips, room, run, card, id } = await proposed({ OWN_NETWORKS: "45.99.0.0/16" }, 2, [
      "1.1.1.1",
      "45.99.0.7",
    ]);
    const words = [
      "1 left out as own network: 45.99.0.7 (45.99.0.0/16)",
      "1 left out as shared infrastructure: 1.1.1.1 (Public DNS resolvers: Cloudflare)",
    ];
    for (const sentence of words) expect(said(card?.reply)).toContain(sentence);
    expect(said(card?.reply)).toContain("[Block 2]");

    await run.click(`choose:${id}`, BOB);
    expect(room.forms).toMatchObject([
      { kind: "choice", content: { toBlock: [{ ip: ips[0] }, { ip: ips[1] }] } },
    ]);
    await run.click(`chosen:${id}`, BOB, { ips, days: ["0"] });

    expect(blacklist(room)).toEqual(ips.slice(0, 2));
    for (const sentence of words) expect(said(card?.reply)).toContain(sentence);
    await run.command("why 1.1.1.1");
    expect(said(room.messages.at(-1)?.reply)).toContain(
      "Never proposed: shared infrastructure (Public DNS resolvers: Cloudflare)",
    );
  });

  test("Undo of more than half of the list asks the one who pressed once more", async () => {
    const { ips, room, run, card, id } = await proposed({}, 11);
    await run.click(`block:${id}`, BOB);

    await run.click(`undo:${id}`, BOB);
    const [question] = room.whispers;
    expect(said(question)).toContain("takes 11 of the 11 addresses off the list");
    expect(said(question)).toContain("[Undo 11]");
    expect(blacklist(room)).toEqual(ips);

    await run.click(`sure-undo:${id}`, CAROL);
    expect(blacklist(room)).toEqual(ips);
    await run.click(question?.kind === "removal-confirmation" ? question.action : "", BOB);
    expect(blacklist(room)).toEqual([]);
    expect(said(card?.reply)).toContain("Undone by @room:bob");
  });

  test("dismissed: nothing is blocked and the buttons are gone", async () => {
    const { room, run, card, id } = await proposed();

    await run.click(`dismiss:${id}`, BOB);

    expect(blacklist(room)).toEqual([]);
    expect(said(card?.reply)).toContain("Dismissed by @room:bob");
    expect(said(card?.reply)).not.toContain("[");
  });
});

describe("requests about the lists", () => {
  test("why tells who proposed and blocked it, on what evidence and until when, and what happened to it", async () => {
    const { ips, room, run, id } = await proposed({ BLOCK_DAYS: "7" });
    await run.click(`block:${id}`, CAROL);
    await run.click(`block:${id}`, BOB);

    await run.command(`why ${ips[0]}`);

    const scanId = id.replace("P-", "S-");
    const reply = room.messages.at(-1)?.reply;
    const text = said(reply);
    expect(text).toContain(`${ips[0]}: blocked`);
    expect(text).toMatch(/Blocked since .{16} UTC, until .{10}, by @room:bob \(line \d\)\./);
    expect(text).toMatch(
      new RegExp(`Proposed after ${scanId}, asked for by @room:alice: 9/90 by .+ and 6 more\\.`),
    );
    expect(text).toContain("Seen in 1 scan");
    expect(text.split("\n").flatMap((line) => / · (.*)$/.exec(line)?.[1] ?? [])).toEqual([
      expect.stringMatching(new RegExp(`^unsafe 9/90 in ${scanId} \\(.+\\)$`)),
      `proposed (${id}), asked for by @room:alice`,
      expect.stringMatching(`block of ${id} by room:carol \\(carol\\) refused: Only approvers may do this`),
      expect.stringMatching(new RegExp(`^blocked by room:bob \\(bob\\), until .{10}, on 9/90 in ${scanId}$`)),
    ]);
    const links = JSON.stringify(reply === undefined ? null : toCard(reply));
    const [card] = room.messages.filter(({ mark }) => mark === id);
    expect(links).toContain(`{"link":"https://room.example/${card?.ref}","text":"${scanId}"}`);
    expect(links).toContain(`{"link":"https://room.example/${room.live()?.ref}","text":"${scanId}"}`);
  });

  test("unblock is for approvers, and the audit trail has both", async () => {
    const { ips, room, run, id } = await proposed();
    await run.click(`block:${id}`, BOB);

    await run.command(`unblock ${ips[0]} it is ours`, { user: ALICE });
    expect(blacklist(room)).toHaveLength(3);
    await run.command(`unblock ${ips[0]} it is ours`, { user: BOB });

    expect(blacklist(room)).toEqual(ips.slice(1));
    const rows = (await acts(run)).filter((act) => act.startsWith("unblock"));
    expect(rows).toEqual(["unblock refused room:alice (alice)", "unblock room:bob (bob)"]);
  });

  test("blocklist gives numbers and the file; quota and help are private", async () => {
    const { room, run, id } = await proposed();
    await run.click(`block:${id}`, BOB);
    const before = room.messages.length;

    await run.command("blocklist");
    await run.command("quota");
    await run.command("help");

    expect(room.messages.slice(before).map(({ reply }) => reply.kind)).toEqual(["block-list", "file"]);
    expect(room.whispers.map(({ kind }) => kind)).toEqual(["quota", "help"]);
  });

  test("scans lists short ids with links, and cancel takes the id", async () => {
    const { room, run } = await proposed();

    await run.command("scans");
    const list = room.messages.at(-1)?.reply;
    expect(list).toMatchObject({ kind: "scans", scans: [{ link: "https://room.example/m1" }] });
    await run.command("cancel S-0000");

    expect(said(room.whispers.at(-1))).toContain("There is no scan S-0000");
  });
});
