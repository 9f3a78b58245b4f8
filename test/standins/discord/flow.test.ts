import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  ContainerBuilder,
  FileBuilder,
  type Client,
  type DiscordAPIError,
  type Interaction,
  type Message,
  Events,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from "discord.js";
import { expect, test } from "vitest";

import { startClient } from "./client.ts";
import { buttonsOf, rateLimited, textOf } from "./discord.ts";
import { openDiscord } from "./open-discord.ts";

const COMMAND = new SlashCommandBuilder()
  .setName("vtip")
  .setDescription("Check indicators")
  .addStringOption((option) => option.setName("indicators").setDescription("what to check"))
  .addAttachmentOption((option) => option.setName("file").setDescription("a list"))
  .toJSON();

const approve = new ButtonBuilder()
  .setCustomId("approve:1")
  .setLabel("✅ Approve")
  .setStyle(ButtonStyle.Success);
const why = new ModalBuilder()
  .setCustomId("why:1")
  .setTitle("Why")
  .addComponents(
    new ActionRowBuilder<TextInputBuilder>().addComponents(
      new TextInputBuilder().setCustomId("reason").setLabel("Reason").setStyle(TextInputStyle.Short),
    ),
  );

function converse(client: Client<true>, read: string[]): void {
  client.on(Events.InteractionCreate, (interaction) => void answer(interaction, read));
  client.on(Events.MessageCreate, (message) => void reply(message, read));
}

async function answer(interaction: Interaction, read: string[]): Promise<void> {
  if (interaction.isChatInputCommand()) {
    await interaction.deferReply();
    const { url = "" } = interaction.options.getAttachment("file") ?? {};
    read.push(await (await fetch(url)).text());
    await interaction.editReply("progress 1/2");
    await interaction.editReply("progress 2/2");
    const thread = await (
      await interaction.fetchReply()
    ).startThread({ name: "case 1", autoArchiveDuration: 1440 });
    await thread.send({
      content: "report",
      files: [new AttachmentBuilder(Buffer.from("PK"), { name: "report.xlsx" })],
    });
    await thread.send({
      content: "block?",
      components: [new ActionRowBuilder<ButtonBuilder>().addComponents(approve)],
    });
    const tooLong = await thread.send("x".repeat(2001)).catch((error: DiscordAPIError) => error.code);
    await interaction.editReply(`done ${String(tooLong)}`);
    await interaction.followUp({ content: "just for you", flags: MessageFlags.Ephemeral });
  } else if (interaction.isButton()) {
    await interaction.showModal(why);
  } else if (interaction.isModalSubmit() && interaction.isFromMessage()) {
    const reason = interaction.fields.getTextInputValue("reason");
    await interaction.update({
      content: `approved by ${interaction.user.username}: ${reason}`,
      components: [],
    });
  }
}

async function reply(message: Message, read: string[]): Promise<void> {
  if (message.author.bot) return;
  for (const { url } of message.attachments.values()) read.push(await (await fetch(url)).text());
  await message.reply(`got ${message.content}`);
}

test("a conversation from a command to an approval goes through the real client", async () => {
  const discord = await openDiscord();
  const read: string[] = [];
  const client = await startClient(discord, (client) => converse(client, read));
  await client.application.commands.set([COMMAND], discord.guildId);
  discord.fail("PATCH /webhooks/:id/:token/messages/@original", rateLimited(0.05));

  const file = { name: "iocs.txt", content: "8.8.8.8" };
  const { ack } = await discord.slash("alice", "triage", "vtip", { indicators: "1.2.3.4", file });
  const [note] = await discord.until(
    () => discord.ephemeral("alice").length > 0 && discord.ephemeral("alice"),
    "the note",
  );
  const [head] = discord.messages("triage");
  if (head === undefined || note === undefined) throw new Error("nothing was answered");
  const [, report, card] = discord.thread("triage", head.id);
  if (report === undefined || card === undefined) throw new Error("nothing hangs in the thread");
  const click = await discord.click("bob", card, "Approve");
  const modal = await discord.until(() => discord.openModal("bob"), "the modal");
  const sent = await discord.submit("bob", modal, { Reason: "seen in the wild" });

  expect(ack).toMatchObject({ ok: true, type: 5, problem: null });
  expect(read).toEqual(["8.8.8.8"]);
  expect(head.versions.map(({ content }) => content)).toEqual([
    "",
    "progress 1/2",
    "progress 2/2",
    "progress 2/2",
    "done 50035",
  ]);
  expect(report.files.map(({ name, bytes }) => [name, bytes.toString()])).toEqual([["report.xlsx", "PK"]]);
  expect(textOf(note)).toBe("just for you");
  expect([click.ack.type, sent.ack.type]).toEqual([9, 7]);
  const decided = discord.thread("triage", head.id).at(-1);
  expect(decided).toMatchObject({ content: "approved by bob: seen in the wild", id: card.id });
  expect(buttonsOf(decided ?? {})).toEqual([]);
  expect(discord.openModal("bob")).toBeUndefined();
});

