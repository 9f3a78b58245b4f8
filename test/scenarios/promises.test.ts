import { describe, expect, test, vi } from "vitest";

import { verifyAudit } from "../../src/records/audit-trail.ts";
import { addresses, allAs, flagged, until } from "../cli/program.ts";
import { foundBefore } from "../lists/other-verdict.ts";
import type { SeenMessage } from "./platform.ts";
import { KEY, MODES, openStage, PLATFORMS, type Stage } from "./stage.ts";

/** What stands in a thread under its head, each by its first line. */
function under({ chat }: Stage, head: SeenMessage): readonly string[] {
  return chat.under(head).map(({ text, files }) => files[0]?.name ?? text.split("\n")[0] ?? "");
}

describe.concurrent.each(MODES)("what is delivered again (%s)", (mode) => {
  test("is answered once: the same event, both names of it, commands, clicks, and after a restart too", async ({
    onTestFinished,
  }) => {
    const stage = await openStage({ mode, objects: allAs(addresses(9), flagged(9)) }, onTestFinished);
    const first = await stage.start();
    const asked = await stage.chat.command("alice", "triage", "45.10.0.1");
    const head = await stage.says("triage", "1 unsafe", "45.10.0.1");
    const mentioned = await stage.chat.mention("alice", "triage", "45.10.0.2");
    await stage.saysIn(mentioned.message, "1 unsafe", "45.10.0.2");
    await stage.done(mentioned.message, "proposal");
    const card = await stage.saysIn(head, "Block 1 address?");
    const clicked = await stage.chat.click("bob", card, "Block 1");
    await stage.saysIn(head, "1 address blocked");
    const everything = [asked, mentioned, clicked];

    const again = await Promise.all(everything.map((done) => done.again()));
    await first.stop();
    await stage.start();
    const later = await Promise.all(everything.map((done) => done.again()));
    await stage.chat.command("alice", "triage", "45.10.0.3");
    await stage.done(await stage.says("triage", "1 unsafe", "45.10.0.3"), "proposal");

    expect([...again, ...later]).toEqual(everything.concat(everything).map(() => true));
    expect(stage.asked()).toEqual(["45.10.0.1", "45.10.0.2", "45.10.0.3"]);
    expect(stage.chat.messages("triage")).toHaveLength(3);
    expect(stage.chat.under(head)).toHaveLength(3);
    expect(stage.chat.under(mentioned.message)).toHaveLength(4);
    expect(stage.chat.alone("bob")).toEqual([]);
    expect(stage.blocked()).toEqual(["45.10.0.1"]);
  });
});

