import { describe, expect, test } from "vitest";

import { answer, call, openDiscord, pending, register } from "./open-discord.ts";

const V2 = 1 << 15;
const many = <T>(count: number, make: (number: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const text = (content: string, id?: number) => ({ type: 10, content, ...(id !== undefined && { id }) });
const row = (...components: object[]) => ({ type: 1, components });
const button = (custom_id: string, more = {}) => ({ type: 2, style: 1, label: "Go", custom_id, ...more });
const option = (value: string, more = {}) => ({ label: value, value, ...more });
const menu = (options: object[], more = {}) => row({ type: 3, custom_id: "menu", options, ...more });
const v2 = (...components: object[]) => ({ flags: V2, components });
const legacy = (...components: object[]) => ({ content: "x", components });
const container = (...components: object[]) => ({ type: 17, components });
const embed = (more: object) => ({ embeds: [{ title: "t", ...more }] });

/** What is too much, why, and what is just not too much. */
const MESSAGES: readonly (readonly [string, object, string, object | null])[] = [
  ["content", { content: "x".repeat(2001) }, "content: BASE_TYPE_MAX_LENGTH", { content: "x".repeat(2000) }],
  [
    "nonce",
    { content: "x", nonce: "n".repeat(26) },
    "nonce: BASE_TYPE_MAX_LENGTH",
    { content: "x", nonce: "n".repeat(25) },
  ],
  [
    "components in all",
    v2(container(...many(40, () => text("x")))),
    "components: COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    v2(container(...many(39, () => text("x")))),
  ],
  [
    "text in all components",
    v2(text("x".repeat(2000)), container(text("x".repeat(2001)))),
    "components: COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    v2(text("x".repeat(2000)), container(text("x".repeat(2000)))),
  ],
  ["an empty text", v2(text("")), "components.0.content: BASE_TYPE_MIN_LENGTH", null],
  [
    "the same number twice",
    v2(text("a", 5), text("b", 5)),
    "components: COMPONENT_ID_DUPLICATED",
    v2(text("a", 5), text("b", 6)),
  ],
  [
    "the same custom_id twice",
    legacy(row(button("a"), button("a"))),
    "components: COMPONENT_CUSTOM_ID_DUPLICATED",
    legacy(row(button("a"), button("b"))),
  ],
  [
    "custom_id",
    legacy(row(button("x".repeat(101)))),
    "components.0.components.0.custom_id: BASE_TYPE_MAX_LENGTH",
    legacy(row(button("x".repeat(100)))),
  ],
  [
    "label of a button",
    legacy(row(button("a", { label: "x".repeat(81) }))),
    "components.0.components.0.label: BASE_TYPE_MAX_LENGTH",
    legacy(row(button("a", { label: "x".repeat(80) }))),
  ],
  [
    "a button without a label",
    legacy(row(button("a", { label: "" }))),
    "components.0.components.0: BUTTON_COMPONENT_INVALID_LABEL",
    null,
  ],
  [
    "a link with another scheme",
    legacy(row({ type: 2, style: 5, label: "x", url: "ftp://x" })),
    "components.0.components.0.url: URL_TYPE_INVALID_SCHEME",
    null,
  ],
  [
    "buttons of a row",
    legacy(row(...many(6, (n) => button(`${n}`)))),
    "components.0.components: BASE_TYPE_BAD_LENGTH",
    legacy(row(...many(5, (n) => button(`${n}`)))),
  ],
  [
    "rows without components v2",
    legacy(...many(6, (n) => row(button(`${n}`)))),
    "components: BASE_TYPE_BAD_LENGTH",
    legacy(...many(5, (n) => row(button(`${n}`)))),
  ],
  [
    "a menu beside a button",
    legacy(row(button("a"), { type: 3, custom_id: "m", options: [option("1")] })),
    "components.0.components: BASE_TYPE_BAD_LENGTH",
    null,
  ],
  [
    "options of a menu",
    legacy(menu(many(26, (n) => option(`${n}`)))),
    "components.0.components.0.options: BASE_TYPE_BAD_LENGTH",
    legacy(menu(many(25, (n) => option(`${n}`)))),
  ],
  [
    "label of an option",
    legacy(menu([option("a", { label: "x".repeat(101) })])),
    "components.0.components.0.options.0.label: BASE_TYPE_MAX_LENGTH",
    legacy(menu([option("a", { label: "x".repeat(100) })])),
  ],
  [
    "value of an option",
    legacy(menu([option("x".repeat(101), { label: "x" })])),
    "components.0.components.0.options.0.value: BASE_TYPE_MAX_LENGTH",
    null,
  ],
  [
    "description of an option",
    legacy(menu([option("a", { description: "x".repeat(101) })])),
    "components.0.components.0.options.0.description: BASE_TYPE_MAX_LENGTH",
    null,
  ],
  [
    "the same option twice",
    legacy(menu([option("a"), option("a")])),
    "components.0.components.0.options: SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    null,
  ],
  [
    "more values than options",
    legacy(menu([option("a")], { max_values: 2 })),
    "components.0.components.0: SELECT_COMPONENT_TOO_MANY_MAX_VALUES",
    legacy(menu([option("a")], { min_values: 0, max_values: 1 })),
  ],
  [
    "placeholder",
    legacy(menu([option("a")], { placeholder: "x".repeat(151) })),
    "components.0.components.0.placeholder: BASE_TYPE_MAX_LENGTH",
    legacy(menu([option("a")], { placeholder: "x".repeat(150) })),
  ],
  [
    "content with components v2",
    { ...v2(text("x")), content: "x" },
    "content: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    null,
  ],
  [
    "embeds with components v2",
    { ...v2(text("x")), ...embed({}) },
    "embeds: MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    null,
  ],
  [
    "components v2 without the flag",
    { components: [text("x")] },
    "components.0.type: UNION_TYPE_CHOICES",
    null,
  ],
  [
    "a container in a container",
    v2(container(container(text("x")))),
    "components.0.components.0.type: UNION_TYPE_CHOICES",
    null,
  ],
  [
    "a button outside of a row",
    v2(button("a")),
    "components.0.type: UNION_TYPE_CHOICES",
    v2(row(button("a"))),
  ],
  [
    "a colour",
    v2({ ...container(text("x")), accent_color: 0x1_00_00_00 }),
    "components.0.accent_color: NUMBER_TYPE_MAX",
    null,
  ],
  [
    "a number of a component",
    v2(text("x", 2 ** 31)),
    "components.0.id: NUMBER_TYPE_MAX",
    v2(text("x", 2 ** 31 - 1)),
  ],
  [
    "a file that is not there",
    v2({ type: 13, file: { url: "attachment://a.txt" } }),
    "components: COMPONENT_ATTACHMENT_NOT_FOUND",
    null,
  ],
  [
    "a file from elsewhere",
    v2({ type: 13, file: { url: "https://x/a.txt" } }),
    "components.0.file.url: URL_TYPE_INVALID_SCHEME",
    null,
  ],
  [
    "embeds",
    { embeds: many(11, () => ({ title: "t" })) },
    "embeds: BASE_TYPE_BAD_LENGTH",
    { embeds: many(10, () => ({ title: "t" })) },
  ],
  [
    "title of an embed",
    embed({ title: "x".repeat(257) }),
    "embeds.0.title: BASE_TYPE_MAX_LENGTH",
    embed({ title: "x".repeat(256) }),
  ],
  [
    "description of an embed",
    embed({ description: "x".repeat(4097) }),
    "embeds.0.description: BASE_TYPE_MAX_LENGTH",
    embed({ description: "x".repeat(4096) }),
  ],
  [
    "fields of an embed",
    embed({ fields: many(26, () => ({ name: "n", value: "v" })) }),
    "embeds.0.fields: BASE_TYPE_BAD_LENGTH",
    null,
  ],
  [
    "value of a field",
    embed({ fields: [{ name: "n", value: "x".repeat(1025) }] }),
    "embeds.0.fields.0.value: BASE_TYPE_MAX_LENGTH",
    null,
  ],
  [
    "text of all embeds",
    { embeds: many(2, () => ({ description: "x".repeat(3001) })) },
    "embeds: MAX_EMBED_SIZE_EXCEEDED",
    { embeds: many(2, () => ({ description: "x".repeat(3000) })) },
  ],
  [
    "both ways to say whom to notify",
    { content: "x", allowed_mentions: { parse: ["users"], users: ["1"] } },
    "allowed_mentions: MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    { content: "x", allowed_mentions: { parse: [], users: ["1"] } },
  ],
];

describe("a message is refused (50035) for", () => {
  test.each(MESSAGES)("%s", async (_, tooMuch, code, enough) => {
    const discord = await openDiscord();
    const path = `POST /channels/${discord.channel("triage")}/messages`;

    const refused = await call(discord, path, tooMuch);
    const taken = enough === null ? null : await call(discord, path, enough);

    expect([refused.status, refused.code]).toEqual([400, 50035]);
    expect(refused.errors).toContain(code);
    expect(taken?.errors ?? []).toEqual([]);
    expect(discord.messages("triage")).toHaveLength(taken === null ? 0 : 1);
  });

  test("nothing in it (50006)", async () => {
    const discord = await openDiscord();
    const path = `POST /channels/${discord.channel("triage")}/messages`;

    for (const body of [{}, { content: "" }, { content: "  \n" }, { flags: V2, components: [] }])
      expect((await call(discord, path, body)).code).toBe(50006);
  });
});

const label = (component: object, more = {}) => ({ type: 18, label: "L", component, ...more });
const input = (custom_id: string, more = {}) => ({ type: 4, style: 1, custom_id, ...more });
const modal = (...components: object[]) => ({ title: "t", custom_id: "m", components });

const MODALS: readonly (readonly [string, object, string, object | null])[] = [
  [
    "title",
    { ...modal(label(input("a"))), title: "x".repeat(46) },
    "data.title: BASE_TYPE_MAX_LENGTH",
    { ...modal(label(input("a"))), title: "x".repeat(45) },
  ],
  [
    "fields",
    modal(...many(6, (n) => label(input(`${n}`)))),
    "data.components: BASE_TYPE_BAD_LENGTH",
    modal(...many(5, (n) => label(input(`${n}`)))),
  ],
  [
    "label",
    modal(label(input("a"), { label: "x".repeat(46) })),
    "data.components.0.label: BASE_TYPE_MAX_LENGTH",
    modal(label(input("a"), { label: "x".repeat(45) })),
  ],
  [
    "label of a field in a row",
    modal(row(input("a", { label: "x".repeat(46) }))),
    "data.components.0.components.0.label: BASE_TYPE_MAX_LENGTH",
    modal(row(input("a", { label: "x".repeat(45) }))),
  ],
  [
    "no label in a row",
    modal(row(input("a"))),
    "data.components.0.components.0.label: BASE_TYPE_REQUIRED",
    null,
  ],
  [
    "a label of its own under a label",
    modal(label(input("a", { label: "x" }))),
    "data.components.0.component.label: BASE_TYPE_MAX_LENGTH",
    null,
  ],
  [
    "what stands in a field",
    modal(label(input("a", { value: "x".repeat(4001) }))),
    "data.components.0.component.value: BASE_TYPE_MAX_LENGTH",
    modal(label(input("a", { value: "x".repeat(4000) }))),
  ],
  [
    "a placeholder",
    modal(label(input("a", { placeholder: "x".repeat(101) }))),
    "data.components.0.component.placeholder: BASE_TYPE_MAX_LENGTH",
    null,
  ],
  ["a button", modal(row(button("a"))), "data.components.0.components.0.type: UNION_TYPE_CHOICES", null],
  [
    "options of a menu",
    modal(label({ type: 3, custom_id: "m", options: many(26, (n) => option(`${n}`)) })),
    "data.components.0.component.options: BASE_TYPE_BAD_LENGTH",
    null,
  ],
];

describe("a modal is refused (50035) for", () => {
  test.each(MODALS)("%s", async (_, tooMuch, code, enough) => {
    const discord = await openDiscord();
    await register(discord);
    const command = pending(discord, discord.slash("alice", "triage", "vtip"));

    const refused = await answer(discord, command, 9, tooMuch);
    const taken = enough === null ? null : await answer(discord, command, 9, enough);

    expect([refused.status, refused.code]).toEqual([400, 50035]);
    expect(refused.errors).toContain(code);
    expect(taken?.errors ?? []).toEqual([]);
    expect(discord.modals("alice")).toHaveLength(taken === null ? 0 : 1);
  });
});

test("components get numbers that are free, and keep those that they bring", async () => {
  const discord = await openDiscord();
  const path = `/channels/${discord.channel("triage")}/messages`;

  const { body } = await call(
    discord,
    `POST ${path}`,
    v2({ ...container(text("a", 2), text("b", 0)), id: 77 }, text("c")),
  );
  const read = await call(discord, `GET ${path}/${body.id}`);

  expect(read.body).toMatchObject({
    flags: V2,
    components: [{ id: 77, components: [{ id: 2 }, { id: 1 }] }, { id: 3 }],
  });
});
