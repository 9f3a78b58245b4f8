import { describe, expect, test } from "vitest";

import { flagged } from "../cli/program.ts";
import { buttonsOf, textOf } from "../standins/slack/slack.ts";
import { MODES, openStage } from "./stage.ts";

describe.each(MODES)("a scan in Slack (%s)", (mode) => {
  test("a command is answered in the channel, with table, file and question in its thread", async () => {
    const stage = await openStage({ mode, objects: { "45.10.0.1": flagged(7, 1), "45.10.0.2": flagged(0) } });
    await stage.start();

    const { ack } = await stage.slack.slash("alice", "triage", "45.10.0.1 45.10.0.2 300.1.2.3");
    const head = await stage.says("triage", "1 unsafe", "1 clean", "1 not checked");
    await stage.done(head, "proposal");

    expect(ack).toMatchObject({ ok: true });
    const [, table, file, card] = stage.slack.thread("triage", head.ts);
    expect(table && textOf(table)).toMatch(/45\.10\.0\.1.*8\/90/);
    expect(file?.files).toMatchObject([{ name: expect.stringMatching(/^vtip-S-\w{4}\.xlsx$/) }]);
    expect(card && buttonsOf(card).map(({ label }) => label)).toEqual(["Block 1", "Choose…", "Dismiss"]);
    expect(stage.slack.messages("triage")).toHaveLength(1);
  });

  test("an approver blocks, and the card is rebuilt in its place", async () => {
    const stage = await openStage({ mode, objects: { "45.10.0.1": flagged(9) } });
    await stage.start();
    await stage.slack.slash("alice", "triage", "45.10.0.1");
    const head = await stage.says("triage", "1 unsafe");
    const card = await stage.saysIn(head, "Block 1 address?");

    await stage.slack.click("bob", card, "Block 1");
    await stage.saysIn(head, "1 address blocked");

    expect(stage.blocked()).toEqual(["45.10.0.1"]);
    const decided = stage.slack.thread("triage", head.ts).find(({ ts }) => ts === card.ts);
    expect(decided && buttonsOf(decided).map(({ label }) => label)).toEqual(["Undo"]);
  });
});
