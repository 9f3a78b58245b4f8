import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { scanInChat } from "../../src/commands/chat-scan.ts";
import { addresses, allAs, flagged } from "../cli/program.ts";
import { ALICE, BOB, openRoom, orphan, textOf, type Room } from "./room.ts";

const HOUR_MS = 3_600_000;

function whispered(room: Room): string {
  return room.whispers.map((whisper) => textOf(whisper)).join("\n");
}

describe("nothing vanishes without a word", () => {
  test("a file that a plan could not read is named beside the sums", async () => {
    const room = await openRoom();
    const run = await room.open();
    room.files.set("f1", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]));

    await run.command("plan 45.10.0.1", { files: [{ name: "photo.jpg", size: 6, ref: "f1" }] });

    expect(textOf(room.messages[0]?.reply ?? { kind: "help" })).toMatch(/photo\.jpg is .*image/);
  });

  test.each([["help"], ["quota"], ["scans"], ["why 45.10.0.1"]])(
    "a file beside the word of a request (%s) that takes none is told not to be read",
    async (words) => {
      const room = await openRoom();
      const run = await room.open();
      room.files.set("f1", Buffer.from("45.10.0.2\n"));

      await run.message("mention", words, [{ name: "list.txt", size: 10, ref: "f1" }]);

      expect(whispered(room)).toContain("list.txt was not read");
    },
  );

  test("Choose… with nothing left to choose says so", async () => {
    const ips = addresses(2);
    const room = await openRoom({ objects: allAs(ips, flagged(9)) });
    const run = await room.open();
    await run.command(ips.join(" "));
    const id = room.messages.find(({ reply }) => reply.kind === "proposal")?.mark ?? "";
    writeFileSync(join(room.folder, "blacklist.txt"), `${ips.join("\n")}\n`);

    await run.click(`choose:${id}`, BOB);

    expect(whispered(room)).toContain("Nothing is left to block");
  });

  test("a report that a broken whitelist holds up: who asked is told why", async () => {
    const room = await openRoom({ objects: { "45.10.0.1": flagged(9) } });
    const run = await room.open();
    const whitelist = join(room.folder, "whitelist.txt");
    mkdirSync(whitelist);

    const scanning = run.command("45.10.0.1");
    await room.until(() => whispered(room).includes("whitelist.txt"), "the reason");
    expect(room.whispers).toHaveLength(1);
    rmSync(whitelist, { recursive: true });
    await run.close();
    await scanning;
  });
});

describe("keys that rest for a while", () => {
  test("are waited for: a look-up is not put off until tomorrow, and no plan says so", async () => {
    const room = await openRoom({ objects: { "45.10.0.1": flagged(0), "45.10.0.2": flagged(0) } });
    const limits = { VT_KEY1_PER_DAY: "500", VT_KEY1_PER_MONTH: "15500" };
    const first = await room.open(limits);
    await first.command("45.10.0.1");
    const { key } = await first.tools.records.selectFrom("key_usage").select("key").executeTakeFirstOrThrow();
    const park = { refused: 0, reason: "VirusTotal asks for a pause", parked_at: Date.now() };
    await first.tools.records
      .insertInto("key_park")
      .values({ key, until: Date.now() + 4000, ...park })
      .execute();
    await first.close();
    const run = await room.open(limits);

    await run.command("plan 45.10.0.2");
    expect(textOf(room.messages.at(-1)?.reply ?? { kind: "help" })).not.toContain("are left");
    await run.command("45.10.0.2");

    const live = room.messages.findLast(({ mark }) => mark.endsWith("/live"));
    expect(live?.earlier.map(({ kind }) => kind)).not.toContain("plan");
    expect(live?.reply).toMatchObject({ kind: "report", summary: { clean: 1 } });
  });
});

