import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { MODES, shareStage } from "./stage.ts";

describe.each(MODES)("where the answer goes (%s)", (mode) => {
  const channels = [{ name: "triage" }, { name: "outside", isClosed: true }];
  const open = shareStage({ mode, channels, objects: allAs(addresses(20), flagged(9)) });

  test("of a command: a message in the channel that names who asked, and a thread under it", async () => {
    const stage = open();
    const { messages, whispers } = stage.since();

    await stage.chat.command("alice", "triage", "45.10.0.1");
    const head = await stage.says("triage", "1 unsafe", "45.10.0.1");
    await stage.done(head, "proposal");

    expect(messages("triage")).toHaveLength(1);
    expect(head.names).toContain("alice");
    expect(stage.chat.under(head)).toHaveLength(3);
    expect(whispers("alice")).toEqual([]);
  });

  test("of a mention: all of it in the thread under it, the live message too", async () => {
    const stage = open();
    const { messages } = stage.since();

    const { message } = await stage.chat.mention("alice", "triage", "45.10.0.2");
    const live = await stage.saysIn(message, "1 unsafe", "45.10.0.2");
    await stage.done(message, "proposal");

    expect(messages("triage")).toHaveLength(1);
    expect(live.names).toContain("alice");
    expect(stage.chat.under(message)).toHaveLength(4);
  });

  test("of a mention in a thread: in that thread, private notes too", async () => {
    const stage = open();
    const { messages, whispers } = stage.since();
    const { message: head } = await stage.chat.message("bob", "triage", "strange traffic");

    await stage.chat.mention("alice", "triage", "45.10.0.3", { thread: head });
    await stage.saysIn(head, "1 unsafe", "45.10.0.3");
    await stage.done(head, "proposal");
    await stage.chat.mention("alice", "triage", "why 45.10.0.3", { thread: head });
    await stage.saysIn(head, "not blocked", "Seen in 1 scan");
    await stage.chat.mention("alice", "triage", "help", { thread: head });
    const [note] = await stage.chat.until(() => whispers("alice").length > 0 && whispers("alice"), "help");

    expect(note?.under).toBe(head.id);
    expect(messages("triage")).toHaveLength(1);
    expect(whispers("bob")).toEqual([]);
  });

  test("of a direct message: right there, threaded under it; a note for one alone is a plain reply", async () => {
    const stage = open();
    const { messages, whispers } = stage.since();
    const dm = stage.chat.dm("alice");

    const { message } = await stage.chat.direct("alice", "45.10.0.4");
    await stage.saysIn(message, "1 unsafe", "45.10.0.4");
    await stage.done(message, "proposal");
    const { message: asked } = await stage.chat.direct("alice", "quota");
    await stage.saysIn(asked, "VT_APIKEY1");

    expect(messages(dm)).toHaveLength(2);
    expect(messages("triage")).toEqual([]);
    expect(whispers("alice")).toEqual([]);
  });

  test("of a command in direct messages with the bot: right there", async () => {
    const stage = open();
    const dm = stage.chat.dm("carol");

    await stage.chat.command("carol", dm, "45.10.0.5");
    const head = await stage.says(dm, "1 unsafe", "45.10.0.5");
    await stage.done(head, "proposal");
    await stage.chat.command("carol", dm, "banana");
    await stage.whispers("carol", "vtip checks suspicious indicators");

    expect(stage.chat.messages(dm)).toHaveLength(1);
  });

  test("of a command where the bot is no member: a note that says how to invite it, and no request is spent", async () => {
    const stage = open();
    const { asked, whispers } = stage.since();

    for (const text of [
      "45.11.0.1",
      addresses(30, 12).join(" "),
      addresses(120, 13).join(" "),
      "why 45.11.0.1",
    ]) {
      await stage.chat.command("dave", "outside", text);
    }
    await stage.chat.until(() => whispers("dave").length === 4, "four notes");

    expect(whispers("dave").map(({ text }) => text)).toEqual(
      Array(4).fill(expect.stringContaining(stage.chat.words.invite)),
    );
    expect(asked()).toEqual([]);
    const states = await stage.inRecords((records) =>
      records
        .selectFrom("scan")
        .select("state")
        .where("conversation", "like", `${stage.chat.conversationsIn("outside")}%`)
        .execute(),
    );
    expect(states.map(({ state }) => state)).toEqual(["cancelled", "cancelled", "cancelled"]);
    stage.chat.letIn("outside");
    await stage.chat.command("dave", "outside", "45.11.0.1");
    await stage.says("outside", "1 input:", "45.11.0.1");
  });

  test("private notes are seen by the one who asked and by nobody else", async () => {
    const stage = open();
    const { messages, whispers } = stage.since();

    await stage.chat.command("alice", "triage", "quota");
    await stage.chat.mention("alice", "triage", "help");
    await stage.chat.command("alice", "triage", "unblock 45.10.0.1");
    await stage.chat.until(() => whispers("alice").length === 3, "three notes");

    for (const other of ["bob", "carol", "dave"]) expect(whispers(other)).toEqual([]);
    expect(messages("triage")).toHaveLength(1);
    expect(messages("triage").flatMap(stage.chat.under)).toEqual([]);
  });
});
