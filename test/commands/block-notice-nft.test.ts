import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { findKernelProgram, inNetwork } from "../feeds/programs.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const SCRIPT = join(import.meta.dirname, "../../docs/vtip-to-nft.sh");
const nft = findKernelProgram("nft", "nft list ruleset");

test.skipIf(!nft.isHere)(`the command of docs/firewalls.md loads lists into nft whole${nft.note}`, () => {
  const folder = temporaryFolder();
  const kept = join(folder, "blocked.nft");
  const load = (name: string, list: string) => {
    writeFileSync(join(folder, name), list);
    return `sh ${SCRIPT} ${kept} < ${join(folder, name)}`;
  };

  const { stdout, ...ended } = inNetwork([
    load("first", "192.0.2.0/24\n192.0.2.1\n198.51.100.9\n2001:db8::/32\n2001:db8::7\n"),
    "nft list table inet vtip",
    load("hostile", '203.0.113.9\n; flush ruleset\ninclude "/etc/passwd"\n$(touch pwned)\n'),
    "nft list table inet vtip",
    `${load("wrong", "203.0.113.10\n999.1.1.1\n")} 2> ${join(folder, "said")} && exit 1`,
    "nft list table inet vtip",
    load("empty", ""),
    `nft -f ${kept}`,
  ]);

  expect(ended).toMatchObject({ status: 0, stderr: "" });
  expect(stdout.match(/elements = \{ .* \}/gu)).toEqual([
    "elements = { 192.0.2.0/24, 198.51.100.9 }",
    "elements = { 2001:db8::/32 }",
    "elements = { 203.0.113.9 }",
    "elements = { 203.0.113.9 }",
  ]);
  expect(readdirSync(folder).toSorted()).toEqual(
    ["blocked.nft", "empty", "first", "hostile", "said", "wrong"].toSorted(),
  );
});
