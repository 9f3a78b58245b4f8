import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  type DiscordAPIError,
  type Interaction,
  type Message,
  Events,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
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
