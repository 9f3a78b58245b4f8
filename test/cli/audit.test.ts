import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { openBench } from "./program.ts";

test.concurrent("unblock is for approvers; the trail keeps both, with hashes that anybody can check", async (context) => {
  const bench = await openBench(context);
  bench.write("blacklist.txt", "# ours\r\n45.10.0.1 # old\r\n45.10.0.2");

  const refused = await bench.run(["unblock", "45.10.0.1", "it", "is", "ours"]);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/APPROVERS.*local:console/);
  const env = { APPROVERS: "local:console" };
  const done = await bench.run(["unblock", "45[.]10.0.1", "it", "is", "ours"], { env });
  expect(done).toMatchObject({ status: 0, stdout: "45.10.0.1 is off the blacklist.\n" });
  const again = await bench.run(["unblock", "45.10.0.1"], { env });
  expect(again.status).toBe(1);
  expect(again.stderr).toMatch(/45\.10\.0\.1 is not on .*blacklist\.txt/);

  expect(readFileSync(bench.path("blacklist.txt"), "utf8")).toBe("# ours\r\n45.10.0.2");
  const exported = await bench.run(["audit", "export"]);
  const rows = exported.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const console = expect.stringMatching(/^local:console/);
  expect(rows).toMatchObject([
    { who: console, action: "unblock refused", subject: "45.10.0.1", detail: { reason: "it is ours" } },
    { who: console, action: "unblock", subject: "45.10.0.1", detail: { reason: "it is ours" } },
  ]);
  for (const [at, row] of rows.entries()) {
    const { previous, who, action, subject, detail } = row;
    const fields = JSON.stringify([previous, row["at"], who, action, subject, JSON.stringify(detail)]);
    expect(row["hash"]).toBe(createHash("sha256").update(fields).digest("hex"));
    expect(previous).toBe(at === 0 ? "0".repeat(64) : rows[at - 1]?.["hash"]);
  }
  expect((await bench.run(["audit", "verify"])).stdout).toBe("The audit trail is whole: 2 entries.\n");
  const listed = (await bench.run(["audit", "list"])).stdout;
  expect(listed).toMatch(
    /unblock refused {2}45\.10\.0\.1 \(it is ours, Nobody may.*\)\n.*unblock {2}45\.10\.0\.1 \(it is ours\)/,
  );
  expect((await bench.run(["why", "45.10.0.1"])).stdout).toMatch(
    /UTC {2}unblock by local:console.* refused: Nobody may.* \(it is ours\)\n.*UTC {2}unblocked by local:console.*: it is ours\n/,
  );
});
