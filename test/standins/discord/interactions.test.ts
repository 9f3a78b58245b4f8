import { describe, expect, test } from "vitest";

import { type Discord, textOf, tokenRefused } from "./discord.ts";
import { answer, call, hook, moveClock, openDiscord, pending, register } from "./open-discord.ts";

const REPLY = 4;
const DEFER = 5;
const DEFER_UPDATE = 6;
const UPDATE = 7;
const MODAL = 9;
const EPHEMERAL = 64;

const row = (custom_id: string) => ({
  type: 1,
  components: [{ type: 2, style: 1, label: custom_id, custom_id }],
});
const why = {
  title: "Why",
  custom_id: "why",
  components: [{ type: 18, label: "Reason", component: { type: 4, custom_id: "reason", style: 1 } }],
};

async function open(options = {}) {
  const discord = await openDiscord(options);
  await register(discord);
  return discord;
}

const slash = (discord: Discord, channel = "triage") =>
  pending(discord, discord.slash("alice", channel, "vtip"));

/** A message of the bot with a button. */
async function card(discord: Discord) {
  const { body } = await call(discord, `POST /channels/${discord.channel("triage")}/messages`, {
    content: "block?",
    components: [row("Block")],
  });
  const message = discord.messages("triage").find(({ id }) => id === body.id);
  if (message === undefined) throw new Error("the card is not there");
  return message;
}

