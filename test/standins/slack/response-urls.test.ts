import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { button, openSlack, section } from "./open-slack.ts";
import type { Slack, SlackOptions } from "./slack.ts";
import { call } from "./web-client.ts";

async function respond(url: string, body: object) {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  return [response.status, ((await response.json()) as { error?: string }).error];
}

/** A stand-in without a bot, and the response_url of a command of alice. */
async function commanded(options: SlackOptions = {}) {
  const slack = await openSlack({ ackMs: 1, ...options });
  return { slack, url: urlIn(await slack.slash("alice", "outside", "x")) };
}

function urlIn({ deliveries }: Awaited<ReturnType<Slack["slash"]>>): string {
  return (deliveries[0]?.payload as { response_url?: string } | undefined)?.response_url ?? "";
}

describe("a response_url", () => {
  test("answers to the person or to the channel, where the bot is no member too", async () => {
    const { slack, url } = await commanded();

    expect(await respond(url, { text: "for you" })).toEqual([200, undefined]);
    expect(await respond(url, { text: "for all", response_type: "in_channel" })).toEqual([200, undefined]);

    expect(slack.ephemeral("alice").map(({ text, botId }) => [text, botId])).toEqual([
      ["for you", slack.botId],
    ]);
    expect(slack.messages("outside").map(({ text }) => text)).toEqual(["for all"]);
  });

  test("is good for five uses within its time", async () => {
    const { url } = await commanded();
    const answers = [];
    for (let use = 0; use < 6; use += 1) answers.push(await respond(url, { text: "x" }));
    const { url: old } = await commanded({ responseUrl: { lifeMs: 10 } });
    await sleep(20);

    expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => [200, undefined]));
    expect(answers[5]).toEqual([404, "used_url"]);
    expect(await respond(old, { text: "x" })).toEqual([404, "expired_url"]);
    expect(await respond(`${url}x`, { text: "x" })).toEqual([404, "no_such_url"]);
  });

  test("takes blocks within the limits only, and no empty answer", async () => {
    const { url } = await commanded();

    expect(await respond(url, { blocks: [section("")] })).toEqual([400, "invalid_blocks"]);
    expect(await respond(url, {})).toEqual([400, "no_text"]);
  });

  test("of a button replaces or deletes the message that it stood in", async () => {
    const { slack } = await commanded();
    const blocks = [{ type: "actions", elements: [button("go", "Go")] }];
    const place = { channel: slack.channel("triage"), text: "card", blocks };
    await call(slack, "chat.postMessage", place);
    await call(slack, "chat.postEphemeral", { ...place, user: slack.user("alice") });
    const cards = () => [slack.messages("triage")[0], slack.ephemeral("alice")[0]];

    for (const card of cards()) {
      if (card === undefined) throw new Error("no card");
      const url = urlIn(await slack.click("alice", card, "Go"));
      await respond(url, { replace_original: true, text: "new", blocks: [section("new")] });
      expect(cards().find((one) => one?.ts === card.ts)).toMatchObject({
        text: "new",
        blocks: [section("new")],
      });
      await respond(url, { delete_original: true });
    }

    expect(cards()).toEqual([undefined, undefined]);
  });
});
