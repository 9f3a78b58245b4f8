import { gunzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { toCard } from "../../src/card.ts";
import type { Conversation } from "../../src/chat.ts";
import { addresses, allAs, flagged } from "../cli/program.ts";
import { ALICE, BOB, KEY, openRoom, orphan, textOf, type Room } from "./room.ts";

const CAROL = { id: "room:carol", name: "carol" };

function reply(room: Room, kind: string) {
  return room.messages.find((message) => message.reply.kind === kind)?.reply;
}

describe("a scan in chat", () => {
  test("one command becomes a live message, a table, a file and a question to the approvers", async () => {
    const room = await openRoom({ objects: { "45.10.0.1": flagged(7, 1), "45.10.0.2": flagged(0) } });
    const run = await room.open();

    await run.command("45.10.0.1 and 45.10.0.2 and 10.0.0.1 and 300.1.2.3");

    const [live, rows, file, proposal] = room.messages.map((message) => message.reply);
    expect(live && textOf(live)).toContain(
      "4 inputs: 1 unsafe, 1 clean, 2 not checked (1 skipped, 1 rejected)",
    );
    expect(live && textOf(live)).toContain("@room:alice");
    expect(rows && textOf(rows)).toMatch(/45\.10\.0\.1 · unsafe 8\/90/);
    expect(file).toMatchObject({ kind: "file" });
    expect(proposal && textOf(proposal)).toContain("[Block 1]");
    expect(room.messages).toHaveLength(4);
    expect(room.messages.slice(1).every((message) => message.under === room.live()?.ref)).toBe(true);
  });

  test("a report that is larger than the place takes comes as csv.gz, in parts, and says so", async () => {
    const ips = addresses(1200, 10);
    const room = await openRoom({ objects: allAs(ips, flagged(9)), mostFileBytes: 9_000 });
    const run = await room.open({ CONFIRM_OVER: "5000" });

    await run.command(ips.join(" "));
    await room.until(() => reply(room, "proposal") !== undefined, "the question");

    const names = [...room.sent.keys()];
    expect(names.length).toBeGreaterThan(1);
    expect(names[0]).toMatch(/^vtip-S-\w{4}-1\.csv\.gz$/);
    const said = room.messages.flatMap((message) =>
      message.reply.kind === "file" ? [message.reply.text] : [],
    );
    expect(said[0]).toContain(
      `part 1 of ${names.length}, as csv.gz: the xlsx is larger than this place takes`,
    );
    const rows = [...room.sent.values()].flatMap((bytes) => {
      expect(bytes.length).toBeLessThanOrEqual(9_000);
      return gunzipSync(bytes).toString().split("\r\n").slice(1, -1);
    });
    expect(rows).toHaveLength(ips.length);
    expect(new Set(rows.map((row) => row.split(",")[1]))).toEqual(new Set(ips));
  });

  test("what is cached is answered with one message and no state before it", async () => {
    const room = await openRoom({ objects: { "45.10.0.1": flagged(0) } });
    const run = await room.open();
    await run.command("45.10.0.1");
    const asked = room.standin.requests.length;

    await run.command("45.10.0.1");

    const again = room.messages.filter(({ mark }) => mark.endsWith("/live")).at(-1);
    expect(again?.earlier).toEqual([]);
    expect(again?.reply).toMatchObject({ kind: "report" });
    expect(room.standin.requests).toHaveLength(asked);
  });

  test("a delivery that comes twice is answered once, after a restart too", async () => {
    const room = await openRoom();
    const run = await room.open();
    await run.command("45.10.0.1", { delivery: "same" });
    const said = room.messages.length;

    await run.command("45.10.0.1", { delivery: "same" });
    await run.close();
    const next = await room.open();
    await next.command("45.10.0.1", { delivery: "same" });

    expect(room.messages).toHaveLength(said);
    expect(room.whispers).toEqual([]);
  });

  test("text and files are scanned together, and a file that is none is told", async () => {
    const room = await openRoom();
    const run = await room.open();
    room.files.set("f1", Buffer.from("45.10.0.2\n45.10.0.1\n"));
    room.files.set("f2", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]));

    await run.message("mention", "45.10.0.1", [
      { name: "list.txt", size: 20, ref: "f1" },
      { name: "photo.jpg", size: 6, ref: "f2" },
    ]);

    const text = textOf(room.live()?.reply ?? { kind: "help" });
    expect(text).toContain("2 inputs");
    expect(text).toMatch(/photo\.jpg is .*image/);
  });

  test("a file over the limit is refused before it is fetched", async () => {
    const room = await openRoom();
    const run = await room.open();

    await run.message("direct", "", [{ name: "big.csv", size: 11 * 1024 * 1024, ref: "none" }]);

    expect(room.whispers).toMatchObject([{ kind: "notice", text: expect.stringContaining("10 MiB") }]);
    expect(room.messages).toEqual([]);
  });

  test.each([
    ["command", "banana", "help"],
    ["command", "", "help"],
    ["mention", "hello there", "help"],
    ["direct", "thanks!", "help"],
    ["shortcut", "lunch?", "notice"],
  ] as const)("a %s of %j without indicators gets %s, privately", async (way, text, kind) => {
    const room = await openRoom();
    const run = await room.open();

    await (way === "command" ? run.command(text) : run.message(way, text));

    expect(room.whispers.map((whisper) => whisper.kind)).toEqual([kind]);
    expect(room.messages).toEqual([]);
  });

  test("a watched message without indicators gets silence; a request's word in it is no request", async () => {
    const room = await openRoom();
    const run = await room.open();

    await run.message("watched", "help, lunch is late");

    expect(room.whispers).toEqual([]);
    expect(room.messages).toEqual([]);
  });

  test("the table pages within the platform's size, never loses a row, and says what is in the file only", async () => {
    const ips = addresses(25);
    const room = await openRoom({ objects: allAs(ips, flagged(9)) });
    const run = await room.open();

    await run.command(ips.join(" "));

    const pages = room.messages
      .filter(({ reply }) => reply.kind === "rows")
      .map(({ reply }) => textOf(reply));
    expect(pages).toHaveLength(3);
    for (const ip of ips) expect(pages.join("\n")).toContain(`${ip} · unsafe`);
  });

  test("a place where the bot may not post costs nothing and is told privately", async () => {
    const room = await openRoom({ latencyMs: 50 });
    const run = await room.open();
    room.faults.push(() => ({ kind: "refused", reason: "Invite me with /invite." }));

    await run.command(addresses(40).join(" "));

    expect(room.whispers).toMatchObject([{ kind: "notice", text: "Invite me with /invite." }]);
    expect(room.messages).toEqual([]);
    expect(room.standin.requests).toEqual([]);
  });

  test("an answer that got lost on the way back is looked for, and nothing is posted twice", async () => {
    const room = await openRoom({ objects: { "45.10.0.1": flagged(0) } });
    const run = await room.open();
    for (let at = 0; at < 4; at += 1) room.faults.push(() => ({ kind: "sent", message: "" }));

    await run.command("45.10.0.1");

    const marks = room.messages.map(({ mark }) => mark);
    expect(new Set(marks).size).toBe(marks.length);
    expect(room.live()?.reply.kind).toBe("report");
    expect(marks).toHaveLength(3);
  });
});

