import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { buttonsOf, textOf, type SeenMessage } from "../standins/slack/slack.ts";
import { MODES, openStage, shareStage } from "./stage.ts";

describe.each(MODES)("where the answer goes (%s)", (mode) => {
  const channels = [{ name: "triage" }, { name: "outside", botIsMember: false }];
  const open = shareStage({ mode, slack: { channels }, objects: allAs(addresses(20), flagged(9)) });

  function isBy(message: SeenMessage, person: string): boolean {
    return JSON.stringify(message.blocks).includes(`<@${open().slack.user(person)}>`);
  }

  test("of a command: a message in the channel that names who asked, and a thread under it", async () => {
    const stage = open();
    const { messages, whispers } = stage.since();

    await stage.slack.slash("alice", "triage", "45.10.0.1");
    const head = await stage.says("triage", "1 unsafe", "45.10.0.1");
    await stage.done(head, "proposal");

    expect(messages("triage")).toHaveLength(1);
    expect(isBy(head, "alice")).toBe(true);
    expect(stage.slack.thread("triage", head.ts)).toHaveLength(4);
    expect(whispers("alice")).toEqual([]);
  });

  test("of a mention: all of it in the thread under it, the live message too", async () => {
    const stage = open();
    const { messages } = stage.since();

    const { message } = await stage.slack.mention("alice", "triage", "45.10.0.2");
    const live = await stage.saysIn(message, "1 unsafe", "45.10.0.2");
    await stage.done(message, "proposal");

    expect(messages("triage")).toHaveLength(1);
    expect(isBy(live, "alice")).toBe(true);
    expect(stage.slack.thread("triage", message.ts)).toHaveLength(5);
  });

  test("of a mention in a thread: in that thread, private notes too", async () => {
    const stage = open();
    const { messages, whispers } = stage.since();
    const { message: head } = await stage.slack.message("bob", "triage", "strange traffic");

    await stage.slack.mention("alice", "triage", "45.10.0.3", { thread: head });
    await stage.saysIn(head, "1 unsafe", "45.10.0.3");
    await stage.done(head, "proposal");
    await stage.slack.mention("alice", "triage", "why 45.10.0.3", { thread: head });
    await stage.saysIn(head, "not blocked", "Seen in 1 scan");
    await stage.slack.mention("alice", "triage", "help", { thread: head });
    const [note] = await stage.slack.until(() => whispers("alice").length > 0 && whispers("alice"), "help");

    expect(note?.threadTs).toBe(head.ts);
    expect(messages("triage")).toHaveLength(1);
    expect(whispers("bob")).toEqual([]);
  });

  test("of a direct message: right there, threaded under it; a note for one alone is a plain reply", async () => {
    const stage = open();
    const { messages, whispers } = stage.since();
    const dm = stage.slack.dm("alice");

    const { message } = await stage.slack.direct("alice", "45.10.0.4");
    await stage.saysIn(message, "1 unsafe", "45.10.0.4");
    await stage.done(message, "proposal");
    const { message: asked } = await stage.slack.direct("alice", "quota");
    await stage.saysIn(asked, "VT_APIKEY1");

    expect(messages(dm)).toHaveLength(2);
    expect(messages("triage")).toEqual([]);
    expect(whispers("alice")).toEqual([]);
  });

  test("of a command in direct messages with the bot: right there", async () => {
    const stage = open();
    const dm = stage.slack.dm("carol");

    await stage.slack.slash("carol", dm, "45.10.0.5");
    const head = await stage.says(dm, "1 unsafe", "45.10.0.5");
    await stage.done(head, "proposal");
    await stage.slack.slash("carol", dm, "banana");
    await stage.whispers("carol", "plan <anything>");

    expect(stage.slack.messages(dm)).toHaveLength(1);
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
      await stage.slack.slash("dave", "outside", text);
    }
    await stage.slack.until(() => whispers("dave").length === 4, "four notes");

    expect(whispers("dave").map(textOf)).toEqual(Array(4).fill(expect.stringContaining("/invite @vtip")));
    expect(asked()).toEqual([]);
    const states = await stage.inRecords((records) =>
      records
        .selectFrom("scan")
        .select("state")
        .where("conversation", "like", `slack:${stage.slack.channel("outside")}:%`)
        .execute(),
    );
    expect(states.map(({ state }) => state)).toEqual(["cancelled", "cancelled", "cancelled"]);
    stage.slack.invite("outside");
    await stage.slack.slash("dave", "outside", "45.11.0.1");
    await stage.says("outside", "1 input:", "45.11.0.1");
  });

  test("private notes are seen by the one who asked and by nobody else", async () => {
    const stage = open();
    const { messages, whispers } = stage.since();

    await stage.slack.slash("alice", "triage", "quota");
    await stage.slack.mention("alice", "triage", "help");
    await stage.slack.slash("alice", "triage", "unblock 45.10.0.1");
    await stage.slack.until(() => whispers("alice").length === 3, "three notes");

    for (const other of ["bob", "carol", "dave"]) expect(whispers(other)).toEqual([]);
    expect(messages("triage")).toHaveLength(1);
    expect(messages("triage").flatMap(({ ts }) => stage.slack.thread("triage", ts))).toHaveLength(1);
  });
});

describe.each(MODES)("App Home (%s)", (mode) => {
  test("shows quota, running scans with links, and the newest blocks", async () => {
    const ips = addresses(3);
    const keys = { "key-of-the-test": { perMinute: 2 } };
    const stage = await openStage({ mode, keys, objects: { "45.10.9.9": flagged(9) } });
    await stage.start({ VT_KEY1_PER_MINUTE: "2", VT_KEY1_PER_DAY: "500", VT_WINDOW_SECONDS: "60" });
    await stage.slack.slash("alice", "triage", ips.join(" "));
    const live = await stage.says("triage", "unsafe so far");
    await stage.slack.slash("alice", "triage", "45.10.9.9");
    const card = await stage.saysIn(await stage.says("triage", "1 unsafe"), "Block 1 address?");
    await stage.slack.click("bob", card, "Block 1");
    await stage.saysIn(await stage.says("triage", "1 unsafe"), "1 address blocked");

    await stage.slack.openHome("carol");
    const home = await stage.slack.until(() => stage.slack.home("carol"), "the page");

    const text = textOf(home.view);
    expect(text).toMatch(/VT_APIKEY1[^]*day: \d of 500 used/);
    expect(text).toMatch(/Running scans[^]*S-\w{4} · running, \d open/);
    expect(text).toMatch(/Newest blocks[^]*45\.10\.9\.9/);
    expect(JSON.stringify(home.view.blocks)).toMatch(new RegExp(`<https?:[^|]*${live.ts.replace(".", "")}`));
    expect(buttonsOf(home.view)).toEqual([]);
  });
});
