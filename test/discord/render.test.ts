import {
  ApplicationCommandType,
  ButtonStyle,
  ComponentType,
  type APIMessageTopLevelComponent,
} from "discord-api-types/v10";
import { describe, expect, test } from "vitest";

import { COMMANDS } from "../../adapters/discord/commands.ts";
import { bytesOf } from "../../adapters/discord/inert.ts";
import { LIMITS, PAGE } from "../../adapters/discord/limits.ts";
import { toMessage, type Message } from "../../adapters/discord/render.ts";
import { toCard as toDiscordCard } from "../../adapters/discord/speech.ts";
import { toCard, type Card, type CardBlock, type CardRow, type Text, type Tone } from "../../src/card.ts";
import type { Reply } from "../../src/reply.ts";
import { hostileSamples, manyRows, NOW, samples } from "../chat/samples.ts";
import { checkComponents } from "../standins/discord/component-rules.ts";
import { nodesOf } from "../standins/discord/components.ts";
import { createFormErrors } from "../standins/discord/form-errors.ts";
import { kindsOf, readMarkup, wordsOf } from "./mark-up-reader.ts";

const PEOPLE = { requester: "discord:1001", approver: "discord:1002" };

function card(...blocks: readonly CardBlock[]): Card {
  return { fallback: "a card", blocks };
}

function row(n: number, details: Text = ["Acme, Bramble · analysed 3 days ago · ", LINK]): CardRow {
  return {
    tone: "unsafe",
    head: [{ code: `10.0.${n >> 8}.${n & 255}` }, " · unsafe 8/94 · Example LLC · AS64500"],
    details,
  };
}

const LINK = { link: "https://www.virustotal.com/gui/ip-address/10.0.0.1", text: "VirusTotal" } as const;

function display(content: string) {
  return { type: ComponentType.TextDisplay, content };
}

function insideOf({ components }: Message): readonly APIMessageTopLevelComponent[] {
  const [container] = components;
  return container?.type === ComponentType.Container ? container.components : [];
}

function contentsOf(message: Message): readonly string[] {
  return message.components.flatMap(nodesOf).flatMap((node) => {
    return node.type === ComponentType.TextDisplay ? [String(node["content"])] : [];
  });
}

/** What is read, without mark-up. */
function textOf(message: Message): string {
  return contentsOf(message)
    .map((content) => wordsOf(readMarkup(content)))
    .join("\n");
}

function buttonsOf(message: Message) {
  return message.components.flatMap(nodesOf).filter(({ type }) => type === ComponentType.Button);
}

/** Throws where Discord would refuse, or break at, the message. */
function refuse(message: Message): void {
  const errors = createFormErrors();
  checkComponents(message.components, true, errors);
  errors.throwIfAny();
  const texts = contentsOf(message);
  const bytes = texts.reduce((sum, text) => sum + bytesOf(text) + LIMITS.componentBytes, 0);
  expect(bytes).toBeLessThanOrEqual(LIMITS.messageBytes);
}

function rowsReply(rows: ReturnType<typeof manyRows>): Reply {
  const rule = { unsafeAbove: 3, countAsDetection: ["malicious", "suspicious"] };
  return { kind: "rows", scanId: "S-7K3Q", rows, page: 1, pages: 1, inFileOnly: 0, rule, at: NOW };
}

/** As many rows as the core puts into one message. */
function onePage(rows: ReturnType<typeof manyRows>) {
  let length = 0;
  return rows.filter((result) => {
    length += JSON.stringify(toCard(rowsReply([result])).blocks).length;
    return length <= PAGE.characters;
  });
}

