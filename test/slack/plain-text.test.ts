import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { toPlainText } from "../../adapters/slack/plain-text.ts";
import { asTyped } from "../standins/slack/typing.ts";

describe("Slack's mark-up becomes what a person wrote", () => {
  test.each([
    ["a link that only repeats a name", "<http://evil.example|evil.example>", "evil.example"],
    ["a link without a label", "see <https://evil.example/a?b=1>", "see https://evil.example/a?b=1"],
    ["a link with its address as label", "<http://evil.example/|http://evil.example>", "http://evil.example"],
    [
      "a label that says something else",
      "<https://evil.example/x|your bank>",
      "your bank https://evil.example/x",
    ],
    [
      "a label that names another host",
      "<http://evil.example|bank.example>",
      "bank.example http://evil.example",
    ],
    ["a mail address", "<mailto:a@evil.example|a@evil.example>", "a@evil.example"],
    ["a mail address with a name", "<mailto:a@evil.example|Ann>", "Ann a@evil.example"],
    ["a telephone number", "<tel:+491701|+491701>", "+491701"],
    ["a half-defanged address", "hxxps://<http://evil.example/x|evil.example/x>", "hxxps://evil.example/x"],
    ["a bold link", "*<http://evil.example|evil.example>*", "* evil.example *"],
    ["an italic link", "_<http://evil.example/a>_", "_ http://evil.example/a _"],
    ["the mention of the bot", "<@U0VTIP> 1.2.3.4", "1.2.3.4"],
    ["a mention in the middle", "1.2.3.4 <@U012AB3CD> 5.6.7.8", "1.2.3.4   5.6.7.8"],
    ["a mention with a name", "<@U012AB3CD|ann> 1.2.3.4", "1.2.3.4"],
    ["a channel", "<#C012AB3CD|triage> 1.2.3.4 <#C012AB3CD>", "1.2.3.4"],
    ["everybody", "<!here> <!channel|@channel> <!subteam^S012AB3CD|@soc> 1.2.3.4", "1.2.3.4"],
    ["a date", "<!date^1392734382^{date}|February 18th>", "February 18th"],
    ["entities", "http://evil.example/?a=1&amp;b=&lt;2&gt;", "http://evil.example/?a=1&b=<2>"],
    ["a typed entity", "&amp;lt;b&amp;gt;", "&lt;b&gt;"],
    ["a typed link", "&lt;http://evil.example|x&gt;", "<http://evil.example|x>"],
    ["brackets that are no mark-up", "a &lt; b and <1.2.3.4>", "a < b and <1.2.3.4>"],
    ["a mention is no glue", "1.2.3.4<@U012AB3CD>5", "1.2.3.4 5"],
  ])("%s", (_, markup, text) => {
    expect(toPlainText(markup)).toBe(text);
  });

  test("indicators come through unchanged, however Slack dressed them up", () => {
    const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?\.(com|net|example|ru)$/);
    const path = fc.stringMatching(/^(\/[a-zA-Z0-9_-]{1,6}){0,3}(\?[a-z]=[0-9]&[a-z]=[0-9])?$/);
    const url = fc
      .tuple(fc.constantFrom("http://", "https://", "hxxp://", "hxxps://"), name, path)
      .map((parts) => parts.join(""));
    const typed = fc.oneof(
      name,
      url,
      fc.ipV4(),
      fc.ipV4().map((ip) => ip.replaceAll(".", "[.]")),
      fc.ipV6(),
      name.map((host) => `someone@${host}`),
      name.map((host) => host.replaceAll(".", "[.]")),
      fc.stringMatching(/^[0-9a-f]{32}$/),
      fc.constantFrom("a&b", "1<2", "<b>", "&lt;", "&amp;amp;"),
    );
    fc.assert(
      fc.property(
        fc.array(typed, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(" ", ", ", "\n"),
        (words, between) => {
          const text = words.join(between);
          expect(toPlainText(asTyped(text))).toBe(text);
        },
      ),
    );
  });
});
