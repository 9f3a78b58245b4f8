import { expect, test } from "vitest";

import { toListedBlocks } from "../../src/feeds/listed-blocks.ts";
import { atOnce } from "../../src/pieces.ts";

test.each([
  { line: "45.10.0.1", text: "45.10.0.1" },
  { line: "  45[.]10[.]0[.]1  # why", text: "45.10.0.1" },
  { line: "45.10.0.1/32", text: "45.10.0.1" },
  { line: "45.10.0.0/24", text: "45.10.0.0/24" },
  { line: "45.10.0.7/24", text: "45.10.0.0/24" },
  { line: "2A00:1450:0::5", text: "2a00:1450::5" },
  { line: "2a00:1450::/32 # theirs", text: "2a00:1450::/32" },
  { line: "::ffff:45.10.0.1", text: "45.10.0.1" },
  { line: "::ffff:45.10.0.0/120", text: "45.10.0.0/24" },
])("$line is $text", ({ line, text }) => {
  expect(atOnce(toListedBlocks(`# a comment\r\n${line}\r\n`)).blocks.map((block) => block.text)).toEqual([
    text,
  ]);
});

test.each([
  "0.0.0.0/0",
  "::/0",
  "45.10.0.1/33",
  "45.10.0.1-45.10.0.9",
  "example.com",
  "AS15169",
  "Example LLC",
  "45.10.0",
  "a/b",
  "fe80::1%eth0",
  "45.10.0.1/",
])("%s blocks nothing", (line) => {
  expect(atOnce(toListedBlocks(line))).toEqual({ blocks: [], networks: [] });
});

test("lines with networks are told, as they are written", () => {
  expect(atOnce(toListedBlocks("45.10.0.1\n\n45.10.0.7/24 # x\n")).networks).toEqual([
    { line: 3, entry: "45.10.0.7/24", block: expect.objectContaining({ text: "45.10.0.0/24", prefix: 24 }) },
  ]);
});
