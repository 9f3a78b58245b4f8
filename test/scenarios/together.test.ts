import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged, until } from "../cli/program.ts";
import type { SeenMessage } from "./platform.ts";
import { KEY, openTogether, share, type Stage } from "./stage.ts";

const ids = ({ text }: SeenMessage) => text.match(/S-\w{4}/g) ?? [];

async function checked(stage: Stage, by: string, words: string): Promise<SeenMessage> {
  const { messages } = stage.since();
  await stage.chat.command(by, "triage", words);
  return stage.chat.until(
    () => messages("triage").find(({ text }) => text.includes("unsafe = more than")),
    "the summary",
  );
}

describe("Slack and Discord in one process", () => {
  const open = share(async (atEnd) => {
    const both = await openTogether({ objects: allAs(addresses(20), flagged(9)) }, atEnd);
    await both.slack.start();
    return both;
  });

  test.each([
    ["slack", "discord", "45.10.0.1"],
    ["discord", "slack", "45.10.0.2"],
  ] as const)("what %s asked is known to %s", async (one, other, ip) => {
    const both = open();
    await checked(both[one], "alice", ip);
    const { asked } = both[other].since();

    const again = await checked(both[other], "carol", ip);

    expect(again.text).toMatch(/0 requests, 1 cached/);
    expect(again.names).toEqual(["carol"]);
    expect(asked()).toEqual([]);
  });

  test.each([
    ["slack", "discord", "45.10.0.3", "45.10.0.5"],
    ["discord", "slack", "45.10.0.4", "45.10.0.6"],
  ] as const)(
    "what is blocked from %s is already listed in the proposal of %s",
    async (one, other, ip, next) => {
      const both = open();
      const head = await checked(both[one], "alice", ip);
      await both[one].chat.click("bob", await both[one].saysIn(head, "Block 1 address?"), "Block 1");
      await both[one].saysIn(head, "1 address blocked");

      const there = await checked(both[other], "carol", `${ip} ${next}`);
      const card = await both[other].saysIn(there, "Block 1 address?");

      expect(card.text).toContain(`1 already listed: ${ip}`);
      expect(both.slack.blocked()).toContain(ip);
      const who = `${both[one].chat.idOf("bob")} (bob)`;
      expect(await both[other].audit()).toContain(`block ${who} ${ip}`);
      await both[other].chat.command("carol", "triage", `why ${ip}`);
      await both[other].says("triage", `${ip}: blocked`, "bob");
    },
  );

  test("scans shows what runs and ran on both, each with a link to where it is reported", async () => {
    const { slack, discord } = open();
    const heads = {
      slack: await checked(slack, "alice", "45.10.0.7"),
      discord: await checked(discord, "alice", "45.10.0.8"),
    };

    for (const stage of [slack, discord]) {
      await stage.chat.command("dave", "triage", "scans");
      const list = await stage.says("triage", "Running and recent scans");
      expect(ids(list)).toEqual(expect.arrayContaining([...ids(heads.slack), ...ids(heads.discord)]));
      const links = stage.chat.shown().links.map(({ url }) => url);
      for (const own of [slack, discord])
        expect(links.some((url) => url.includes(own.chat.linkTo(heads[own.chat.name])))).toBe(true);
    }
  });

  test("an approver on one may cancel the scan of the other, whose message says so", async () => {
    const { slack, discord } = open();
    const ips = addresses(120, 30);
    await slack.chat.command("alice", "incidents", ips.join(" "));
    const plan = await slack.says("incidents", "120 requests: start?");
    const [id = ""] = ids(plan);

    await discord.chat.command("alice", "triage", `cancel ${id}`);
    await discord.whispers("alice", "Only who asked");
    await discord.chat.command("bob", "triage", `cancel ${id}`);
    await discord.whispers("bob", `${id} is cancelled`);

    const cancelled = await slack.says("incidents", "cancelled", "120 not checked");
    expect(cancelled.id).toBe(plan.id);
  });
});

describe.concurrent.each([
  ["slack", "discord"],
  ["discord", "slack"],
] as const)("%s beside %s", (one, other) => {
  test("a person's single look-up goes before a list of the other", async ({ onTestFinished }) => {
    const keys = { [KEY]: { perMinute: 4 } };
    const both = await openTogether({ keys, windowMs: 60_000 }, onTestFinished);
    await both.slack.start({ VT_KEY1_PER_MINUTE: "4", VT_WINDOW_SECONDS: "60" });
    await both[other].chat.command("alice", "triage", addresses(9).join(" "));
    await until(() => both.slack.asked().length === 3, "the places of lists are used");

    await both[one].chat.command("carol", "triage", "45.12.0.1");
    await both[one].says("triage", "1 input:", "45.12.0.1");

    expect(both.slack.asked()).toHaveLength(4);
    expect(both.slack.asked().at(-1)).toBe("45.12.0.1");
    expect(both.slack.virustotal.worstWindow(KEY)).toBe(4);
  });

  test("is not disturbed when the other is away at the start, and later", async ({ onTestFinished }) => {
    const objects = { "45.10.0.1": flagged(9), "45.10.0.2": flagged(9) };
    const both = await openTogether({ objects }, onTestFinished);
    both[other].chat.failConnecting();
    const { notices } = await both.slack.start();
    expect(notices.join("\n")).toMatch(new RegExp(`${other} cannot be reached .*tried again`));
    await both[one].done(await checked(both[one], "alice", "45.10.0.1"), "proposal");

    await both[other].chat.stop();
    const head = await checked(both[one], "alice", "45.10.0.2");
    await both[one].chat.click("bob", await both[one].saysIn(head, "Block 1 address?"), "Block 1");
    await both[one].saysIn(head, "1 address blocked");

    expect(both.slack.blocked()).toEqual(["45.10.0.2"]);
  });
});