describe("a card as components", () => {
  test("each part has its component, in order, in one container", () => {
    const message = toMessage(
      card(
        { kind: "title", tone: "unsafe", text: "1 unsafe" },
        {
          kind: "text",
          text: [{ bold: "S-7K3Q" }, " by ", { user: "discord:42" }, " and ", { user: "slack-1" }],
        },
        { kind: "rows", rows: [row(1), row(2, []), row(3, [])] },
        { kind: "note", text: ["52 more in the file"] },
        {
          kind: "buttons",
          buttons: [
            { label: "Start", action: "start:S1", style: "primary" },
            { label: "Block 1", action: "block:P1", style: "danger" },
            { label: "Dismiss", action: "dismiss:P1", style: "plain" },
          ],
        },
      ),
      12_345,
    );

    expect(message.flags).toBe(32_768);
    expect(message.allowed_mentions).toEqual({ parse: [] });
    expect(message.components).toEqual([
      {
        type: ComponentType.Container,
        id: 12_345,
        accent_color: 0xda_37_3c,
        components: [
          display("### 🔴 1 unsafe"),
          display("**S-7K3Q** by <@42> and slack-1"),
          { type: ComponentType.Separator, divider: true, spacing: 1 },
          display(
            [
              "🔴 `10.0.0.1` · unsafe 8/94 · Example LLC · AS64500",
              `-# Acme, Bramble · analysed 3 days ago · [VirusTotal](<${LINK.link}>)`,
              "🔴 `10.0.0.2` · unsafe 8/94 · Example LLC · AS64500",
              "🔴 `10.0.0.3` · unsafe 8/94 · Example LLC · AS64500",
            ].join("\n"),
          ),
          display("-# 52 more in the file"),
          {
            type: ComponentType.ActionRow,
            components: [
              {
                type: ComponentType.Button,
                style: ButtonStyle.Primary,
                label: "Start",
                custom_id: "start:S1",
              },
              {
                type: ComponentType.Button,
                style: ButtonStyle.Danger,
                label: "Block 1",
                custom_id: "block:P1",
              },
              {
                type: ComponentType.Button,
                style: ButtonStyle.Secondary,
                label: "Dismiss",
                custom_id: "dismiss:P1",
              },
            ],
          },
        ],
      },
    ]);
  });

  test.each(Object.entries(samples(PEOPLE)))("%s is taken by Discord, with all its buttons", (_, reply) => {
    const message = toMessage(toCard(reply), 1);

    refuse(message);
    const labels = toCard(reply).blocks.flatMap((block) => (block.kind === "buttons" ? block.buttons : []));
    expect(buttonsOf(message).map((button) => button["custom_id"])).toEqual(
      labels.map(({ action }) => action),
    );
    expect(JSON.stringify(message)).not.toMatch(/in the file\.|Not everything/);
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
    const titles = tones.map((tone) => textOf(toMessage(card({ kind: "title", tone, text: "x" }))));
    const rows = tones.map((tone) => textOf(toMessage(card({ kind: "rows", rows: [{ ...row(1), tone }] }))));
    expect(new Set(titles).size).toBe(tones.length);
    expect(new Set(rows).size).toBe(tones.length);
  });

  test("an empty card says its fallback, since Discord refuses a message of nothing", () => {
    const message = toMessage(
      card(
        { kind: "text", text: [] },
        { kind: "text", text: ["\n"] },
        { kind: "note", text: [""] },
        { kind: "rows", rows: [] },
        { kind: "buttons", buttons: [] },
      ),
    );
    refuse(message);
    expect(textOf(message)).toBe("a card…");
    refuse(toMessage({ fallback: "", blocks: [] }));
  });

  test("long labels are cut, and six buttons are two rows", () => {
    const buttons = Array.from({ length: 6 }, (_, n) => ({
      label: "x".repeat(90),
      action: `a${n}`,
      style: "plain" as const,
    }));
    const message = toMessage(card({ kind: "buttons", buttons }));
    refuse(message);
    expect(insideOf(message).map((part) => ("components" in part ? part.components.length : 0))).toEqual([
      5, 1,
    ]);
    expect(buttonsOf(message)[0]?.["label"]).toBe(`${"x".repeat(79)}…`);
  });
});

