import { describe, expect, test } from "vitest";

import { buttonsOf, menusOf, textOf } from "./discord.ts";

const WJ = "\u2060";

describe("what a person reads", () => {
  test.each([
    ["**bold** *it* _it_ __under__ ~~gone~~ ||secret||", "bold it it under gone secret"],
    ["**_both_** ***all***", "both all"],
    ["`1.2.3.4` and ``a`b`` and `` `x` ``", "1.2.3.4 and a`b and `x`"],
    ["`**not bold** \\*`", "**not bold** \\*"],
    ["```ts\nlet **a** = 1;\n```", "let **a** = 1;\n"],
    [String.raw`\*not it\* \_no\_ \#1 \<@5\> \\ \[a\](b)`, String.raw`*not it* _no_ #1 <@5> \ [a](b)`],
    ["[see **it**](<https://www.virustotal.com/gui/x>) [y](https://x.y/z)", "see it y"],
    ["<@123> <@!123> <@&45> <#6> <https://x.y>", "@123 @!123 @&45 #6 https://x.y"],
    ["# One\n### Three\n-# small\n> quoted\nnot # one", "One\nThree\nsmall\nquoted\nnot # one"],
    ["- one\n* two\n3 - 4", "• one\n• two\n3 - 4"],
    [`https${WJ}://evil${WJ}.example @${WJ}everyone`, "https://evil.example @everyone"],
    ["snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"],
    ["evil[.]example hxxp[:]//x", "evil[.]example hxxp[:]//x"],
  ])("of %j is %j", (content, read) => {
    expect(textOf({ content })).toBe(read);
  });

  test("of embeds and components stands in the order in which it is laid out", () => {
    const components = [
      {
        type: 17,
        components: [
          { type: 10, content: "### Title" },
          {
            type: 9,
            components: [{ type: 10, content: "in a section" }],
            accessory: { type: 2, style: 1, label: "More" },
          },
          { type: 14 },
          { type: 13, file: { url: "attachment://a.xlsx" }, name: "a.xlsx" },
          {
            type: 1,
            components: [{ type: 2, style: 3, label: "Block 2", custom_id: "block", emoji: { name: "⛔" } }],
          },
        ],
      },
      {
        type: 1,
        components: [
          {
            type: 3,
            id: 7,
            custom_id: "m",
            placeholder: "Which?",
            min_values: 0,
            options: [{ label: "A", value: "a", description: "first" }],
          },
        ],
      },
    ];
    const embeds = [
      { title: "**T**", description: "d", fields: [{ name: "n", value: "`v`" }], footer: { text: "f" } },
    ];

    expect(textOf({ content: "c", embeds, components })).toBe(
      "c\nT\nd\nn\nv\nf\nTitle\nin a section\nMore\na.xlsx\nBlock 2\nWhich?\nA\nfirst",
    );
    expect(buttonsOf({ components }).map(({ label, customId, emoji }) => [label, customId, emoji])).toEqual([
      ["More", undefined, undefined],
      ["Block 2", "block", "⛔"],
    ]);
    expect(menusOf({ components })).toMatchObject([
      { customId: "m", id: 7, min: 0, max: 1, options: [{ value: "a" }] },
    ]);
  });

  test("of a modal are its title, labels and what stands in its fields", () => {
    const components = [
      {
        type: 18,
        label: "Why",
        description: "in words",
        component: { type: 4, custom_id: "why", value: "bad" },
      },
      { type: 10, content: "**careful**" },
    ];

    expect(textOf({ title: "Block 2", components })).toBe("Block 2\nWhy\nin words\nbad\ncareful");
  });
});