describe.concurrent.each(PLATFORMS)("faults of the platform (%s)", (mode) => {
  test("429 of posts, edits and files is waited out; other messages are not held up, nothing is lost or doubled", async ({
    onTestFinished,
  }) => {
    const stage = await openStage({ mode, objects: { "45.10.0.1": flagged(9) } }, onTestFinished);
    await stage.start();
    stage.chat.fail("post", { answer: "rate limited", seconds: 1 });
    stage.chat.fail("edit", { answer: "rate limited", seconds: 1 });
    stage.chat.fail("upload", { answer: "rate limited", seconds: 1 });

    await stage.chat.command("alice", "triage", "45.10.0.1");
    await stage.chat.until(() => stage.chat.tries("post").length > 0, "the first try");
    await stage.chat.command("carol", "triage", "quota");
    await stage.whispers("carol", "VT_APIKEY1");
    const early = stage.chat.messages("triage").length;
    const head = await stage.says("triage", "1 unsafe");
    await stage.done(head, "proposal");

    expect(early).toBe(0);
    expect(stage.chat.messages("triage")).toHaveLength(1);
    expect(under(stage, head)).toEqual([
      expect.stringContaining("45.10.0.1"),
      expect.stringMatching(/xlsx$/),
      expect.stringContaining("Block 1"),
    ]);
    const [refused, taken] = stage.chat.tries("upload");
    expect((taken?.atMs ?? 0) - (refused?.atMs ?? 0)).toBeGreaterThanOrEqual(1000);
    expect(stage.chat.tries("upload")).toHaveLength(2);
  });

  test("a 5xx or a cut connection, before the effect or after it: each message and file stands there once", async ({
    onTestFinished,
  }) => {
    const stage = await openStage(
      { mode, objects: { "45.10.0.1": flagged(9), "45.10.0.2": flagged(9) } },
      onTestFinished,
    );
    await stage.start();
    stage.chat.fail(
      "post",
      { answer: "cut" },
      { answer: "cut", takesEffect: true },
      { answer: "server error" },
      { answer: "server error", status: 500, takesEffect: true },
    );
    stage.chat.fail("edit", { answer: "cut", takesEffect: true });
    stage.chat.fail("upload", { answer: "cut", takesEffect: true }, { answer: "server error" });

    await Promise.all([
      stage.chat.command("alice", "triage", "45.10.0.1"),
      stage.chat.mention("alice", "incidents", "45.10.0.2"),
    ]);
    const heads = [
      await stage.says("triage", "1 unsafe"),
      await stage.says("incidents", "45.10.0.2"),
    ] as const;
    for (const head of heads) {
      await stage.chat.until(
        () => under(stage, head).some((line) => line.includes("Block 1")),
        "the card",
        40_000,
      );
    }

    expect(under(stage, heads[0])).toHaveLength(3);
    expect(under(stage, heads[1])).toHaveLength(4);
    expect(stage.chat.messages("triage")).toHaveLength(1);
    expect(stage.asked().toSorted()).toEqual(["45.10.0.1", "45.10.0.2"]);
  });
});

describe.concurrent.each(PLATFORMS)("connections (%s)", (mode) => {
  test("are renewed or cut while a scan runs, and no command is lost", async ({ onTestFinished }) => {
    const ips = addresses(12);
    const stage = await openStage({ mode, latencyMs: 60 }, onTestFinished);
    await stage.start({ VT_KEY1_PER_MINUTE: "4", VT_WINDOW_SECONDS: "0.3" });
    const { chat } = stage;
    await chat.until(chat.isWhole, "all connections");

    await chat.command("alice", "triage", ips.join(" "));
    const taken = [];
    for (const [at, { how, cut }] of chat.cuts.entries()) {
      cut();
      await chat.until(() => !chat.isWhole(), `the end of one: ${how}`);
      for (const turn of [1, 2, 3])
        taken.push((await chat.command("bob", "triage", `45.20.${at}.${turn}`)).isTaken);
      await chat.until(chat.isWhole, `a new one: ${how}`);
    }
    const { message } = await chat.mention("bob", "triage", "45.20.9.1");
    await stage.done(message, "file");

    expect(taken).toEqual(taken.map(() => true));
    for (const at of chat.cuts.keys())
      for (const turn of [1, 2, 3]) await stage.says("triage", "1 input:", `45.20.${at}.${turn}`);
    await stage.says("triage", "12 inputs:");
    expect(stage.asked().toSorted()).toEqual([...new Set(stage.asked())].toSorted());
    expect(stage.asked()).toHaveLength(13 + 3 * chat.cuts.length);
  });
});

