import { describe, expect, test } from "vitest";

import { bytesOf } from "../../adapters/discord/inert.ts";
import { LIMITS } from "../../adapters/discord/limits.ts";
import { toMessage as toDiscordMessage } from "../../adapters/discord/render.ts";
import { toCard as toDiscordCard } from "../../adapters/discord/speech.ts";
import { toView } from "../../adapters/slack/form.ts";
import { toMessage as toSlackMessage } from "../../adapters/slack/render.ts";
import { toCard, toForm } from "../../src/card.ts";
import { allAs, flagged } from "../cli/program.ts";
import { checkComponents } from "../standins/discord/component-rules.ts";
import { nodesOf } from "../standins/discord/components.ts";
import { createFormErrors } from "../standins/discord/form-errors.ts";
import { messageRefusal, viewRefusal } from "../standins/slack/content.ts";
import { buttonsOf, textOf as slackTextOf } from "../standins/slack/slack.ts";
import { actsOf, blockFor, digestOf, HOUR_MS } from "./digest-stage.ts";
import { BOB } from "./room.ts";

const COUNT = 500;
/** As long as addresses are. */
const IPS = Array.from(
  { length: COUNT },
  (_, n) => `2a0d:1234:5678:9abc:def0:1234:5678:${(0x1000 + n).toString(16)}`,
);

describe("500 blocks that end at once, none of them looked up again", () => {
  test("stand in a message that each platform takes, with the buttons and every caveat whole, and are extended together", async () => {
    const life = await blockFor(7, {
      ips: IPS,
      objects: allAs(IPS, flagged(9)),
      bodyBytes: 24_000,
      env: { MAX_BLOCKS_PER_APPROVAL: "1000" },
    });
    expect(life.blocked()).toHaveLength(COUNT);
    // No key is left that could be asked.
    await life.restart({ VT_APIKEY1: "refused" });
    await life.digestDays(6);
    life.clock.jump(HOUR_MS);
    await life.minute();
    const { mark, ...digest } = digestOf(life);
    expect(digest.asked).toHaveLength(COUNT);
    const caveats = IPS.slice(0, 15).map((ip) => `${ip} · ⚠️ not looked up again (9/90 when blocked) · ends`);

    const slack = toSlackMessage(toCard(digest));
    expect(messageRefusal({ ...slack }, "new")).toBeNull();
    expect(messageRefusal({ ...slack }, "edit")).toBeNull();
    expect(buttonsOf(slack).map(({ label }) => label)).toEqual(["Extend 500", "Choose…", "Let go"]);
    const discord = toDiscordMessage(toDiscordCard(digest), 12_345);
    const errors = createFormErrors();
    checkComponents(discord.components, true, errors);
    errors.throwIfAny();
    const nodes = discord.components.flatMap(nodesOf);
    expect(nodes.flatMap(({ label }) => label ?? [])).toEqual(["Extend 500", "Choose…", "Let go"]);
    const contents = nodes.flatMap(({ content }) => (typeof content === "string" ? content : []));
    const bytes = contents.reduce((sum, text) => sum + bytesOf(text) + LIMITS.componentBytes, 0);
    expect(bytes).toBeLessThanOrEqual(LIMITS.messageBytes);
    const discordText = contents.join("\n").replaceAll(/[`\\]/gu, "");
    for (const text of [slackTextOf(slack).replaceAll("`", ""), discordText]) {
      for (const caveat of caveats) expect(text).toContain(caveat);
      expect(text).toContain("and 485 more: Choose… has those to decide");
      expect(text).toContain("Extend: 7 days more. Without a decision each ends by itself.");
    }

    await life.run.click(`choose-ends:${mark}`, BOB);
    const form = toForm(life.room.forms[0] ?? { kind: "help" });
    expect(form).not.toBeNull();
    if (form !== null) expect(viewRefusal({ view: toView(form, "slack:C1") })).toBeNull();
    await life.run.click(`extend:${mark}`, BOB);
    expect(await actsOf(life, ["extend"])).toHaveLength(COUNT);
    expect(life.digests()[0]).toMatch(/^500 blocks that were to end: nothing is left to decide/);
    const decided = digestOf(life);
    expect(messageRefusal({ ...toSlackMessage(toCard(decided)) }, "edit")).toBeNull();
  });
});
