import { describe, expect, test } from "vitest";

import { MODES, startBot } from "./bolt-bot.ts";
import { button, openSlack, section } from "./open-slack.ts";
import { buttonsOf } from "./slack.ts";

describe.each(MODES)("over %s", (mode) => {
  test("a command is acknowledged, and what the acknowledgement says is seen by who gave it", async () => {
    const slack = await openSlack();
    await startBot(slack, mode, (app) => {
      app.command("/vtip", async ({ ack, command }) => {
        if (command.text === "plain") await ack("just text");
        else await ack({ response_type: command.text === "loud" ? "in_channel" : "ephemeral", text: "said" });
      });
    });

    const { ack } = await slack.slash("alice", "triage", "plain");
    await slack.slash("bob", "triage", "quiet");
    await slack.slash("bob", "outside", "loud");

    expect(ack).toMatchObject({ ok: true, status: 200, body: { text: "just text" }, problem: null });
    expect(slack.ephemeral("alice").map(({ text }) => text)).toEqual(["just text"]);
    expect(slack.ephemeral("bob").map(({ text }) => text)).toEqual(["said"]);
    expect(slack.messages("outside").map(({ text }) => text)).toEqual(["said"]);
  });

  test("who does not acknowledge in time has failed", async () => {
    const slack = await openSlack({ ackMs: 60 });
    await startBot(slack, mode, (app) => {
      app.command("/vtip", async () => {});
    });

    const { ack, deliveries } = await slack.slash("alice", "triage", "x");

    expect(ack).toMatchObject({ ok: false, status: 0, problem: "timeout" });
    expect(ack.ms).toBeGreaterThanOrEqual(59);
    expect(deliveries[0]?.attempts).toHaveLength(1);
  });

  test("an event that is repeated carries the same id and the number of the repeat", async () => {
    const slack = await openSlack();
    const seen: unknown[] = [];
    await startBot(slack, mode, (app) => {
      app.event("app_mention", async ({ body, context }) => {
        seen.push([body.event_id, context.retryNum ?? 0, context.retryReason ?? ""]);
      });
    });

    const { deliveries } = await slack.mention("alice", "triage", "1.2.3.4", { shape: "mention only" });
    const [delivery] = deliveries;
    if (delivery === undefined) throw new Error("nothing was sent");
    await slack.redeliver(delivery);
    await slack.redeliver(delivery);

    const { event_id } = delivery.payload as { event_id: string };
    expect(seen).toEqual([
      [event_id, 0, ""],
      [event_id, 1, "http_timeout"],
      [event_id, 2, "http_timeout"],
    ]);
    expect(delivery.attempts.map(({ ack }) => ack.ok)).toEqual([true, true, true]);
  });

  test("an event that nobody took is repeated by itself", async () => {
    const slack = await openSlack({ retryMs: [0, 20, 20] });
    if (mode === "http") slack.useHttp("http://127.0.0.1:9/slack/events");

    const { ack } = await slack.message("alice", "triage", "hello");
    const events = slack.deliveries();
    await slack.until(() => events[0]?.attempts.length === 4, "three repeats");

    expect(ack).toMatchObject({ ok: false, problem: "unreachable" });
  });

  test("an interaction is repeated with the same trigger_id", async () => {
    const slack = await openSlack();
    const seen: string[] = [];
    await startBot(slack, mode, (app) => {
      app.command("/vtip", async ({ ack, command }) => {
        seen.push(command.trigger_id);
        await ack();
      });
    });

    const { deliveries } = await slack.slash("alice", "triage", "x");
    if (deliveries[0] !== undefined) await slack.redeliver(deliveries[0]);

    expect(seen).toHaveLength(2);
    expect(seen[0]).toBe(seen[1]);
  });

  test("a mention with a file comes in each of its shapes and orders", async () => {
    const slack = await openSlack({ echo: false });
    let seen: string[] = [];
    await startBot(slack, mode, (app) => {
      app.event("message", async ({ event }) => {
        seen.push(`message ${event.subtype ?? ""} ${"files" in event ? (event.files ?? []).length : 0}`);
      });
      app.event("app_mention", async ({ event }) => {
        seen.push(`mention ${event.files?.length ?? 0}`);
      });
    });
    const files = [{ name: "iocs.txt", content: "8.8.8.8" }];
    const after = async (options: object) => {
      seen = [];
      const { ack } = await slack.mention("alice", "triage", "see", { files, ...options });
      return [ack.ok, ...seen];
    };

    expect(await after({})).toEqual([true, "message file_share 1", "mention 1"]);
    expect(await after({ first: "app_mention" })).toEqual([true, "mention 1", "message file_share 1"]);
    expect(await after({ shape: "mention lacks files" })).toEqual([
      true,
      "message file_share 1",
      "mention 0",
    ]);
    expect(await after({ shape: "message only" })).toEqual([true, "message file_share 1"]);
    expect(await after({ shape: "mention only", files: [] })).toEqual([true, "mention 0"]);
    expect((await after({ together: true })).map(String).toSorted()).toEqual([
      "mention 1",
      "message file_share 1",
      "true",
    ]);
  });

  test("messages come with what Slack makes of typed text, from threads, bots and webhooks, and when edited", async () => {
    const slack = await openSlack({ echo: false });
    const seen: Record<string, unknown>[] = [];
    await startBot(slack, mode, (app) => {
      app.event("message", async ({ event }) => {
        seen.push({ ...event });
      });
    });
    const attachments = [{ text: "1.2.3.4" }];

    const { message: head } = await slack.message(
      "alice",
      "triage",
      "a <b> & http://evil.example/x, evil.com",
    );
    await slack.message("bob", "triage", "<as is>", { thread: head, verbatim: true });
    await slack.message("alice", "triage", "alert", { bot: "B0SIEM", attachments });
    await slack.message("carol", "triage", "alert", { bot: { app: "B0APP" } });
    await slack.edit("alice", head, "better");
    await slack.direct("dave", "hi");
    await slack.message("alice", "outside", "unheard");

    const typed = "a &lt;b&gt; &amp; <http://evil.example/x>, <http://evil.com|evil.com>";
    const channel = slack.channel("triage");
    expect(seen).toMatchObject([
      { text: typed, user: slack.user("alice"), channel, channel_type: "channel", ts: head.ts },
      { text: "<as is>", thread_ts: head.ts },
      { subtype: "bot_message", bot_id: "B0SIEM", text: "alert", attachments },
      { bot_id: "B0APP", user: slack.user("carol"), text: "alert" },
      { subtype: "message_changed", message: { text: "better" }, previous_message: { text: typed } },
      { text: "hi", channel: slack.dm("dave"), channel_type: "im" },
    ]);
    expect(seen[2]).not.toHaveProperty("user");
    expect(slack.messages("outside").map(({ text }) => text)).toEqual(["unheard"]);
  });

  test("the bot hears of its own messages and edits, as in Slack", async () => {
    const slack = await openSlack();
    await startBot(slack, mode, (app) => {
      app.command("/vtip", async ({ ack, client, command: { channel_id: channel } }) => {
        await ack();
        const { ts = "" } = await client.chat.postMessage({ channel, text: "1" });
        await client.chat.update({ channel, ts, text: "2" });
      });
    });

    await slack.slash("alice", "triage", "x");
    const echoes = () =>
      slack.deliveries().filter(({ type, attempts }) => type === "events_api" && attempts.length > 0);
    await slack.until(() => echoes().length === 2, "both events");

    expect(echoes().map(({ payload }) => (payload as { event: object }).event)).toMatchObject([
      { type: "message", bot_id: slack.botId, text: "1" },
      { subtype: "message_changed", message: { text: "2" }, previous_message: { text: "1" } },
    ]);
  });

  test("buttons are pressed as they are now, also in what only one person sees", async () => {
    const slack = await openSlack();
    const pressed: unknown[] = [];
    await startBot(slack, mode, (app) => {
      app.message("card", async ({ client, message: { channel, ts } }) => {
        const blocks = [
          section("?"),
          { type: "actions" as const, elements: [button("go", ":rocket: Start", "S-1")] },
        ];
        await client.chat.postEphemeral({ channel, user: slack.user("alice"), text: "?", blocks });
        await client.chat.postMessage({ channel, thread_ts: ts, text: "?", blocks });
      });
      app.action("go", async ({ ack, body, action, respond }) => {
        await ack();
        if (body.type !== "block_actions" || action.type !== "button") return;
        pressed.push([body.user.id, action.value, body.container["is_ephemeral"], body.message?.ts]);
        await respond({ text: "started", replace_original: true });
      });
    });

    const { message } = await slack.message("alice", "triage", "card");
    const card = await slack.until(() => slack.thread("triage", message.ts)[1], "the card");
    const note = slack.ephemeral("alice")[0];
    if (note === undefined) throw new Error("no note");
    await expect(slack.click("bob", card, "Stop")).rejects.toThrow(
      "there is no button Stop, only :rocket: Start",
    );
    await slack.click("bob", card, "Start");
    await slack.click("alice", note, "go");
    await slack.until(() => slack.ephemeral("alice")[0]?.text === "started", "the note replaced");

    expect(pressed).toEqual([
      [slack.user("bob"), "S-1", false, card.ts],
      [slack.user("alice"), "S-1", true, undefined],
    ]);
    expect(buttonsOf(card)).toMatchObject([{ label: ":rocket: Start", actionId: "go", value: "S-1" }]);
    await expect(slack.click("bob", note, "go")).rejects.toThrow("bob does not see the message");
  });

  test("a shortcut brings the message that it was used on", async () => {
    const slack = await openSlack();
    let seen: unknown;
    await startBot(slack, mode, (app) => {
      app.shortcut("check_with_vtip", async ({ ack, shortcut }) => {
        await ack();
        if (shortcut.type === "message_action")
          seen = [shortcut.message.text, shortcut.channel.id, shortcut.user.id];
      });
    });

    const { message } = await slack.message("alice", "triage", "1.2.3.4");
    const { ack } = await slack.shortcut("bob", message, "check_with_vtip");

    expect(ack.ok).toBe(true);
    expect(seen).toEqual(["1.2.3.4", slack.channel("triage"), slack.user("bob")]);
  });
});

