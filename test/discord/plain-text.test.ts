import { describe, expect, test } from "vitest";

import { toPlainText } from "../../adapters/discord/plain-text.ts";
import { extract } from "../../src/intake/extract.ts";

function read(written: string): readonly string[] {
  return extract(toPlainText(written)).map(({ indicator, input }) => indicator?.value ?? input);
}

describe("what a person wrote in Discord", () => {
  test("has no mentions, emoji, times and commands of Discord's in it, whatever stands beside them", () => {
    const signs =
      "<@123456789012345678> <@!1> <@&2> <#3> <:skull:4> <a:evil:5> <t:1700000000:R> <t:1> </vtip-why ip:6> <id:guide>";

    expect(toPlainText(signs)).toBe("");
    expect(toPlainText(`a<@1>1.2.3.4<:x:2>b`)).toBe("a 1.2.3.4 b");
  });

  test.each([
    ["a < b > c <1.2.3.4> <not a sign>", "a < b > c <1.2.3.4> <not a sign>"],
    ["**1.2.3.4** `a_b` <https://evil.example/__x__>", "**1.2.3.4** `a_b` <https://evil.example/__x__>"],
  ])("%j stays as it was typed", (written, plain) => {
    expect(toPlainText(written)).toBe(plain);
  });

  test.each([
    [
      "**1.2.3.4**, ||5.6.7.8||, `bad.com`, ~~worse.com~~, _9.9.9.9_",
      ["1.2.3.4", "5.6.7.8", "bad.com", "worse.com", "9.9.9.9"],
    ],
    ["```text\n1.2.3.4\nbad.com\n```", ["1.2.3.4", "bad.com"]],
    [
      "[invoice](https://bad.com/x_(1)) [bad.com](<https://worse.com/y>)",
      ["https://bad.com/x_(1)", "bad.com", "https://worse.com/y", "worse.com"],
    ],
    ["<https://bad.com/__init__.py?a=*b*c>", ["https://bad.com/__init__.py?a=*b*c", "bad.com"]],
    ["\\_dmarc.bad.com", ["_dmarc.bad.com"]],
  ])("%j holds its indicators through all mark-up", (written, indicators) => {
    expect(new Set(read(written))).toEqual(new Set(indicators));
  });
});
