import { array, assert, constantFrom, property } from "fast-check";
import { describe, expect, test } from "vitest";

import { sizeOf, toClean, toCode, toInert } from "../../adapters/discord/inert.ts";
import { toMarkup, toMarkupLine } from "../../adapters/discord/markup.ts";
import type { Text } from "../../src/card.ts";
import { kindsOf, readMarkup, wordsOf, type Part } from "./mark-up-reader.ts";

/** Every kind of mark-up that Discord knows, one by one. */
const MARKUP: readonly (readonly [Part["kind"], string])[] = [
  ["bold", "**x**"],
  ["italics", "*x*"],
  ["italics", "_x_"],
  ["underline", "a__x__b"],
  ["strike", "~~x~~"],
  ["spoiler", "||x||"],
  ["code", "`x`"],
  ["code", "``x`y``"],
  ["block", "```js\nx\n```"],
  ["heading", "# x"],
  ["heading", "a\n### x"],
  ["small", "-# x"],
  ["quote", "> x"],
  ["quote", " >>> x"],
  ["item", "- x"],
  ["item", "  * x"],
  ["item", "a\n12. x"],
  ["link", "[x](https://evil.example)"],
  ["link", "[x](<https://evil.example>)"],
  ["link", "<https://evil.example>"],
  ["link", "see https://evil.example/a?b"],
  ["link", "HTTP://evil.example"],
  ["link", "discord://-/channels/1/2"],
  ["link", "<mailto:a@evil.example>"],
  ["link", "<a@evil.example>"],
  ["link", "<tel:+15550100>"],
  ["invite", "discord.gg/abc"],
  ["invite", "discordapp.com/invite/abc"],
  ["person", "<@123>"],
  ["person", "<@!123>"],
  ["role", "<@&123>"],
  ["channel", "<#123>"],
  ["everyone", "@everyone"],
  ["everyone", "hi @here"],
  ["emoji", "<:skull:123>"],
  ["emoji", "<a:skull:123>"],
  ["shortcode", ":skull:"],
  ["shortcode", ":+1:"],
  ["time", "<t:1600000000:R>"],
  ["command", "</vtip scan:123>"],
  ["guide", "<id:customize>"],
];

/** A line's parts are text and nothing else. */
const INERT = new Set<Part["kind"]>(["line", "text"]);