describe("what was asked long before a restart", () => {
  test.each([
    [{ kind: "command", text: "unblock 45.10.0.1 ours", files: [] } as const],
    [{ kind: "action", action: "dismiss:P-0000", values: {} } as const],
  ])("and changes something (%j) is not done any more, and told", async (asked) => {
    const room = await openRoom();
    const run = await room.open();
    writeFileSync(join(room.folder, "blacklist.txt"), "45.10.0.1\n");
    await run.bot.accept({ ...asked, delivery: "old", conversation: "room:1", user: BOB });
    await run.tools.records
      .updateTable("request")
      .set({ received_at: Date.now() - HOUR_MS })
      .execute();
    await run.close();
    await orphan(room);

    const next = await room.open();
    await next.settled();

    expect(next.tools.listings.blocked()).toEqual(["45.10.0.1"]);
    expect(whispered(room)).toContain("before a restart");
    await next.close();
    const last = await room.open();
    await last.settled();
    expect(room.whispers).toHaveLength(1);
  });

  test("and was done, though a crash cut its answer off, is answered as done", async () => {
    const room = await openRoom();
    const run = await room.open();
    writeFileSync(join(room.folder, "blacklist.txt"), "45.10.0.1\n");
    const asked = { kind: "command", text: "unblock 45.10.0.1 ours", files: [] } as const;
    await run.bot.accept({ ...asked, delivery: "cut", conversation: "room:1", user: BOB });
    await run.command("unblock 45.10.0.1 ours", { user: BOB });
    room.messages.length = 0;
    await run.close();
    await orphan(room);

    const next = await room.open();
    await next.settled();

    expect(room.whispers).toEqual([]);
    expect(room.messages.map(({ reply }) => reply.kind)).toEqual(["unblocked"]);
  });

  test("and only tells something is answered", async () => {
    const room = await openRoom();
    const run = await room.open();
    await run.bot.accept({
      kind: "command",
      text: "quota",
      files: [],
      delivery: "old",
      conversation: "room:1",
      user: ALICE,
    });
    await run.tools.records
      .updateTable("request")
      .set({ received_at: Date.now() - HOUR_MS })
      .execute();
    await run.close();
    await orphan(room);

    const next = await room.open();
    await next.settled();

    expect(room.whispers).toMatchObject([{ kind: "quota" }]);
  });
});

describe("a question that nobody was asked", () => {
  test("is none: where all is listed already nothing is kept that could expire", async () => {
    const ips = addresses(2);
    const room = await openRoom({ objects: allAs(ips, flagged(9)) });
    writeFileSync(join(room.folder, "blacklist.txt"), `${ips.join("\n")}\n`);
    const run = await room.open();

    await run.command(ips.join(" "));

    expect(room.messages.map(({ reply }) => reply.kind)).toEqual(["report", "rows", "file"]);
    expect(await run.tools.records.selectFrom("proposal").selectAll().execute()).toEqual([]);
  });
});

describe("what is open", () => {
  test("is no skipped input on the list of scans", async () => {
    const room = await openRoom();
    const run = await room.open();
    await run.command(addresses(120).join(" "));

    await run.command("scans");

    const list = textOf(room.messages.at(-1)?.reply ?? { kind: "help" });
    expect(list).toContain("planned, 120 open");
    expect(list).not.toContain("skipped");
  });

  test("and not read to its end when the program ends is left to the next run whole", async () => {
    const room = await openRoom();
    const run = await room.open();
    const incoming = {
      kind: "message",
      addressed: "mention",
      delivery: "half",
      conversation: "room:1",
      user: ALICE,
      text: "45.10.0.1",
      files: [{ name: "list.txt", size: 10, ref: "f1" }],
    } as const;
    const conversation = run.tools.conversation("room:1");
    if (conversation === null) throw new Error("no conversation");

    await scanInChat({ ...run.tools, signal: AbortSignal.abort() }, conversation, incoming);
    expect(await run.tools.records.selectFrom("scan").selectAll().execute()).toEqual([]);
    room.files.set("f1", Buffer.from("45.10.0.2\n"));
    await scanInChat(run.tools, conversation, incoming);
    await run.settled();

    expect(textOf(room.live()?.reply ?? { kind: "help" })).toContain("2 inputs");
  });
});
