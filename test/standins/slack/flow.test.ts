import { describe, expect, test } from "vitest";

import { MODES, startBot } from "./bolt-bot.ts";
import { button, openSlack, section } from "./open-slack.ts";
import { textOf } from "./slack.ts";

describe.each(MODES)("a conversation over %s", (mode) => {
  test("from the command to the approved card", async () => {
    const slack = await openSlack();
    await startBot(slack, mode, (app) => {
      app.command("/vtip", async ({ ack, command, client }) => {
        await ack();
        const channel = command.channel_id;
        const { ts = "" } = await client.chat.postMessage({ channel, text: `asked: ${command.text}` });
        await client.chat.update({ channel, ts, text: "1 unsafe" });
        await client.files.uploadV2({
          channel_id: channel,
          thread_ts: ts,
          filename: "report.xlsx",
          file: Buffer.from("PK"),
          initial_comment: "the report",
        });
        const blocks = [
          section("Block *1* address?"),
          { type: "actions" as const, elements: [button("block", "🚫 Block 1"), button("no", "Dismiss")] },
        ];
        await client.chat.postMessage({ channel, thread_ts: ts, text: "approve?", blocks });
      });
      app.action("block", async ({ ack, body, client }) => {
        await ack();
        if (body.type !== "block_actions") return;
        const label = { type: "plain_text" as const, text: "Reason" };
        const element = { type: "plain_text_input" as const, action_id: "reason" };
        await client.views.open({
          trigger_id: body.trigger_id,
          view: {
            type: "modal",
            callback_id: "why",
            private_metadata: JSON.stringify([body.channel?.id, body.message?.ts]),
            title: { type: "plain_text", text: "Why" },
            submit: { type: "plain_text", text: "Block" },
            blocks: [{ type: "input", block_id: "r", label, element }],
          },
        });
      });
      app.view("why", async ({ ack, view, client, body }) => {
        await ack();
        const [channel, ts] = JSON.parse(view.private_metadata) as [string, string];
        const reason = view.state.values["r"]?.["reason"]?.value;
        await client.chat.update({
          channel,
          ts,
          text: `blocked by <@${body.user.id}>: ${reason}`,
          blocks: [],
        });
      });
    });

    const { ack } = await slack.slash("alice", "triage", "1.2.3.4");
    const head = await slack.until(
      () => slack.messages("triage").find(({ text }) => text === "1 unsafe"),
      "the end",
    );
    const card = await slack.until(() => slack.thread("triage", head.ts)[2], "the card");
    await slack.click("bob", card, "Block");
    const modal = await slack.until(() => slack.openView("bob"), "the modal");
    await slack.submit("bob", modal, { Reason: "seen in the wild" });
    await slack.until(
      () => slack.thread("triage", head.ts)[2]?.text.startsWith("blocked by"),
      "the decision",
    );

    expect(ack).toMatchObject({ ok: true, status: 200, body: null });
    expect(head.versions.map(({ text }) => text)).toEqual(["asked: 1.2.3.4", "1 unsafe"]);
    const [, file, decided] = slack.thread("triage", head.ts);
    expect(file?.files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([["report.xlsx", "PK"]]);
    expect(textOf(card)).toBe("Block 1 address?\n🚫 Block 1\nDismiss");
    expect(decided?.text).toBe(`blocked by <@${slack.user("bob")}>: seen in the wild`);
    expect(slack.openView("bob")).toBeUndefined();
  });
});
