import { expect, test } from "vitest";

import { flagged, openBench } from "./program.ts";

const IP = "45.10.0.1";

test.concurrent("why tells how an address stands, and all that happened to it, oldest first", async (context) => {
  const bench = await openBench(context, {
    objects: { [IP]: flagged(9) },
    env: { APPROVERS: "local:console" },
  });
  bench.write("report.txt", `${IP}\n`);
  bench.write("old.txt", `${IP}\n`);

  const before = await bench.run(["why", IP]);
  await bench.run(["scan", "-i", "report.txt", "--no-out"]);
  await bench.run(["blocklist", "import", "old.txt", "--reason", "\u001b[31mold tool"]);
  const { status, stdout } = await bench.run(["why", "45[.]10.0.1"]);

  expect(before).toMatchObject({
    status: 0,
    stdout: `${IP} is not blocked\nnot whitelisted\nnever seen in a scan here\n`,
  });
  expect(status).toBe(0);
  const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d UTC`;
  const lines = [
    `${IP} is blocked: line 1 of the blacklist`,
    `Blocked since ${time}, until removed, by local:console \\(line 1\\)\\.`,
    String.raw`Reason: .*old tool`,
    "not whitelisted",
    "seen in 1 scan",
    String.raw`  ${time}  unsafe 9/\d+ in S-\w{4} \(report\.txt\)`,
    String.raw`  ${time}  imported by local:console \(.+\), until removed: .*old tool`,
    "",
  ];
  expect(stdout.split("\n")).toEqual(lines.map((line) => expect.stringMatching(new RegExp(`^${line}$`))));
  expect(stdout).not.toContain("\u001b");
});
