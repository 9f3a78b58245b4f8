import { setTimeout as sleep } from "node:timers/promises";

import type { types } from "@slack/bolt";
import { describe, expect, test } from "vitest";

import { MODES, startBot } from "./bolt-bot.ts";
import { button, openSlack, section } from "./open-slack.ts";
import { textOf } from "./slack.ts";
import { call } from "./web-client.ts";

const plain = (text: string) => ({ type: "plain_text" as const, text });

const LIFE: types.InputBlock = {
  type: "input",
  block_id: "life",
  label: plain("Life of the block"),
  element: {
    type: "static_select",
    action_id: "days",
    options: [
      { text: plain("7 days"), value: "7" },
      { text: plain("For good"), value: "0" },
    ],
    initial_option: { text: plain("For good"), value: "0" },
  },
};

const ADDRESSES: types.InputBlock = {
  type: "input",
  block_id: "ips",
  label: plain("Addresses"),
  element: {
    type: "checkboxes",
    action_id: "ips",
    options: ["1.2.3.4", "5.6.7.8"].map((value) => ({ text: plain(value), value })),
  },
};

const REASON: types.InputBlock = {
  type: "input",
  block_id: "reason",
  optional: true,
  label: plain("Reason"),
  element: { type: "plain_text_input", action_id: "reason" },
};

function modal(more: Partial<types.ModalView> = {}): types.ModalView {
  return {
    type: "modal",
    callback_id: "choose",
    title: plain("Choose"),
    submit: plain("Block"),
    blocks: [ADDRESSES, LIFE, REASON],
    ...more,
  };
}

