import { expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { serverError, slackError } from "../standins/slack/slack.ts";
import { openSlackStage } from "./stage.ts";

test("a user group may approve; where Slack does not tell who is in it, nobody of it may", async ({
  onTestFinished: atEnd,
}) => {
  const stage = await openSlackStage(
    { transport: "socket", objects: allAs(addresses(3), flagged(9)) },
    atEnd,
  );
  await stage.start({ APPROVERS: "slack:S0ANALYSTS" });
  await stage.slack.slash("alice", "triage", addresses(3).join(" "));
  const head = await stage.says("triage", "3 unsafe");
  const card = await stage.saysIn(head, "Block 3 addresses?");

  stage.slack.fail("usergroups.list", serverError());
  await stage.chat.click("carol", card, "Block 3");
  await stage.whispers("carol", "could not be told whether you are in");
  stage.slack.fail("usergroups.list", slackError("missing_scope"));
  await stage.chat.click("carol", card, "Dismiss");
  await stage.slack.until(() => stage.slack.ephemeral("carol").length === 2, "the second refusal");
  await stage.chat.click("dave", card, "Block 3");
  const refusal = await stage.whispers("dave", "Only approvers may do this");
  expect(refusal.names).toEqual(["analysts"]);
  expect(stage.blocked()).toEqual([]);

  await stage.chat.click("carol", card, "Block 3");
  await stage.saysIn(head, "3 addresses blocked");
});