describe("an interaction", () => {
  test("is answered once, in time, and nobody answers another's", async () => {
    const discord = await open();
    const command = slash(discord);

    const wrong = await answer(discord, { id: command.id, token: "x" }, DEFER);
    const first = await answer(discord, command, DEFER);
    const second = await answer(discord, command, REPLY, { content: "hi" });
    const { ack } = await command.done;

    expect([wrong.status, wrong.code]).toEqual([404, 10062]);
    expect([first.status, first.headers.get("content-type")]).toEqual([204, null]);
    expect([second.status, second.code]).toEqual([400, 40060]);
    expect(ack).toMatchObject({ ok: true, type: DEFER, problem: null });
  });

  test("that is not answered in time has failed, and takes no answer any more", async () => {
    const discord = await open({ ackMs: 20 });
    const command = slash(discord);

    const { ack } = await command.done;
    const late = await answer(discord, command, DEFER);
    const followUp = await call(discord, `POST ${hook(discord, command)}`, { content: "late" });

    expect(ack).toMatchObject({ ok: false, type: null, problem: "timeout" });
    expect(ack.ms).toBeGreaterThanOrEqual(19);
    expect([late.status, late.code]).toEqual([404, 10062]);
    expect([followUp.status, followUp.code]).toEqual([404, 10015]);
  });

  test("has messages under its token from its answer on until the token is over", async () => {
    const discord = await open();
    const command = slash(discord);
    const edit = () =>
      call(discord, `PATCH ${hook(discord, command, "/messages/@original")}`, { content: "x" });

    const unanswered = await edit();
    await answer(discord, command, DEFER);
    const answered = await edit();
    discord.fail("PATCH /webhooks/:id/:token/messages/@original", tokenRefused());
    const refused = await edit();
    const again = await edit();
    discord.expireTokens();
    const expired = await edit();
    const unknown = await call(discord, `POST ${hook(discord, { token: "nonsense" })}`, { content: "x" });
    const foreign = await call(discord, `POST /webhooks/1/${command.token}`, { content: "x" });
    const short = slash(discord);
    await answer(discord, short, DEFER);
    moveClock(15 * 60_000 + 1);
    const over = await call(discord, `DELETE ${hook(discord, short, "/messages/@original")}`);

    expect(
      [unanswered, answered, refused, again, expired, unknown, foreign, over].map(({ code }) => code),
    ).toEqual([10015, undefined, 50027, undefined, 50027, 50027, 10015, 50027]);
    expect(refused.status).toBe(401);
  });

  test("is delivered where the bot may not even look, and answered there", async () => {
    const discord = await open();
    const command = slash(discord, "outside");

    await answer(discord, command, REPLY, { content: "invite me", flags: EPHEMERAL });
    await command.done;

    expect(command.raw).toMatchObject({ channel_id: discord.channel("outside") });
    expect(discord.ephemeral("alice").map(({ content }) => content)).toEqual(["invite me"]);
    expect(BigInt((command.raw as { app_permissions: string }).app_permissions) & (1n << 10n)).toBe(0n);
  });

  test("tells all of who, where and what, in a guild and in direct messages", async () => {
    const discord = await open();
    const path = `/applications/${discord.applicationId}/commands`;
    await call(discord, `PUT ${path}`, [{ name: "everywhere", description: "x" }]);

    const inGuild = pending(discord, discord.slash("bob", "triage", "vtip", { indicators: "a\nb" })).raw;
    const direct = pending(discord, discord.slash("bob", discord.dm("bob"), "everywhere")).raw;

    expect(inGuild).toMatchObject({
      application_id: discord.applicationId,
      type: 2,
      version: 1,
      guild_id: discord.guildId,
      channel: { id: discord.channel("triage"), name: "triage", type: 0 },
      member: { user: { id: discord.user("bob"), username: "bob" }, roles: [discord.role("analysts")] },
      data: { name: "vtip", type: 1, options: [{ name: "indicators", type: 3, value: "a b" }] },
      context: 0,
      authorizing_integration_owners: { 0: discord.guildId },
      attachment_size_limit: 10 * 1024 * 1024,
      locale: "en-US",
      entitlements: [],
    });
    expect(direct).toMatchObject({ user: { username: "bob" }, context: 1, channel: { type: 1 } });
    expect(direct).not.toHaveProperty("member");
    await expect(discord.slash("bob", discord.dm("bob"), "vtip")).rejects.toThrow("no command vtip here");
    await expect(discord.slash("bob", "triage", "vtip", { ip: "1.2.3.4" })).rejects.toThrow("no option ip");
  });

  test("takes only answers that fit it", async () => {
    const discord = await open();
    const message = await card(discord);
    const command = slash(discord);
    const wrongForCommand = [];
    for (const type of [DEFER_UPDATE, UPDATE, 8, 1])
      wrongForCommand.push((await answer(discord, command, type)).code);
    const click = pending(discord, discord.click("bob", message, "Block"));
    await answer(discord, click, MODAL, why);
    const modal = await discord.until(() => discord.openModal("bob"), "the modal");
    const submit = pending(discord, discord.submit("bob", modal, { Reason: "bad" }));
    const modalToModal = await answer(discord, submit, MODAL, why);
    const update = await answer(discord, submit, UPDATE, { content: "done", components: [] });
    const afterwards = await answer(discord, click, MODAL, why);

    expect(wrongForCommand).toEqual([50035, 50035, 50035, 50035]);
    expect([modalToModal.code, update.code, afterwards.code]).toEqual([50035, undefined, 40060]);
    expect(submit.raw).toMatchObject({
      message: { id: message.id },
      data: {
        custom_id: "why",
        components: [{ type: 18, component: { type: 4, custom_id: "reason", value: "bad" } }],
      },
    });
    expect(discord.messages("triage").find(({ id }) => id === message.id)).toMatchObject({ content: "done" });
    await submit.done;
    expect(discord.openModal("bob")).toBeUndefined();
  });
});

