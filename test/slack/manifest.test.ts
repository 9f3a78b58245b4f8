import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { SCOPES } from "../../adapters/slack/identity.ts";
import { SHORTCUT_CALLBACK } from "../../adapters/slack/interaction.ts";

const FOLDER = join(import.meta.dirname, "../../adapters/slack");
const manifest = readFileSync(join(FOLDER, "manifest.yaml"), "utf8");
const readme = readFileSync(join(FOLDER, "README.md"), "utf8");

/** The items of a list in the manifest. */
function listOf(name: string): readonly string[] {
  const [, items = ""] = new RegExp(String.raw`^ *${name}:\n((?: +- \S+\n)+)`, "m").exec(manifest) ?? [];
  return items.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.replace(/^ +- /, "")]));
}

test("the manifest asks for the scopes that are checked at start, no more and no less", () => {
  expect([...listOf("bot")].sort()).toEqual([...SCOPES].sort());
});

test("the manual says of every scope what it is for", () => {
  for (const scope of SCOPES) expect(readme).toContain(`\`${scope}\``);
});

test("the manifest subscribes to what the adapter listens for", () => {
  expect(listOf("bot_events")).toEqual([
    "app_home_opened",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
  ]);
  expect(manifest).toContain(`callback_id: ${SHORTCUT_CALLBACK}\n`);
  expect(manifest).toContain("command: /vtip\n");
});

test("every place that HTTP changes is marked", () => {
  expect(manifest.match(/# HTTP: /g)).toHaveLength(4);
});