async function planned() {
  const ips = addresses(120);
  const room = await openRoom({ objects: allAs(ips, flagged(0)) });
  const run = await room.open();
  await run.command(ips.join(" "));
  const card = toCard(room.live()?.reply ?? { kind: "help" });
  const buttons = card.blocks.flatMap((block) => (block.kind === "buttons" ? block.buttons : []));
  const action = (label: string) => buttons.find((button) => button.label === label)?.action ?? "";
  return { room, run, action, buttons };
}

describe("a large scan", () => {
  test("asks first, says what it takes, and asks VirusTotal for nothing", async () => {
    const { room, buttons } = await planned();

    expect(buttons.map((button) => button.label)).toEqual(["Start", "Cached only", "Cancel"]);
    expect(textOf(room.live()?.reply ?? { kind: "help" })).toContain("120 requests");
    expect(room.standin.requests).toEqual([]);
  });

  test("counts what is cached on its card", async () => {
    const ips = addresses(150);
    const room = await openRoom({ objects: allAs(ips, flagged(0)) });
    const run = await room.open();
    await run.command(ips.slice(0, 40).join(" "));

    await run.command(ips.join(" "));

    const card = room.messages.filter(({ mark }) => mark.endsWith("/live")).at(-1)?.reply ?? { kind: "help" };
    expect(textOf(card)).toContain("150 indicators: 110 to look up, 40 cached");
  });

  test("is started by who asked, and by an approver; nobody else", async () => {
    const { room, run, action } = await planned();

    await run.click(action("Start"), CAROL);
    expect(room.standin.requests).toEqual([]);
    expect(room.whispers).toMatchObject([{ text: expect.stringContaining("Only who asked") }]);

    await run.click(action("Start"), ALICE);
    expect(room.live()?.reply).toMatchObject({ kind: "report", summary: { clean: 120 } });
  });

  test("is started once by two clicks", async () => {
    const { room, run, action } = await planned();

    await Promise.all([run.click(action("Start"), ALICE), run.click(action("Start"), BOB)]);

    expect(room.standin.requests).toHaveLength(120);
    expect(room.whispers).toMatchObject([{ text: expect.stringContaining("was started before") }]);
  });

  test("with cached only spends no request and says what was not checked", async () => {
    const { room, run, action } = await planned();

    await run.click(action("Cached only"), ALICE);

    expect(room.standin.requests).toEqual([]);
    expect(textOf(room.live()?.reply ?? { kind: "help" })).toContain("120 not checked (120 skipped)");
  });

  test("can be cancelled before it began", async () => {
    const { room, run, action } = await planned();

    await run.click(action("Cancel"), ALICE);

    expect(room.standin.requests).toEqual([]);
    expect(textOf(room.live()?.reply ?? { kind: "help" })).toContain("cancelled · 120 not checked");
    expect(room.messages).toHaveLength(1);
  });

  test("that is cancelled while it runs keeps and reports what is known", async () => {
    const ips = addresses(30);
    const room = await openRoom({
      objects: allAs(ips, flagged(9)),
      latencyMs: 20,
      keys: { [KEY]: { perMinute: 2 } },
    });
    const run = await room.open({ VT_KEY1_PER_MINUTE: "2", VT_WINDOW_SECONDS: "60" });
    const scanning = run.command(ips.join(" "));
    await room.until(() => room.live()?.reply.kind === "progress", "the live message");
    const scanId = room.live()?.mark.split("/")[0] ?? "";

    await run.click(`cancel:${scanId}`, ALICE);
    await scanning;

    const summary = room.live()?.reply;
    expect(summary).toMatchObject({ kind: "report", state: "cancelled" });
    expect(textOf(summary ?? { kind: "help" })).toMatch(/30 inputs: \d+ unsafe, \d+ not checked/);
    expect(room.messages.some(({ reply }) => reply.kind === "file")).toBe(true);
  });

  test("goes on after a restart in the same message, and asks nothing twice", async () => {
    const ips = addresses(12);
    const room = await openRoom({
      objects: allAs(ips, flagged(9)),
      keys: { [KEY]: { perMinute: 4 } },
      windowMs: 1000,
    });
    const limits = { VT_KEY1_PER_MINUTE: "4", VT_WINDOW_SECONDS: "1", INTERACTIVE_RESERVE: "0" };
    const first = await room.open(limits);
    const scanning = first.command(ips.join(" "));
    await room.until(() => room.standin.requests.length >= 4, "the first look-ups");
    await first.close();
    await scanning;
    // Another process: the owner of the scan is dead.
    await orphan(room);

    const next = await room.open(limits);
    await next.settled();

    expect(room.live()?.reply).toMatchObject({ kind: "report", state: "done", summary: { unsafe: 12 } });
    expect(room.messages.filter(({ mark }) => mark.endsWith("/live"))).toHaveLength(1);
    expect(reply(room, "proposal")).toBeDefined();
    const asked = room.standin.requests.map(({ value }) => value);
    expect(new Set(asked).size).toBe(12);
    expect(asked.length).toBeLessThanOrEqual(16);
  });
});

test("what another process has begun meanwhile for the same delivery goes on there, and nobody is told of a fault", async () => {
  const room = await openRoom();
  room.files.set("f1", Buffer.from("45.10.0.2\n"));
  const [one, other] = [await room.open(), await room.open()];
  const incoming = {
    kind: "command",
    delivery: "d1",
    conversation: "room:1",
    user: ALICE,
    text: "45.10.0.1",
    files: [{ name: "list.txt", size: 10, ref: "f1" }],
  } as const;
  const conversation = one.tools.conversation(incoming.conversation);
  if (conversation === null) throw new Error("the room is closed");
  const slow: Conversation = {
    ...conversation,
    async fetch(upload, mostBytes) {
      await other.bot.handle(incoming, conversation);
      return conversation.fetch(upload, mostBytes);
    },
  };

  await one.bot.handle(incoming, slow);
  await Promise.all([one.settled(), other.settled()]);

  expect(room.whispers).toEqual([]);
  expect(room.messages.filter(({ mark }) => mark.endsWith("/live"))).toHaveLength(1);
});