describe("a deferred answer", () => {
  test("is seen as thinking, then as what it is edited to; it is read and deleted under @original", async () => {
    const discord = await open();
    const command = slash(discord);
    const original = hook(discord, command, "/messages/@original");

    await answer(discord, command, DEFER);
    const thinking = discord.messages("triage")[0];
    await call(discord, `PATCH ${original}`, { content: "done" });
    const read = await call(discord, `GET ${original}`);
    const edited = discord.messages("triage")[0];
    const deleted = await call(discord, `DELETE ${original}`);
    const gone = await call(discord, `GET ${original}`);

    expect(thinking).toMatchObject({ isThinking: true, content: "" });
    expect(edited).toMatchObject({ isThinking: false, content: "done" });
    expect(read.body).toMatchObject({ content: "done", webhook_id: discord.applicationId, type: 20 });
    expect([deleted.status, gone.code]).toEqual([204, 10008]);
    expect(discord.messages("triage")).toEqual([]);
  });

  test("is private or not for good, whatever comes later", async () => {
    const discord = await open();
    const command = slash(discord);
    await answer(discord, command, DEFER, { flags: EPHEMERAL });

    await call(discord, `PATCH ${hook(discord, command, "/messages/@original")}`, {
      content: "quiet",
      flags: 0,
    });

    expect(discord.messages("triage")).toEqual([]);
    expect(discord.ephemeral("alice")[0]).toMatchObject({
      content: "quiet",
      isEphemeral: true,
      flags: EPHEMERAL,
    });
    expect(discord.ephemeral("bob")).toEqual([]);
  });

  test("becomes the first follow-up, whose own flag counts for nothing; the next one is a message of its own", async () => {
    const discord = await open();
    const command = slash(discord);
    await answer(discord, command, DEFER);

    const first = await call(discord, `POST ${hook(discord, command)}`, { content: "1", flags: EPHEMERAL });
    const second = await call(discord, `POST ${hook(discord, command)}`, { content: "2", flags: EPHEMERAL });
    const edited = await call(discord, `PATCH ${hook(discord, command, `/messages/${second.body.id}`)}`, {
      content: "3",
    });

    expect(discord.messages("triage").map(({ id, content }) => [id, content])).toEqual([
      [first.body.id, "1"],
    ]);
    expect(discord.ephemeral("alice").map(({ content }) => content)).toEqual(["3"]);
    expect(edited.status).toBe(200);
  });

  test("of a private kind is no message of the channel to anybody", async () => {
    const discord = await open();
    const command = slash(discord);
    await answer(discord, command, REPLY, { content: "quiet", flags: EPHEMERAL, components: [row("Go")] });
    const [note] = discord.ephemeral("alice");
    if (note === undefined) throw new Error("there is no note");
    const path = `/channels/${discord.channel("triage")}/messages`;

    expect((await call(discord, `GET ${path}/${note.id}`)).code).toBe(10008);
    expect((await call(discord, `PATCH ${path}/${note.id}`, { content: "x" })).code).toBe(10008);
    expect((await call(discord, `GET ${path}`)).body).toEqual([]);
    await expect(discord.click("bob", note, "Go")).rejects.toThrow("bob does not see");
    expect(pending(discord, discord.click("alice", note, "Go")).raw).toMatchObject({
      message: { flags: EPHEMERAL },
    });
  });
});

