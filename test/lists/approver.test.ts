import { pino } from "pino";
import { describe, expect, test } from "vitest";

import { readConfig } from "../../src/config.ts";
import { nameWho, rightOf } from "../../src/lists/approver.ts";

const log = pino({ enabled: false });

function toolsOf(approvers: string, isFourEyes = false) {
  return { log, config: readConfig({ APPROVERS: approvers, FOUR_EYES: String(isFourEyes) }) };
}

/** Whether the person may, and how often their groups were asked for. */
async function ask(
  approvers: string,
  id: string,
  groups: readonly string[] | null = null,
): Promise<{ may: boolean; reason: string; asked: number }> {
  let asked = 0;
  const groupsOf = async () => {
    asked += 1;
    if (groups === null) throw new Error("missing_scope");
    return groups;
  };
  const right = await rightOf(toolsOf(approvers), { id, name: "x" }, groupsOf, {});
  return { may: right.may, reason: right.may ? "" : right.reason, asked };
}

describe("the right to decide", () => {
  test.each<[string, string, readonly string[] | null, boolean, number]>([
    ["slack:U1", "slack:U1", null, true, 0],
    ["slack:U2, slack:U1", "slack:U1", null, true, 0],
    ["slack:U11", "slack:U1", null, false, 0],
    ["slack:u1", "slack:U1", [], false, 1],
    ["discord:1", "slack:1", null, false, 0],
    ["slack:S7", "slack:U1", ["slack:S7"], true, 1],
    ["slack:S7", "slack:U1", ["slack:S8"], false, 1],
    ["slack:S7", "slack:U1", [], false, 1],
    ["slack:S7,slack:U1", "slack:U1", null, true, 0],
    ["slack:S7,discord:2", "discord:1", null, false, 0],
    ["discord:role:9", "discord:1", ["discord:role:9"], true, 1],
    ["discord:role:9", "discord:9", ["discord:role:8"], false, 1],
    ["discord:2", "discord:1", ["discord:2"], false, 0],
    ["local:console", "local:console", null, true, 0],
    ["slack:U1", "local:console", null, false, 0],
    ["", "slack:U1", ["slack:S7"], false, 0],
    ["", "", [], false, 0],
  ])("APPROVERS=%s: %s in %j may: %s (asked %i times)", async (approvers, id, groups, may, asked) => {
    expect(await ask(approvers, id, groups)).toMatchObject({ may, asked });
  });

  test("names who can, and who cannot be asked about", async () => {
    expect((await ask("slack:U2,slack:U3", "slack:U1")).reason).toContain("slack:U2, slack:U3");
    expect((await ask("", "slack:U1")).reason).toContain("APPROVERS");
  });

  test("is nobody's whose groups cannot be told", async () => {
    const { may, reason } = await ask("slack:U2,slack:S7", "slack:U1", null);

    expect(may).toBe(false);
    expect(reason).toMatch(/slack:S7.*again/);
    expect(reason).not.toContain("missing_scope");
  });

  test.each([
    [true, "slack:U1", false],
    [true, "slack:U2", true],
    [true, undefined, true],
    [false, "slack:U1", true],
  ])("with FOUR_EYES=%s for a scan of %s is: %s", async (isFourEyes, requestedBy, may) => {
    const tools = toolsOf("slack:U1,slack:U2", isFourEyes);
    const options = requestedBy === undefined ? {} : { requestedBy };

    const right = await rightOf(tools, { id: "slack:U1", name: "ann" }, async () => [], options);

    expect(right.may).toBe(may);
  });
});

test.each([
  ["ann", "slack:U1 (ann)"],
  ["", "slack:U1"],
  ["  ann\nb\u0007 ", "slack:U1 (ann b)"],
  ["x".repeat(200), `slack:U1 (${"x".repeat(80)})`],
])("a person called %j is named %j in the audit trail", (name, who) => {
  expect(nameWho({ id: "slack:U1", name })).toBe(who);
});