describe.concurrent.each(PLATFORMS)("a restart (%s)", (mode) => {
  test("in the midst of a list: it goes on in the same message, asks nothing twice, and its buttons work", async ({
    onTestFinished,
  }) => {
    const ips = addresses(8);
    const stage = await openStage({ mode, objects: allAs(ips, flagged(9)), latencyMs: 10 }, onTestFinished);
    const limits = { VT_KEY1_PER_MINUTE: "3", VT_WINDOW_SECONDS: "1", INTERACTIVE_RESERVE: "0" };
    const first = await stage.start(limits);
    const { message } = await stage.chat.mention("alice", "triage", ips.join(" "));
    const live = await stage.saysIn(message, "unsafe so far");
    await until(() => stage.asked().length >= 3, "the first look-ups");
    await stage.chat.command("alice", "triage", addresses(120, 90).join(" "));
    const plan = await stage.says("triage", "120 requests");
    await first.stop();

    await stage.start(limits);
    await stage.chat.click("alice", plan, "Cancel");
    await stage.says("triage", "cancelled", "120 not checked");
    await stage.done(message, "proposal");
    const card = await stage.saysIn(message, "Block 8 addresses?");
    await stage.chat.click("bob", card, "Block 8");
    await stage.saysIn(message, "8 addresses blocked");

    const thread = stage.chat.under(message);
    expect(thread.filter(({ text }) => text.includes("asked by"))).toMatchObject([{ id: live.id }]);
    expect(thread).toHaveLength(4);
    expect(stage.asked().toSorted()).toEqual([...ips].toSorted());
    expect(stage.blocked()).toEqual(ips);
  });

  test("between the approval and its Undo, or before a card is pressed: the buttons still work", async ({
    onTestFinished,
  }) => {
    const stage = await openStage({ mode, objects: allAs(addresses(2), flagged(9)) }, onTestFinished);
    const first = await stage.start();
    for (const ip of addresses(2)) await stage.chat.command("alice", "triage", ip);
    const heads = [
      await stage.says("triage", "1 unsafe", "45.10.0.1"),
      await stage.says("triage", "1 unsafe", "45.10.0.2"),
    ] as const;
    const cards = [await stage.saysIn(heads[0], "Block 1"), await stage.saysIn(heads[1], "Block 1")] as const;
    await stage.chat.click("bob", cards[0], "Block");
    const decided = await stage.saysIn(heads[0], "1 address blocked");
    await first.stop();

    await stage.start();
    await stage.chat.click("bob", decided, "Undo");
    await stage.chat.click("bob", cards[1], "Block");
    await stage.saysIn(heads[0], "Undone");
    await stage.saysIn(heads[1], "1 address blocked");

    expect(stage.blocked()).toEqual(["45.10.0.2"]);
    expect(stage.chat.under(heads[0]).at(-1)?.buttons).toEqual([]);
  });

  test("while nobody knows whether the live message arrived: it becomes the summary, and stands there once", async ({
    onTestFinished,
  }) => {
    const stage = await openStage({ mode, objects: { "45.10.0.1": flagged(9) } }, onTestFinished);
    const first = await stage.start();
    stage.chat.fail("post", { answer: "cut", takesEffect: true });
    await stage.chat.command("alice", "triage", "45.10.0.1");
    const live = await stage.says("triage", "so far");
    await first.stop();

    await stage.start();
    const head = await stage.says("triage", "1 unsafe", "9/90");
    await stage.done(head, "proposal");

    expect(head.id).toBe(live.id);
    expect(stage.chat.messages("triage")).toHaveLength(1);
    expect(under(stage, head)).toHaveLength(3);
  });
});

