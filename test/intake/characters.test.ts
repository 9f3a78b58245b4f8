import { domainToASCII } from "node:url";

import { expect, test } from "vitest";

import { CLASS, WORD } from "../../src/intake/characters.ts";
import { extract } from "../../src/intake/extract.ts";

test("nothing that is part of a word becomes a sign that no name has", () => {
  const odd: string[] = [];
  for (let code = 0x80; code < 0x10000; code += 1) {
    if (((CLASS[code] ?? 0) & WORD) === 0) continue;
    const name = domainToASCII(`x${String.fromCharCode(code)}x.com`);
    if (!/^[a-z\d._-]*$/.test(name)) odd.push(`${code.toString(16)} ${name}`);
  }

  expect(odd).toEqual([]);
});

test.each(["㈀", "㈱", "﬩", "＆", "＊", "～"])("a name ends before %s", (sign) => {
  const [first] = extract(`evil.com${sign}evil.com`);

  expect(first).toMatchObject({ input: "evil.com", indicator: { kind: "domain", value: "evil.com" } });
});
