import { describe, expect, test } from "vitest";

import { addresses, flagged } from "../cli/program.ts";
import { buttonsOf, textOf } from "../standins/slack/slack.ts";
import { openSlackStage } from "./stage.ts";

describe("App Home", () => {
  test("shows quota, running scans with links, and the newest blocks", async () => {
    const ips = addresses(3);
    const keys = { "key-of-the-test": { perMinute: 2 } };
    const stage = await openSlackStage({ transport: "socket", keys, objects: { "45.10.9.9": flagged(9) } });
    await stage.start({ VT_KEY1_PER_MINUTE: "2", VT_KEY1_PER_DAY: "500", VT_WINDOW_SECONDS: "60" });
    await stage.slack.slash("alice", "triage", ips.join(" "));
    const live = await stage.says("triage", "unsafe so far");
    await stage.slack.slash("alice", "triage", "45.10.9.9");
    const card = await stage.saysIn(await stage.says("triage", "1 unsafe"), "Block 1 address?");
    await stage.chat.click("bob", card, "Block 1");
    await stage.saysIn(await stage.says("triage", "1 unsafe"), "1 address blocked");

    await stage.slack.openHome("carol");
    const home = await stage.slack.until(() => stage.slack.home("carol"), "the page");

    const text = textOf(home.view);
    expect(text).toMatch(/VT_APIKEY1[^]*day: \d of 500 used/);
    expect(text).toMatch(/Running scans[^]*S-\w{4} · running, \d open/);
    expect(text).toMatch(/Newest blocks[^]*45\.10\.9\.9/);
    expect(JSON.stringify(home.view.blocks)).toMatch(new RegExp(`<https?:[^|]*${live.id.replace(".", "")}`));
    expect(buttonsOf(home.view)).toEqual([]);
  });
});
