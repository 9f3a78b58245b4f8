import { expect, test } from "vitest";

import { toCommandWords } from "../src/command-words.ts";

test.each([
  ["nft -f -", ["nft", "-f", "-"]],
  ["  a \t b\n c ", ["a", "b", "c"]],
  [`"/opt/my tools/load" 'two words' x"y z"'w'`, ["/opt/my tools/load", "two words", "xy zw"]],
  [String.raw`a "say \"no\"" "\\" '\' C:\x`, ["a", 'say "no"', "\\", "\\", String.raw`C:\x`]],
  [`a "" ''`, ["a", "", ""]],
  ["a $HOME $(id) `id` ; rm -rf * | b > c && d", "a $HOME $(id) `id` ; rm -rf * | b > c && d".split(" ")],
  ["", []],
  [`a "b`, null],
  [`a 'b`, null],
  [String.raw`a "b\"`, null],
  [`it's`, null],
])("%j is split into %j, as a shell would, without what else a shell does", (text, words) => {
  expect(toCommandWords(text)).toEqual(words);
});
