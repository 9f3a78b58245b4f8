import { expect, test } from "vitest";

import type { Discord } from "./discord.ts";
import { call, moveClock, openDiscord, pending, register } from "./open-discord.ts";

const path = (discord: Discord) => `/channels/${discord.channel("triage")}/messages`;
const named = (discord: Discord) =>
  discord.messages("triage").map(({ files }) => files.map(({ name }) => name));
const V2 = 1 << 15;

test("files of the bot hang at its message, by the names and in the order that it says", async () => {
  const discord = await openDiscord();
  const files = [
    ["a", "one"],
    ["b.txt", "two"],
  ] as const;
  const attachments = [{ id: 0, filename: "odd näme.xlsx", description: "a report" }, { id: "1" }];

  const { body } = await call(discord, `POST ${path(discord)}`, { content: "see", attachments }, { files });

  const raw = body as unknown as { attachments: readonly { url: string }[] };
  expect(raw.attachments).toMatchObject([
    { filename: "odd_n_me.xlsx", size: 3, description: "a report" },
    { filename: "b.txt", size: 3, content_type: "text/plain; charset=utf-8" },
  ]);
  expect(await (await fetch(raw.attachments[0]?.url ?? "")).text()).toBe("one");
  expect(discord.messages("triage")[0]?.files.map(({ bytes }) => bytes.toString())).toEqual(["one", "two"]);
});

test("an edit keeps the files that it lists, or all of them", async () => {
  const discord = await openDiscord();
  const { body } = await call(
    discord,
    `POST ${path(discord)}`,
    {},
    {
      files: [
        ["a.txt", "1"],
        ["b.txt", "2"],
      ],
    },
  );
  const { attachments } = body as unknown as { attachments: readonly { id: string; filename: string }[] };
  const edit = (change: object, options = {}) =>
    call(discord, `PATCH ${path(discord)}/${body.id}`, change, options);

  await edit({ content: "x" });
  expect(named(discord)).toEqual([["a.txt", "b.txt"]]);
  await edit({ attachments: [{ id: attachments[1]?.id }, { id: 0 }] }, { files: [["c.txt", "3"]] });
  expect(named(discord)).toEqual([["b.txt", "c.txt"]]);
  await edit({ content: "y" }, { files: [["d.txt", "4"]] });
  expect(named(discord)).toEqual([["b.txt", "c.txt", "d.txt"]]);
  expect((await edit({ attachments: [{ id: "77" }] })).code).toBe(50035);
  await edit({ attachments: [] });
  expect(named(discord)).toEqual([[]]);
});

test("files that are too large or too many are refused", async () => {
  const discord = await openDiscord({ attachmentSizeLimit: 10 });
  const send = (files: readonly (readonly [string, string])[]) =>
    call(discord, `POST ${path(discord)}`, {}, { files });

  const tooLarge = await send([["a.txt", "x".repeat(11)]]);
  const tooMany = await send(Array.from({ length: 11 }, (_, n) => [`${n}.txt`, "x"] as const));
  const wholeTooLarge = await send([["a.txt", "x".repeat(25 * 1024 * 1024)]]);

  expect([tooLarge.status, tooLarge.code]).toEqual([413, 40005]);
  expect(tooMany.errors).toEqual(["attachments: BASE_TYPE_MAX_LENGTH"]);
  expect([wholeTooLarge.status, wholeTooLarge.code]).toEqual([413, 40005]);
  expect(discord.messages("triage")).toEqual([]);
});

test("with components v2 those files are seen that a component shows", async () => {
  const discord = await openDiscord();
  const components = [{ type: 17, components: [{ type: 13, file: { url: "attachment://a.txt" } }] }];
  const files = [
    ["a.txt", "1"],
    ["hidden.txt", "2"],
  ] as const;

  const { body } = await call(discord, `POST ${path(discord)}`, { flags: V2, components }, { files });

  expect(named(discord)).toEqual([["a.txt"]]);
  const shown = body as unknown as {
    components: readonly { components: readonly { file: { url: string } }[] }[];
  };
  expect(shown.components[0]?.components[0]).toMatchObject({ type: 13, name: "a.txt", size: 1 });
  expect((await fetch(shown.components[0]?.components[0]?.file.url ?? "")).status).toBe(200);
});

test("the address of a file is good for a day, and its message gives another one", async () => {
  const discord = await openDiscord();
  const { message } = await discord.message("alice", "triage", "", {
    files: [{ name: "a.txt", content: "1" }],
  });
  const url = async () => {
    const { body } = await call(discord, `GET ${path(discord)}/${message.id}`);
    return (body as unknown as { attachments: readonly { url: string }[] }).attachments[0]?.url ?? "";
  };
  const first = await url();
  const forged = first.replace(/hm=\w/, "hm=_");

  expect((await fetch(first)).status).toBe(200);
  expect((await fetch(forged)).status).toBe(404);
  moveClock(24 * 60 * 60_000 + 1);
  expect((await fetch(first)).status).toBe(404);
  expect((await fetch(await url())).status).toBe(200);
  const refreshed = await call(discord, "POST /attachments/refresh-urls", { attachment_urls: [first] });
  const [{ refreshed: fresh } = { refreshed: "" }] = (
    refreshed.body as unknown as { refreshed_urls: { refreshed: string }[] }
  ).refreshed_urls;
  expect((await fetch(fresh)).status).toBe(200);
});

test("who shows its token where files are is found out", async () => {
  const discord = await openDiscord();
  await register(discord);
  const file = { name: "a.txt", content: "1", described: { size: 5 } };
  const command = pending(discord, discord.slash("alice", "triage", "vtip", { file }));
  const { options, resolved } = command.raw.data as unknown as {
    options: readonly { value: string }[];
    resolved: { attachments: Readonly<Record<string, { url: string; size: number; ephemeral: boolean }>> };
  };
  const attachment = resolved.attachments[options[0]?.value ?? ""];

  await fetch(attachment?.url ?? "", { headers: { authorization: `Bot ${discord.token}` } });
  await fetch(attachment?.url ?? "");

  expect(attachment).toMatchObject({ size: 5, ephemeral: true, filename: "a.txt" });
  expect(discord.calls("download").map(({ authorization }) => authorization)).toEqual([
    `Bot ${discord.token}`,
    undefined,
  ]);
});