describe.each(MODES)("a modal over %s", (mode) => {
  test("carries what was entered over what stood there, and stays open while something is wrong", async () => {
    const slack = await openSlack();
    const submitted: unknown[] = [];
    await startBot(slack, mode, (app) => {
      app.command("/vtip", async ({ ack, client, command: { trigger_id } }) => {
        await ack();
        await client.views.open({ trigger_id, view: modal() });
      });
      app.view("choose", async ({ ack, view }) => {
        submitted.push(view.state.values);
        if (view.state.values["reason"]?.["reason"]?.value) await ack();
        else await ack({ response_action: "errors", errors: { reason: "Say why" } });
      });
    });
    const open = () => slack.openView("alice");

    await slack.slash("alice", "triage", "x");
    const view = await slack.until(open, "the modal");
    await slack.submit("alice", view, { ips: ["1.2"] });
    expect(open()?.errors).toEqual({ reason: "Say why" });
    await slack.submit("alice", view, { Addresses: ["1.2", "5.6"], days: "7 days", reason: "bad" });

    expect(open()).toBeUndefined();
    expect(submitted).toMatchObject([
      {
        ips: { ips: { type: "checkboxes", selected_options: [{ value: "1.2.3.4" }] } },
        life: { days: { type: "static_select", selected_option: { value: "0" } } },
        reason: { reason: { type: "plain_text_input", value: null } },
      },
      {
        ips: { ips: { selected_options: [{ value: "1.2.3.4" }, { value: "5.6.7.8" }] } },
        life: { days: { selected_option: { value: "7" } } },
        reason: { reason: { value: "bad" } },
      },
    ]);
    expect(textOf(view.view)).toContain("Life of the block\n7 days\nFor good");
  });

  test("can be filled in only as a person could", async () => {
    const slack = await openSlack();
    await startBot(slack, mode, (app) => {
      app.command("/vtip", async ({ ack, client, command: { trigger_id } }) => {
        await ack();
        await client.views.open({ trigger_id, view: modal() });
      });
    });

    await slack.slash("alice", "triage", "x");
    const view = await slack.until(() => slack.openView("alice"), "the modal");

    await expect(slack.submit("alice", view)).rejects.toThrow("Addresses must be filled in");
    await expect(slack.submit("alice", view, { ips: ["9"] })).rejects.toThrow("Addresses has no option 9");
    await expect(slack.submit("alice", view, { other: "x" })).rejects.toThrow("there is no field other");
    await expect(slack.submit("bob", view, { ips: ["1.2"] })).rejects.toThrow("bob has no view");
  });

  test("gives way to what the acknowledgement brings, and tells of its closing", async () => {
    const slack = await openSlack();
    const closed: string[] = [];
    await startBot(slack, mode, (app) => {
      app.command("/vtip", async ({ ack, client, command: { trigger_id } }) => {
        await ack();
        await client.views.open({ trigger_id, view: modal({ blocks: [section("first")] }) });
      });
      app.view("choose", async ({ ack }) => {
        const view = modal({ callback_id: "sure", blocks: [section("second")] });
        await ack({ response_action: "update", view });
      });
      app.view("sure", async ({ ack }) => {
        const view = modal({ callback_id: "done", blocks: [section("third")], notify_on_close: true });
        await ack({ response_action: "push", view });
      });
      app.view({ callback_id: "done", type: "view_closed" }, async ({ ack, view }) => {
        closed.push(view.callback_id);
        await ack();
      });
    });
    const shown = () =>
      slack
        .views("alice")
        .filter(({ isOpen }) => isOpen)
        .map(({ view }) => textOf(view).split("\n")[1]);

    await slack.slash("alice", "triage", "x");
    const first = await slack.until(() => slack.openView("alice"), "the modal");
    await slack.submit("alice", first);
    expect(shown()).toEqual(["second"]);
    await slack.submit("alice", first);
    expect(shown()).toEqual(["second", "third"]);
    const third = slack.openView("alice");
    if (third !== undefined) await slack.close("alice", third);

    expect(closed).toEqual(["done"]);
    expect(shown()).toEqual(["second"]);
  });

  test("and an App Home is published, opened and clicked in", async () => {
    const slack = await openSlack();
    const clicks: unknown[] = [];
    await startBot(slack, mode, (app) => {
      app.event("app_home_opened", async ({ event: { user: user_id, view }, client }) => {
        const blocks = [
          section(view === undefined ? "quota" : "again"),
          { type: "actions" as const, elements: [button("cancel", "Cancel")] },
        ];
        await client.views.publish({ user_id, view: { type: "home", blocks } });
      });
      app.action("cancel", async ({ ack, body }) => {
        await ack();
        if (body.type === "block_actions")
          clicks.push([body.container["type"], body.view?.type, body.channel]);
      });
    });

    await slack.openHome("alice");
    const home = await slack.until(() => slack.home("alice"), "the home");
    await slack.click("alice", home, "Cancel");
    await slack.openHome("alice");
    await slack.until(() => textOf(slack.home("alice")?.view ?? {}).startsWith("again"), "the new home");

    expect(clicks).toEqual([["view", "home", undefined]]);
    expect(slack.home("bob")).toBeUndefined();
  });
});

describe("a trigger_id", () => {
  test("opens one view, within its time", async () => {
    const slack = await openSlack({ triggerMs: 300, ackMs: 1 });
    const trigger = async () => {
      const { deliveries } = await slack.slash("alice", "triage", "x");
      return (deliveries[0]?.payload as { trigger_id?: string } | undefined)?.trigger_id ?? "";
    };
    const open = (trigger_id: string) => call(slack, "views.open", { trigger_id, view: modal() });
    const [used, old] = [await trigger(), await trigger()];

    expect(await open(used)).toMatchObject({ ok: true, view: { type: "modal" } });
    expect(await open(used)).toMatchObject({ error: "exchanged_trigger_id" });
    expect(await open("1.2.3")).toMatchObject({ error: "invalid_trigger_id" });
    await sleep(300);
    expect(await open(old)).toMatchObject({ error: "expired_trigger_id" });
    expect(slack.views("alice")).toHaveLength(1);
  });
});
