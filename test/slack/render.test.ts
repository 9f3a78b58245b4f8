import { describe, expect, test } from "vitest";

import { toClean } from "../../adapters/slack/inert.ts";
import { toMessage } from "../../adapters/slack/render.ts";
import type { Card, CardBlock, CardRow, Text, Tone } from "../../src/card.ts";
import { messageRefusal } from "../standins/slack/content.ts";
import { buttonsOf, textOf } from "../standins/slack/slack.ts";

function card(...blocks: readonly CardBlock[]): Card {
  return { fallback: "a card", blocks };
}

function section(text: string) {
  return { type: "section", text: { type: "mrkdwn", text, verbatim: true } };
}

function blocksOf(...blocks: readonly CardBlock[]) {
  return toMessage(card(...blocks)).blocks;
}

function row(n: number, details: Text = ["Acme, Bramble · analysed 3 days ago · ", LINK]): CardRow {
  return {
    tone: "unsafe",
    head: [{ code: `10.0.${n >> 8}.${n & 255}` }, " · unsafe 8/94 · Example LLC · AS64500"],
    details,
  };
}

const LINK = { link: "https://www.virustotal.com/gui/ip-address/10.0.0.1", text: "VirusTotal" } as const;

/** Outside text that would be mark-up, a mention, an emoji, a link or a trick if Slack read it. */
const HOSTILE =
  "*b* _i_ ~s~ `c` :skull: <!channel> <@U1|x> <http://e.example|y> @here #triage evil.com &amp; > q \u202Egnp.exe\u0007";

describe("a card as blocks", () => {
  test("each part has its block, in order", () => {
    const blocks = blocksOf(
      { kind: "title", tone: "unsafe", text: "1 unsafe" },
      {
        kind: "text",
        text: [{ bold: "S-7K3Q" }, " by ", { user: "slack:U012AB3CD" }, " and ", { user: "local:console" }],
      },
      { kind: "rows", rows: [row(1), row(2, []), row(3, [])] },
      { kind: "note", text: ["52 more in the file"] },
      {
        kind: "buttons",
        buttons: [
          { label: "Block 1", action: "block:P1", style: "danger" },
          { label: "Dismiss", action: "dismiss:P1", style: "plain" },
        ],
      },
    );

    expect(blocks).toEqual([
      { type: "header", text: { type: "plain_text", text: "🔴 1 unsafe", emoji: false } },
      section("*S-7K3Q* by <@U012AB3CD> and local:console"),
      section(
        [
          "🔴 `10.0.0.1` · unsafe 8/94 · Example LLC · AS64500",
          `>Acme, Bramble · analysed 3 days ago · <${LINK.link}|VirusTotal>`,
          "🔴 `10.0.0.2` · unsafe 8/94 · Example LLC · AS64500",
          "🔴 `10.0.0.3` · unsafe 8/94 · Example LLC · AS64500",
        ].join("\n"),
      ),
      { type: "context", elements: [{ type: "plain_text", text: "52 more in the file", emoji: false }] },
      {
        type: "actions",
        elements: [
          {
            type: "button",
            text: { type: "plain_text", text: "Block 1", emoji: false },
            action_id: "4.0:block:P1",
            value: "block:P1",
            style: "danger",
          },
          {
            type: "button",
            text: { type: "plain_text", text: "Dismiss", emoji: false },
            action_id: "4.1:dismiss:P1",
            value: "dismiss:P1",
          },
        ],
      },
    ]);
  });

  test("every tone has a sign of its own", () => {
    const tones: readonly Tone[] = [
      "unsafe",
      "suspicious",
      "clean",
      "unknown",
      "failed",
      "skipped",
      "rejected",
      "info",
      "waiting",
      "blocked",
      "protected",
      "problem",
    ];
    const signs = tones.map((tone) => textOf({ blocks: blocksOf({ kind: "title", tone, text: "" }) }));
    const names = tones.map((tone) =>
      JSON.stringify(blocksOf({ kind: "rows", rows: [{ ...row(1, []), tone }] })),
    );
    expect(new Set(signs).size).toBe(tones.length);
    expect(new Set(names).size).toBe(tones.length);
  });

  test("an empty card and empty parts are no blocks that Slack would refuse", () => {
    const message = toMessage(
      card(
        { kind: "text", text: [] },
        { kind: "text", text: [""] },
        { kind: "note", text: [""] },
        { kind: "rows", rows: [] },
        { kind: "buttons", buttons: [] },
      ),
    );
    expect(message).toEqual({ text: "a card", blocks: [] });
  });

  test("the same action on two buttons gets two ids", () => {
    const button = { label: "Cancel", action: "cancel:S-7K3Q", style: "plain" } as const;
    const blocks = blocksOf(
      { kind: "buttons", buttons: [button, button] },
      { kind: "buttons", buttons: [button] },
    );
    expect(new Set(buttonsOf({ blocks }).map(({ actionId }) => actionId)).size).toBe(3);
    expect(buttonsOf({ blocks }).map(({ value }) => value)).toEqual(Array(3).fill("cancel:S-7K3Q"));
  });

  test("long labels are cut, and six buttons are two rows", () => {
    const buttons = Array.from({ length: 6 }, (_, n) => ({
      label: "x".repeat(80),
      action: `a${n}`,
      style: "plain" as const,
    }));
    const blocks = blocksOf({ kind: "buttons", buttons });
    expect(blocks.map((block) => ("elements" in block ? block.elements.length : 0))).toEqual([5, 1]);
    expect(buttonsOf({ blocks })[0]?.label).toBe(`${"x".repeat(74)}…`);
  });
});