describe("text from outside", () => {
  test.each(MARKUP)("%s: %j means nothing, and is shown as it is", (kind, text) => {
    expect(kindsOf(readMarkup(text))).toContain(kind);

    const parts = readMarkup(toInert(text));

    expect([...kindsOf(parts)].filter((one) => !INERT.has(one))).toEqual([]);
    expect(wordsOf(parts).replaceAll("\u2060", "")).toBe(text);
  });

  test.each(MARKUP)("%s: %j means nothing after or before another text, either", (_, text) => {
    for (const around of ["\\", "*", "<", "`", "[", ":", "a", "1", "|", "\n"]) {
      for (const markup of [toInert(around) + toInert(text), toInert(text) + toInert(around)]) {
        expect(
          [...kindsOf(readMarkup(markup))].filter((one) => !INERT.has(one)),
          markup,
        ).toEqual([]);
      }
    }
  });

  test("whatever it is, it means nothing and is shown as it is", () => {
    const signs = constantFrom(
      ..."\\*_~|`<>[]()@#&!:/-+.1a \n".split(""),
      "everyone",
      "https://",
      "discord.gg/a",
      "-# ",
    );
    assert(
      property(
        array(signs, { maxLength: 30 }).map((all) => all.join("")),
        (text) => {
          const parts = readMarkup(toInert(text));
          expect([...kindsOf(parts)].filter((one) => !INERT.has(one))).toEqual([]);
          expect(wordsOf(parts).replaceAll("\u2060", "")).toBe(toClean(text));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    "Sample Hosting LLC · AS64500 · 8/94",
    "2026-11-21 10:00 UTC, 51 % of 1,500",
    "a-b (c) d; e: f! g? h=i \"j\" 'k' 1.2.3.4 #5 C#",
  ])("%s is left as it is", (text) => {
    expect(toInert(text)).toBe(text);
  });

  test("turned around, broken or controlling characters are taken out", () => {
    expect(toClean("a\u202Egnp.exe\u0007\r\nb\uD83Dc\u2066")).toBe("agnp.exe\nb\uFFFDc");
  });
});

describe("code", () => {
  test.each([
    ["1.2.3.4", "`1.2.3.4`"],
    ["hxxp://evil[.]example/*_~|\\<b>", "`hxxp://evil[.]example/*_~|\\<\u2060b>`"],
    ["a`b", "``a`b``"],
    ["`a`", "`` `a` ``"],
    ["a``b```c", "`aˋˋbˋˋˋc`"],
    ["a\nb", "`a b`"],
    ["", ""],
  ])("%j becomes %s", (text, markup) => {
    expect(toCode(text)).toBe(markup);
  });

  test.each(["1.2.3.4", "a`b", "`a", "a`", "\\", "\\`", "hxxp://x[.]example/?q=`a`", "2001:db8::1"])(
    "%j is one piece of code, and exact when copied",
    (text) => {
      const [line] = readMarkup(`x ${toCode(text)} y`);
      expect(line).toEqual({
        kind: "line",
        parts: [
          { kind: "text", text: "x " },
          { kind: "code", text },
          { kind: "text", text: " y" },
        ],
      });
    },
  );

  test("no back quote ends it", () => {
    assert(
      property(array(constantFrom("`", "``", "a", "\\", " ", "*"), { minLength: 1 }), (all) => {
        const [line] = readMarkup(toCode(`x${all.join("")}y`));
        expect(line?.kind === "line" && line.parts.map(({ kind }) => kind)).toEqual(["code"]);
      }),
    );
  });

  test("a mention in it is none, for Discord lists those of code too", () => {
    expect(toCode("<@123> <@&4> <#5>")).not.toMatch(/<[@#]/);
  });
});

describe("mark-up of the card's own", () => {
  test("bold, code, links without preview, people and roles", () => {
    const text: Text = [
      { bold: "S-7K3Q" },
      " ",
      { code: "1.2.3.4" },
      " ",
      { link: "https://www.virustotal.com/gui/ip-address/1.2.3.4", text: "VirusTotal" },
      " ",
      { user: "discord:42" },
      " ",
      { user: "discord:role:43" },
      " ",
      { user: "slack:U012AB3CD" },
    ];
    expect(toMarkup(text)).toBe(
      "**S-7K3Q** `1.2.3.4` [VirusTotal](<https://www.virustotal.com/gui/ip-address/1.2.3.4>) <@42> <@&43> slack\\:U012AB3CD",
    );
  });

  test.each(["discord:everyone", "discord:1> <@2", "discord:role:", "local:console", "slack:S1"])(
    "%s is nobody here",
    (user) => {
      expect([...kindsOf(readMarkup(toMarkup([{ user }])))].toSorted()).toEqual(["line", "text"]);
    },
  );

  test.each(["javascript:alert(1)", "discord://x", "not an address", "http://", "ftp://x.example/"])(
    "%s is no link",
    (link) => {
      expect(toMarkup([{ link, text: "VirusTotal" }])).toBe("VirusTotal");
    },
  );

  test("neither a link's address nor its text can end it", () => {
    const markup = toMarkup([
      { link: "https://x.example/a)b>c<d(e\\f", text: "x](https://evil.example) **y**" },
    ]);
    const [line] = readMarkup(markup);
    expect(line).toEqual({
      kind: "line",
      parts: [
        {
          kind: "link",
          address: "https://x.example/a%29b%3Ec%3Cd%28e/f",
          parts: [{ kind: "text", text: "x)(https://evil.example) **y**" }],
        },
      ],
    });
  });

  test("bold is of one line and cannot be ended from within", () => {
    const [line] = readMarkup(toMarkup([{ bold: "a** b\nc\\" }]));
    expect(line).toEqual({
      kind: "line",
      parts: [{ kind: "bold", parts: [{ kind: "text", text: "a** b c\\" }] }],
    });
    expect(toMarkup([{ bold: " " }, { code: "" }])).toBe(" ");
  });
});

describe("what is too long", () => {
  test.each<readonly [string, Text]>([
    ["text", ["*".repeat(500)]],
    ["bold", [{ bold: "_x".repeat(500) }]],
    ["code", [{ code: "x".repeat(500) }]],
    ["wide text", ["住".repeat(500)]],
    ["emoji", ["😀".repeat(500)]],
    ["a link at the end", ["x".repeat(90), { link: "https://x.example/", text: "VirusTotal" }]],
  ])("%s is cut with …, and no sign of it in two", (_, text) => {
    const markup = toMarkup(text, 100);
    expect(sizeOf(markup)).toBeLessThanOrEqual(100);
    expect(markup).toMatch(/…$/);
    expect(markup).not.toMatch(/\p{Surrogate}/u);
    expect(wordsOf(readMarkup(markup)).length).toBeGreaterThan(30);
    expect(kindsOf(readMarkup(markup))).not.toContain("italics");
  });

  test("a line keeps its links when its words are cut", () => {
    const link = { link: "https://www.virustotal.com/x", text: "VirusTotal" } as const;
    expect(toMarkupLine(["a b c d e f g h", " · ", link], 8)).toBe(
      "a b c … · [VirusTotal](<https://www.virustotal.com/x>)",
    );
    expect(toMarkupLine(["a b\nc", " · ", link], 40)).toBe(
      "a b c · [VirusTotal](<https://www.virustotal.com/x>)",
    );
    expect(toMarkupLine([link], 0)).toBe("[VirusTotal](<https://www.virustotal.com/x>)");
  });

  test("what is wide in UTF-8 counts more: Discord answers with a 500 to too many bytes", () => {
    expect(sizeOf("a".repeat(4000))).toBe(4000);
    expect(sizeOf("住".repeat(2000))).toBeLessThanOrEqual(4000);
    expect(sizeOf("住".repeat(4000))).toBeGreaterThan(4000);
  });
});