describe.concurrent.each(PLATFORMS)("sharing (%s)", (mode) => {
  test("a person's single look-up does not wait for lists that wait for the minute", async ({
    onTestFinished,
  }) => {
    const keys = { [KEY]: { perMinute: 4 } };
    const stage = await openStage({ mode, keys, windowMs: 60_000 }, onTestFinished);
    await stage.start({ VT_KEY1_PER_MINUTE: "4", VT_WINDOW_SECONDS: "60" });
    for (const [by, range] of [
      ["alice", 10],
      ["bob", 11],
    ] as const) {
      await stage.chat.command(by, "triage", addresses(9, range).join(" "));
    }
    await until(() => stage.asked().length === 3, "the places of lists are used");

    await stage.chat.command("carol", "incidents", "45.12.0.1");
    await stage.says("incidents", "1 input:");

    expect(stage.asked()).toHaveLength(4);
    expect(stage.asked().at(-1)).toBe("45.12.0.1");
    expect(stage.virustotal.worstWindow(KEY)).toBe(4);
  });

  test("two lists share fairly", async ({ onTestFinished }) => {
    const [one, other] = [addresses(9, 10), addresses(9, 11)];
    const keys = { [KEY]: { perMinute: 4 } };
    const stage = await openStage({ mode, keys, windowMs: 300 }, onTestFinished);
    await stage.start({ VT_KEY1_PER_MINUTE: "4", VT_WINDOW_SECONDS: "0.3" });
    await Promise.all([
      stage.chat.command("alice", "triage", one.join(" ")),
      stage.chat.command("bob", "triage", other.join(" ")),
    ]);
    const done = () => stage.chat.messages("triage").filter(({ text }) => text.includes("9 inputs:"));

    await stage.chat.until(() => done().length === 2, "both lists");
    const asked = stage.asked();

    // From where both wait they go in turn, up to where one is at its end.
    const indices = (list: readonly string[]) => asked.flatMap((ip, at) => (list.includes(ip) ? [at] : []));
    const both = asked.slice(
      Math.max(indices(one)[0] ?? 0, indices(other)[0] ?? 0),
      Math.min(indices(one).at(-1) ?? 0, indices(other).at(-1) ?? 0),
    );
    const [mine, theirs] = [one, other].map((list) => both.filter((ip) => list.includes(ip)).length);
    expect(Math.abs((mine ?? 0) - (theirs ?? 0))).toBeLessThanOrEqual(2);
    expect(stage.virustotal.worstWindow(KEY)).toBeLessThanOrEqual(4);
  });
});

describe.concurrent.each(PLATFORMS)("a listed address whose verdict changed (%s)", (mode) => {
  test("is told under the scan that found it, once; what is said to do next there does it", async ({
    onTestFinished,
  }) => {
    const [blocked, allowed] = ["45.10.0.1", "45.11.0.1"] as const;
    const objects = { [blocked]: flagged(0), [allowed]: flagged(9) };
    const stage = await openStage({ mode, objects }, onTestFinished);
    stage.write("blacklist.txt", `${blocked} # by hand\n198.51.100.7\n`);
    stage.write("whitelist.txt", "# ours\n45.11.0.0/16\n");
    await stage.start();
    const scanned: SeenMessage[] = [];
    async function scan(): Promise<SeenMessage> {
      const { message } = await stage.chat.mention("alice", "triage", `${blocked} ${allowed}`);
      await stage.done(message, "file");
      scanned.push(message);
      return message;
    }
    await scan();
    await stage.inRecords(async (records) => {
      await foundBefore(records, blocked, 9);
      await foundBefore(records, allowed, 0);
    });

    const head = await scan();
    await stage.saysIn(
      head,
      "2 verdicts changed",
      "45.10.0.1 · blocked, was unsafe (9/90), now clean (0/90)",
      "still blocked; unblock 45.10.0.1 if it is to go",
      "45.11.0.1 · whitelisted, was clean (0/90), now unsafe (9/90)",
      "whitelist line 2 (45.11.0.0/16) still protects it",
    );
    await scan();
    await stage.chat.mention("bob", "triage", `unblock ${blocked}`, { thread: head });
    await stage.saysIn(head, "45.10.0.1", "off the blacklist");
    await stage.chat.command("alice", "triage", "45.10.0.9");
    await stage.done(await stage.says("triage", "1 input:", "45.10.0.9"), "file");

    expect(stage.blocked()).toEqual(["198.51.100.7"]);
    const told = scanned.map((message) => under(stage, message).filter((line) => line.includes("changed")));
    expect(told).toEqual([[], [expect.stringContaining("2 verdicts changed")], []]);
  });
});