describe("text from outside", () => {
  const shown = toClean(HOSTILE);

  test("is escaped and inert in texts, bold, code and on links", () => {
    const [block] = blocksOf({
      kind: "text",
      text: [HOSTILE, { bold: HOSTILE }, { code: HOSTILE }, { link: LINK.link, text: HOSTILE }],
    });
    const markup = block?.type === "section" ? (block.text?.text ?? "") : "";
    expect(block).toMatchObject({ type: "section", text: { type: "mrkdwn", verbatim: true } });
    expect(markup).not.toContain("\u0007");
    expect(markup).not.toMatch(/\u202E|<[!@#]/);
    expect(markup.match(/<[^>]*>/g)).toHaveLength(1);
    // Back quotes of its own round the code, and those of the outside text kept from meaning anything.
    expect(markup.replaceAll(/\u2060`\u2060/g, "").split("`")).toHaveLength(3);
    expect(markup).toContain("&lt;!channel&gt;");
    expect(shown).toContain("<!channel>");
  });

  test("is plain in titles, small print and on buttons, where no emoji is made of it", () => {
    const blocks = blocksOf(
      { kind: "title", tone: "info", text: HOSTILE },
      { kind: "note", text: [HOSTILE, " and ", HOSTILE] },
      { kind: "buttons", buttons: [{ label: HOSTILE, action: "a", style: "plain" }] },
    );
    const texts = JSON.stringify(blocks).match(/"type":"(mrkdwn|plain_text)"/g);
    expect(new Set(texts)).toEqual(new Set(['"type":"plain_text"']));
    expect(JSON.stringify(blocks).match(/"emoji":false/g)).toHaveLength(3);
  });

  test("is inert beside mark-up of the card's own in small print", () => {
    const [block] = blocksOf({
      kind: "note",
      text: [HOSTILE, { code: "a`b" }, { user: "slack:U012AB3CD" }, { bold: "*x*" }],
    });
    const element = block?.type === "context" ? block.elements[0] : null;
    expect(element).toMatchObject({ type: "mrkdwn", verbatim: true });
    const markup = element?.type === "mrkdwn" ? element.text : "";
    expect(markup).toMatchInlineSnapshot(
      `"⁠*⁠b⁠*⁠ ⁠_⁠i⁠_⁠ ⁠~⁠s⁠~⁠ ⁠\`⁠c⁠\`⁠ :⁠skull: &lt;!channel&gt; &lt;@U1|x&gt; &lt;http://e.example|y&gt; @here #triage evil.com &amp;amp; &gt; q gnp.exe\`aˋb\`<@U012AB3CD>*⁠*⁠x⁠*⁠*"`,
    );
    expect(markup.match(/<[^>]*>/g)).toEqual(["<@U012AB3CD>"]);
    expect(markup).not.toMatch(/(?<!\u2060)[*~](?!\u2060)b|:skull:/);
  });

  test.each(["javascript:alert(1)", "slack://channel", "not an address", "http://"])(
    "%s is no link",
    (link) => {
      const json = JSON.stringify(blocksOf({ kind: "text", text: [{ link, text: "VirusTotal" }] }));
      expect(json).not.toContain('"link"');
      expect(json).toContain("VirusTotal");
    },
  );

  test("a link in small print cannot end its own mark-up", () => {
    const [block] = blocksOf({ kind: "note", text: [{ link: "https://x.example/a|b>c<d", text: "x>|y" }] });
    expect(block).toMatchObject({ elements: [{ text: "<https://x.example/a%7Cb%3Ec%3Cd|x&gt;|y>" }] });
  });

  test("a fallback mentions nobody", () => {
    expect(toMessage({ fallback: "<!channel> & co", blocks: [] }).text).toBe("&lt;!channel&gt; &amp; co");
  });

  test("an id that is none of Slack's is a word", () => {
    const text: Text = [
      { user: "discord:123" },
      { user: "slack:U1> <!channel" },
      { user: "slack:B012AB3CD" },
    ];
    const json = JSON.stringify(blocksOf({ kind: "text", text }));
    expect(json).not.toContain('"user"');
  });

  test("half a character does not come through", () => {
    expect(JSON.stringify(blocksOf({ kind: "text", text: ["a\uD83Db"] }))).toContain("a\uFFFDb");
  });
});

describe("limits", () => {
  const buttons: CardBlock = {
    kind: "buttons",
    buttons: [{ label: "Block", action: "block:P1", style: "danger" }],
  };
  const title: CardBlock = { kind: "title", tone: "unsafe", text: "x".repeat(500) };

  test.each<readonly [string, isCut: boolean, readonly CardBlock[]]>([
    ["10,000 rows", true, [{ kind: "rows", rows: Array.from({ length: 10_000 }, (_, n) => row(n)) }]],
    [
      "long rows",
      true,
      [{ kind: "rows", rows: Array.from({ length: 30 }, (_, n) => row(n, ["é".repeat(5000)])) }],
    ],
    ["a long head", false, [{ kind: "rows", rows: [{ ...row(1), head: [{ code: "😀".repeat(3000) }] }] }]],
    ["a text of 100,000 characters", true, [{ kind: "text", text: ["word ".repeat(20_000)] }]],
    ["a text without a space", true, [{ kind: "text", text: ["😀".repeat(20_000)] }]],
    [
      "a thousand short texts",
      true,
      Array.from({ length: 1000 }, () => ({ kind: "text", text: ["x"] }) as const),
    ],
    ["links without end", true, [{ kind: "text", text: Array.from({ length: 500 }, () => LINK) }]],
    [
      "long small print",
      false,
      [
        { kind: "note", text: ["x".repeat(9000)] },
        { kind: "note", text: [{ code: "x".repeat(9000) }] },
      ],
    ],
    ["nothing but a long fallback", false, []],
  ])(
    "%s: Slack takes it, title and buttons stand, and it says when something is left out",
    (_, isCut, blocks) => {
      const message = toMessage({ fallback: "&".repeat(10_000), blocks: [title, ...blocks, buttons] });

      expect(messageRefusal({ ...message }, "edit")).toBeNull();
      expect(message.text.length).toBeLessThanOrEqual(4000);
      expect(message.blocks[0]?.type).toBe("header");
      expect(buttonsOf(message)).toHaveLength(1);
      const last = textOf(message).split("\n").at(-1) ?? "";
      expect(/more in the file\.$|Not everything fits here\.$/.test(last)).toBe(isCut);
    },
  );

  test("rows are left out from the end, and counted", () => {
    const rows = Array.from({ length: 300 }, (_, n) => row(n));
    const text = textOf({ blocks: blocksOf({ kind: "rows", rows }, buttons) });
    const shown = text.match(/unsafe 8\/94/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(30);
    expect(text).toContain(`${300 - shown} more in the file.`);
    expect(text).toContain(`10.0.0.${shown - 1} `);
  });

  test("a row's head stays in one piece", () => {
    const rows = Array.from({ length: 60 }, (_, n) => row(n, []));
    const lines = textOf({ blocks: blocksOf({ kind: "rows", rows }) }).split("\n");
    const heads = lines.filter((line) => line.includes("10.0."));
    expect(heads).toHaveLength(60);
    expect(heads.every((line) => line.endsWith("unsafe 8/94 · Example LLC · AS64500"))).toBe(true);
  });

  test("a page of twenty rows of the usual length fits", () => {
    const rows = Array.from({ length: 20 }, (_, n) => row(n, ["x".repeat(220), LINK]));
    expect(
      textOf({ blocks: blocksOf({ kind: "note", text: ["1 of 3"] }, { kind: "rows", rows }, buttons) }),
    ).not.toContain("more in the file");
  });

  test("a long text is parted between words, and loses none", () => {
    const words = Array.from({ length: 1200 }, (_, n) => `word${n}`).join(" ");
    const blocks = blocksOf({ kind: "text", text: [words] });
    expect(blocks.length).toBeGreaterThan(2);
    expect(textOf({ blocks }).replaceAll("\n", "")).toBe(words);
  });
});