describe("a component", () => {
  test("updates its message now, or later under @original", async () => {
    const discord = await open();
    const message = await card(discord);
    const click = pending(discord, discord.click("alice", message, "Block"));

    await answer(discord, click, DEFER_UPDATE);
    await call(discord, `PATCH ${hook(discord, click, "/messages/@original")}`, {
      content: "later",
      components: [],
    });

    expect(discord.messages("triage").map(({ content }) => content)).toEqual(["later"]);
    await expect(discord.click("alice", message, "Block")).rejects.toThrow(
      "no button Block, only none at all",
    );
  });

  test("that is a menu sends what its options and numbers allow", async () => {
    const discord = await open();
    const options = ["1.1.1.1", "2.2.2.2", "3.3.3.3"].map((value) => ({
      label: `IP ${value}`,
      value,
      default: true,
    }));
    const menu = { type: 3, custom_id: "ips", placeholder: "Which?", min_values: 0, max_values: 3, options };
    const command = slash(discord);
    await answer(discord, command, REPLY, {
      flags: EPHEMERAL,
      content: "Choose",
      components: [{ type: 1, components: [menu] }],
    });
    const [note] = discord.ephemeral("alice");
    if (note === undefined) throw new Error("there is no note");

    const { raw } = pending(discord, discord.pick("alice", note, 0, ["2.2.2.2", "IP 1.1.1.1"]));
    const emptied = pending(discord, discord.pick("alice", note, "Which", []));

    expect(raw.data).toMatchObject({ component_type: 3, custom_id: "ips", values: ["2.2.2.2", "1.1.1.1"] });
    expect(emptied.raw.data).toMatchObject({ values: [] });
    await expect(discord.pick("alice", note, "ips", ["9.9.9.9"])).rejects.toThrow("no option 9.9.9.9");
    expect(textOf(note)).toBe("Choose\nWhich?\nIP 1.1.1.1\nIP 2.2.2.2\nIP 3.3.3.3");
  });

  test("that is switched off, a link, or not there cannot be pressed", async () => {
    const discord = await open();
    const buttons = [
      { type: 2, style: 1, label: "Off", custom_id: "off", disabled: true },
      { type: 2, style: 5, label: "Link", url: "https://www.virustotal.com" },
    ];
    const path = `POST /channels/${discord.channel("triage")}/messages`;
    await call(discord, path, { content: "x", components: [{ type: 1, components: buttons }] });
    const [message] = discord.messages("triage");
    if (message === undefined) throw new Error("there is no message");

    for (const name of ["Off", "Link"])
      await expect(discord.click("bob", message, name)).rejects.toThrow(
        `the button ${name} cannot be pressed`,
      );
    await expect(discord.click("bob", message, "Gone")).rejects.toThrow("no button Gone, only Off, Link");
  });
});

test("a message command carries the message whole, whatever the bot may read else", async () => {
  const discord = await open({ intents: [] });
  const path = `/applications/${discord.applicationId}/guilds/${discord.guildId}/commands`;
  await call(discord, `POST ${path}`, { name: "Check with vtip", type: 3 });
  const { message } = await discord.message("bob", "triage", "1.2.3.4", {
    files: [{ name: "a.txt", content: "x" }],
  });

  const { raw } = pending(discord, discord.shortcut("alice", message, "Check with vtip"));

  expect(raw.data).toMatchObject({
    type: 3,
    name: "Check with vtip",
    target_id: message.id,
    resolved: { messages: { [message.id]: { content: "1.2.3.4", attachments: [{ filename: "a.txt" }] } } },
  });
});

test("a modal keeps what stands in its fields, and holds a person to what they ask for", async () => {
  const discord = await open();
  const command = slash(discord);
  const options = ["7", "30"].map((value) => ({ label: `${value} days`, value, default: value === "30" }));
  await answer(discord, command, MODAL, {
    title: "Block 2",
    custom_id: "m",
    components: [
      { type: 18, label: "How long", component: { type: 3, custom_id: "life", options } },
      {
        type: 18,
        label: "Why",
        component: { type: 4, custom_id: "why", style: 2, value: "bad", max_length: 10 },
      },
      { type: 1, components: [{ type: 4, custom_id: "note", label: "Note", style: 1, required: false }] },
    ],
  });
  const modal = await discord.until(() => discord.openModal("alice"), "the modal");

  await expect(discord.submit("alice", modal, { Why: "" })).rejects.toThrow("why is required");
  await expect(discord.submit("alice", modal, { Why: "x".repeat(11) })).rejects.toThrow("0 to 10 characters");
  await expect(discord.submit("alice", modal, { Who: "me" })).rejects.toThrow("no field Who");
  await expect(discord.submit("bob", modal)).rejects.toThrow("bob has no modal");
  const { raw } = pending(discord, discord.submit("alice", modal, { "How long": "7" }));

  expect(raw.data).toMatchObject({
    components: [
      { type: 18, component: { type: 3, custom_id: "life", values: ["7"] } },
      { type: 18, component: { type: 4, custom_id: "why", value: "bad" } },
      { type: 1, components: [{ type: 4, custom_id: "note", value: "" }] },
    ],
  });
});