test("messages, mentions, direct messages and threads reach the real client, and its answers come back", async () => {
  const discord = await openDiscord();
  const read: string[] = [];
  await startClient(discord, (client) => converse(client, read));
  const files = [{ name: "a.txt", content: "evil.example" }];

  const { message } = await discord.message("alice", "triage", "one", { files });
  await discord.mention("bob", "incidents", "two");
  await discord.direct("carol", "three");
  await discord.message("dave", "triage", "four", { thread: message });
  await discord.until(() => discord.messages(discord.dm("carol")).length === 2, "the direct answer");
  await discord.until(() => discord.thread("triage", message).length === 3, "the answer in the thread");

  expect(read).toEqual(["evil.example"]);
  const answers = await discord.until(
    () => discord.messages("triage").length === 2 && discord.messages("triage"),
    "an answer",
  );
  expect(answers[1]).toMatchObject({ content: "got one", reference: message.id, author: discord.botUserId });
  await discord.until(
    () => discord.messages("incidents")[1]?.content === `got <@${discord.botUserId}> two`,
    "the answer",
  );
  expect(discord.messages(discord.dm("carol"))[1]).toMatchObject({ content: "got three" });
  expect(discord.thread("triage", message).map(({ content }) => content)).toEqual([
    "one",
    "four",
    "got four",
  ]);
  expect(discord.pings().flatMap(({ users }) => users.map(({ name }) => name))).toContain("alice");
});

test("components v2 with a file, a menu and a nonce pass through the real client, and its caches hold what stands there", async () => {
  const discord = await openDiscord({ secondGuild: { name: "Other", channels: [{ name: "lobby" }] } });
  const client = await startClient(discord);
  const channel = await client.channels.fetch(discord.channel("triage"));
  if (channel?.isSendable() !== true) throw new Error("the client cannot write there");
  const menu = new StringSelectMenuBuilder({
    customId: "ips",
    minValues: 0,
    options: [{ label: "1.1.1.1", value: "a" }],
  });
  const container = new ContainerBuilder({ id: 77, accent_color: 0xff_00_00 })
    .addTextDisplayComponents({ type: 10, content: "### **3 unsafe** <@1>" })
    .addFileComponents(new FileBuilder().setURL("attachment://report.xlsx"))
    .addActionRowComponents(new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu));

  const message = await channel.send({
    flags: MessageFlags.IsComponentsV2,
    components: [container],
    files: [new AttachmentBuilder(Buffer.from("PK"), { name: "report.xlsx" })],
    allowedMentions: { parse: [] },
    nonce: "post-1",
    enforceNonce: true,
  });
  const [seen] = discord.messages("triage");

  expect(seen).toMatchObject({ id: message.id, files: [{ name: "report.xlsx" }], components: [{ id: 77 }] });
  expect(textOf(seen ?? {})).toBe("3 unsafe @1\nreport.xlsx\n1.1.1.1");
  expect(message.attachments.first()?.size).toBe(2);
  expect(discord.pings()).toEqual([]);
  expect(client.guilds.cache.map(({ name }) => name)).toEqual(["Company", "Other"]);
  const outside = client.channels.cache.get(discord.channel("outside"));
  expect(
    outside?.isSendable() === true &&
      "permissionsFor" in outside &&
      outside.permissionsFor(client.user)?.has("ViewChannel"),
  ).toBe(false);
  const bob = await client.guilds.cache.get(discord.guildId)?.members.fetch(discord.user("bob"));
  expect(bob?.roles.cache.has(discord.role("analysts"))).toBe(true);
});