test("an acknowledgement that Slack would not show fails the test", async () => {
  const slack = await openSlack();
  await startBot(slack, "socket", (app) => {
    app.command("/vtip", async ({ ack }) => ack({ text: "x", blocks: [section("")] }));
  });

  await expect(slack.slash("alice", "triage", "x")).rejects.toThrow("invalid_blocks");
});

test("requests that are not signed right are refused by the bot", async () => {
  const slack = await openSlack();
  await startBot(slack, "http", (app) => {
    app.command("/vtip", async ({ ack }) => ack());
  });

  for (const forged of ["wrong secret", "old", "unsigned"] as const) {
    const { ack } = await slack.slash("alice", "triage", "x", { forged });
    expect(ack).toMatchObject({ ok: false, status: 401, problem: "refused" });
  }
});

describe("with two connections", () => {
  test("a delivery goes over either of them, in turn or as chosen", async () => {
    const slack = await openSlack();
    const seen: string[] = [];
    for (const name of ["first", "second"]) {
      await startBot(slack, "socket", (app) => {
        app.command("/vtip", async ({ ack }) => {
          seen.push(name);
          await ack();
        });
      });
    }
    expect(slack.connections()).toBe(2);

    for (let round = 0; round < 4; round += 1) await slack.slash("alice", "triage", "x");
    expect(seen.toSorted()).toEqual(["first", "first", "second", "second"]);
    await slack.slash("alice", "triage", "x", { connection: 1 });
    expect(seen.at(-1)).toBe("second");

    slack.disconnect("refresh_requested", 0);
    expect(slack.connections()).toBe(1);
    await slack.slash("alice", "triage", "x");
    expect(seen.at(-1)).toBe("second");
    slack.drop();
    await slack.until(() => slack.connections() === 0, "no connection");
    expect((await slack.slash("alice", "triage", "x")).ack).toMatchObject({ problem: "unreachable" });
  });

  test("a place to connect to is good for one connection", async () => {
    const slack = await openSlack();
    const headers = { authorization: `Bearer ${slack.appToken}` };
    const opened = await fetch(`${slack.apiUrl}apps.connections.open`, { method: "POST", headers });
    const { url } = (await opened.json()) as { url: string };
    const { WebSocket } = await import("ws");
    const hello = await new Promise((resolve) => {
      new WebSocket(url).on("message", (data: Buffer) => resolve(JSON.parse(data.toString())));
    });
    const again = await new Promise((resolve) => {
      new WebSocket(url).on("error", resolve);
    });

    expect(hello).toMatchObject({ type: "hello", num_connections: 1 });
    expect(String(again)).toContain("401");
  });
});
