import { describe, expect, test } from "vitest";

import type { AuditRow } from "../../src/records/audit-trail.ts";
import { toAuditText, type AuditFormat } from "../../src/report/audit-text.ts";

const ROW: AuditRow = {
  id: 1,
  at: Date.parse("2026-11-21T10:00:00.125Z"),
  who: "slack:U1 (ann)",
  action: "unblock",
  subject: "45.10.0.1",
  detail: { reason: "ours, not theirs", refused: null },
  previous: "0".repeat(64),
  hash: "a".repeat(64),
};

async function write(rows: readonly AuditRow[], format: AuditFormat): Promise<string> {
  async function* each() {
    yield* rows;
  }
  const texts: string[] = [];
  for await (const text of toAuditText(each(), format)) texts.push(text);
  return texts.join("");
}

describe("the audit trail as text", () => {
  test("is an object a line, with everything that the hashes cover", async () => {
    expect(await write([ROW, ROW], "jsonl")).toBe(`${JSON.stringify(ROW)}\n`.repeat(2));
  });

  test("is csv with headings, also when it is empty", async () => {
    const headings = "id,at,who,action,subject,reason,detail,previous,hash\r\n";
    expect(await write([], "csv")).toBe(headings);
    expect(await write([ROW], "csv")).toBe(
      `${headings}1,2026-11-21T10:00:00.125Z,slack:U1 (ann),unblock,45.10.0.1,"ours, not theirs",` +
        `"{""reason"":""ours, not theirs"",""refused"":null}",${ROW.previous},${ROW.hash}\r\n`,
    );
  });

  test.each([
    ['=HYPERLINK("http://a")', `"'=HYPERLINK(""http://a"")"`],
    ["  +1", "'  +1"],
    ["@a\r\nb", `"'@a\r\nb"`],
    ["\tx", "'\tx"],
    ["-", "'-"],
  ])("lets no program take %j for a formula", async (reason, field) => {
    expect(await write([{ ...ROW, detail: { reason } }], "csv")).toContain(`,45.10.0.1,${field},`);
  });
});