describe("text from outside", () => {
  const OWN = new Set(["line", "text", "code", "bold", "heading", "small", "link", "person"]);

  test.each(Object.entries(hostileSamples(PEOPLE)))("in %s it is shown and means nothing", (_, reply) => {
    const message = toMessage(toCard(reply));

    refuse(message);
    for (const content of contentsOf(message)) {
      const parts = readMarkup(content);
      expect(
        [...kindsOf(parts)].filter((kind) => !OWN.has(kind)),
        content,
      ).toEqual([]);
      expect(content).not.toMatch(/\u202E|<@U|(?<!\u2060)\beveryone\b(?<=@everyone)(?!.*`)/);
    }
    const people = [...JSON.stringify(message).matchAll(/<@[^>]*>/g)].map(([found]) => found);
    expect(people.filter((found) => found !== "<@1001>" && found !== "<@1002>")).toEqual([]);
    const links = [...JSON.stringify(message).matchAll(/\]\(<([^>]*)>\)/g)].map(
      ([, address]) => address ?? "",
    );
    expect(
      links.filter((address) => !/^https:\/\/(www\.virustotal\.com|chat\.example)\//.test(address)),
    ).toEqual([]);
    if (JSON.stringify(toCard(reply)).includes("evil.example"))
      expect(textOf(message)).toContain("evil.example");
  });

  test("a title is one line, and means nothing", () => {
    const message = toMessage(card({ kind: "title", tone: "info", text: "a *b*\n# c <@1>" }));
    expect(contentsOf(message)).toEqual(["### ℹ️ a \\*b\\* \\# c \\<\\@1\\>"]);
  });

  test("on a button it is plain", () => {
    const message = toMessage(
      card({ kind: "buttons", buttons: [{ label: "*a* \u202Eb", action: "x", style: "plain" }] }),
    );
    expect(buttonsOf(message)[0]?.["label"]).toBe("*a* b");
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
    ["a text of three bytes a character", true, [{ kind: "text", text: ["住".repeat(4000)] }]],
    ["a text of signs", true, [{ kind: "text", text: ["*".repeat(4000)] }]],
    [
      "a thousand short texts",
      true,
      Array.from({ length: 1000 }, () => ({ kind: "text", text: ["x"] }) as const),
    ],
    [
      "ten tables of long rows",
      false,
      Array.from({ length: 10 }, (_, n) => [
        { kind: "rows", rows: [row(n, ["x".repeat(900)])] } as const,
        { kind: "text", text: ["x"] } as const,
      ]).flat(),
    ],
    ["links without end", true, [{ kind: "text", text: Array.from({ length: 500 }, () => LINK) }]],
    ["long small print", true, [{ kind: "note", text: ["\n".repeat(90), "x".repeat(9000)] }]],
    ["nothing more", false, []],
  ])(
    "%s: Discord takes it, title and buttons stand, and it says when something is left out",
    (_, isCut, blocks) => {
      const message = toMessage(
        { fallback: "*".repeat(10_000), blocks: [title, ...blocks, buttons] },
        2 ** 31 - 1,
      );

      refuse(message);
      expect(contentsOf(message)[0]).toMatch(/^### 🔴 x+…$/);
      expect(buttonsOf(message)).toHaveLength(1);
      const last = textOf(message).split("\n").at(-1) ?? "";
      expect(/more in the file\.$|Not everything fits here\.$/.test(last)).toBe(isCut);
    },
  );

  test("rows are left out from the end, and counted", () => {
    const rows = Array.from({ length: 300 }, (_, n) => row(n));
    const text = textOf(toMessage(card({ kind: "rows", rows }, buttons)));
    const shown = text.match(/unsafe 8\/94/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(18);
    expect(text).toContain(`${300 - shown} more in the file.`);
    expect(text).toContain(`10.0.0.${shown - 1} `);
  });

  test("a full page of the usual rows is shown whole", () => {
    const rows = samples(PEOPLE)["rows"];
    if (rows?.kind !== "rows") throw new Error("the sample is gone");
    const [usual] = rows.rows;
    if (usual === undefined) throw new Error("the sample is gone");
    const message = toMessage(toCard({ ...rows, rows: Array.from({ length: PAGE.rows }, () => usual) }));

    refuse(message);
    expect(textOf(message).match(/Fennel and 2 more · analysed 3 days ago · VirusTotal/g)).toHaveLength(
      PAGE.rows,
    );
    expect(textOf(message)).toContain("52 more in the file");
  });

  test("a page of the longest rows loses no row, no link, and nothing of what stands in the first line", () => {
    const rows = onePage(manyRows(PAGE.rows));
    const message = toMessage(toCard(rowsReply(rows)));

    refuse(message);
    expect(rows.length).toBeGreaterThan(11);
    const text = textOf(message);
    for (const { piece, facts } of rows) {
      expect(text).toMatch(
        new RegExp(`${piece.input.replaceAll(".", "\\.")} · unsafe 8/94 · Very .* · AS${facts?.asn}`),
      );
    }
    expect(text.match(/Acme Lab, .* · VirusTotal$/gm)).toHaveLength(rows.length);
    expect(text).not.toContain("more in the file");
  });

  test.each([
    ["signs that are escaped", "*".repeat(300)],
    ["three bytes a character", "住".repeat(300)],
    ["emoji", "😀".repeat(300)],
    ["back quotes", "`".repeat(300)],
  ])("a page of rows full of %s loses none", (_, text) => {
    const long = manyRows(PAGE.rows).map((result) => ({
      ...result,
      reason: text,
      listing: { list: "blacklisted", entry: text } as const,
      piece: { ...result.piece, input: `${result.piece.input}${text}`, indicator: null },
      facts: result.facts && {
        ...result.facts,
        owner: text,
        country: text,
        flaggedBy: Array.from({ length: 9 }, () => ({ engine: text, category: "malicious" })),
      },
    }));
    const rows = onePage(long);
    const message = toMessage(toCard(rowsReply(rows)));

    refuse(message);
    expect(rows.length).toBeGreaterThan(2);
    for (const { piece } of rows) expect(textOf(message)).toContain(piece.input.slice(0, 8));
    expect(textOf(message)).not.toContain("more in the file");
  });
});

test("help names the commands as Discord has them, every one of them and no other", () => {
  const text = textOf(toMessage(toDiscordCard({ kind: "help" })));

  const named = [...text.matchAll(/\/(vtip[\w-]*)/g)].map(([, name]) => name);
  const registered = COMMANDS.filter(({ type }) => type === ApplicationCommandType.ChatInput).map(
    ({ name }) => name,
  );
  expect(new Set([...named, "vtip-help"])).toEqual(new Set(registered));
  expect(text).toContain("/vtip indicators: file:  checks every");
  expect(text).toContain("/vtip-unblock ip: [reason:]  takes it off");
  expect(text).not.toContain("commands do not work there");
});