describe.concurrent.each(PLATFORMS)("the audit trail (%s)", (mode) => {
  test("has who asked, who was refused, who approved, who cancelled, who undid and who unblocked, what was edited by hand, and is whole", async ({
    onTestFinished,
  }) => {
    const stage = await openStage({ mode, objects: allAs(addresses(2), flagged(9)) }, onTestFinished);
    await stage.start();
    const [alice, bob] = [`${stage.chat.idOf("alice")} (alice)`, `${stage.chat.idOf("bob")} (bob)`];
    await stage.chat.command("alice", "triage", addresses(2).join(" "));
    const head = await stage.says("triage", "2 unsafe");
    const card = await stage.saysIn(head, "Block 2 addresses?");
    const [, scan = ""] = /(S-\w{4})/.exec(head.text) ?? [];
    const proposal = scan.replace("S", "P");

    await stage.chat.click("alice", card, "Block");
    await stage.whispers("alice", "Only approvers");
    await stage.chat.click("bob", card, "Block");
    const decided = await stage.saysIn(head, "2 addresses blocked");
    await stage.chat.command("bob", "triage", "unblock 45.10.0.1 it is ours");
    await stage.says("triage", "45.10.0.1", "off the blacklist", "it is ours");
    await stage.chat.click("alice", decided, "Undo");
    await stage.chat.click("bob", decided, "Undo");
    await stage.saysIn(head, "Undone: 1 address");
    await stage.chat.command("alice", "triage", addresses(120, 20).join(" "));
    const plan = await stage.says("triage", "120 requests");
    await stage.chat.click("alice", plan, "Cancel");
    await stage.says("triage", "cancelled");

    stage.write("blacklist.txt", "# ours\n198.51.100.7\n");
    await vi.waitFor(async () => expect(await stage.audit()).toContain("block by hand 198.51.100.7"), {
      timeout: 20_000,
    });
    await stage.chat.command("alice", "triage", "why 198.51.100.7");
    await stage.says("triage", "198.51.100.7: blocked", "line 2; put there by hand");

    const audit = await stage.audit();
    for (const line of [
      `scan ${alice} ${scan}`,
      `block refused ${alice} ${proposal}`,
      `approve ${bob} ${proposal}`,
      `block ${bob} 45.10.0.1`,
      `block ${bob} 45.10.0.2`,
      `unblock ${bob} 45.10.0.1`,
      `undo refused ${alice} ${proposal}`,
      `undo ${bob} ${proposal}`,
    ]) {
      expect(
        audit.filter((entry) => entry === line),
        line,
      ).toHaveLength(1);
    }
    expect(audit.filter((entry) => entry.startsWith(`cancel ${alice} S-`))).toHaveLength(1);
    expect(await stage.inRecords(verifyAudit)).toMatchObject({ whole: true });
  });
});

describe.concurrent.each(PLATFORMS)("the start (%s)", (mode) => {
  test("waits for a platform that is away, and then hears what is said", async ({ onTestFinished }) => {
    const stage = await openStage({ mode }, onTestFinished);
    stage.chat.failConnecting();

    const { notices } = await stage.start();
    await stage.chat.command("alice", "triage", "help");

    expect(notices.join("\n")).toMatch(new RegExp(`${stage.chat.name} cannot be reached .*tried again`));
    await stage.whispers("alice", "vtip checks suspicious indicators");
  });

  test("an idle bot stops at once", async ({ onTestFinished }) => {
    const stage = await openStage({ mode }, onTestFinished);
    const running = await stage.start();
    const askedAt = performance.now();

    await running.stop();

    // Far from the 8 s that work under way may take.
    expect(performance.now() - askedAt).toBeLessThan(5000);
  });
});

test.each(MODES)("the start ends with 3 and one sentence when credentials are refused (%s)", async (mode) => {
  const stage = await openStage({ mode });

  for (const { env, variable } of stage.chat.refused) {
    await expect(stage.start(env), variable).rejects.toMatchObject({
      exitStatus: 3,
      message: expect.stringContaining(variable),
    });
  }
});
