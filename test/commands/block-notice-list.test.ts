import { createHash } from "node:crypto";

import { expect, test } from "vitest";

import { readBlockedList } from "../../src/commands/block-notice-list.ts";
import { exportBlockList } from "../../src/commands/export-block-list.ts";
import { openListBench } from "../lists/list-bench.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const MANY = Array.from({ length: 450 }, (_, n) => `198.51.${n % 7}.${n % 256} # no. ${n}`).join("\r\n");

test.each([
  ["nothing", ""],
  ["a mark and comments", "\uFEFF# ours\r\n192.0.2.1 # a\n\n2001:DB8::7\rno address\n"],
  ["networks and what lies in them", "192.0.2.9\n192.0.2.0/24\n192.0.2.9\n2001:db8::/32\n"],
  ["many lines", MANY],
])("a list with %s goes out as the export has it", async (_, text) => {
  const bench = await openListBench(temporaryFolder());
  bench.blacklist(text);
  const request = { format: "plain", collapse: false, comments: false, rules: false };
  const exported = await exportBlockList(bench.tools, request);
  let expected = "";
  for await (const chunk of exported.chunks()) expected += chunk;

  const list = await readBlockedList(bench.tools);

  expect(list).toEqual({
    text: expected,
    count: exported.entries,
    sha256: createHash("sha256").update(expected).digest("hex"),
  });
  await bench.close();
});
