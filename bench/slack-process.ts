import type { SlashCommand } from "@slack/bolt";

import { createAudience } from "./chat-audience.ts";
import { startForgetfulSlack } from "./forgetful-slack.ts";
import { sendAtOnce } from "./http-burst.ts";
import type { SlackOrder, SlackReply, SlackStart } from "./slack-child.ts";

/** The stand-in for Slack in a process of its own, with the clocks: it sends, and it sees when the answers come. */
const audience = createAudience();
const slack = await startForgetfulSlack(audience.onCall);
const { apiUrl, botToken, appToken, signingSecret } = slack;
const PATIENCE_MS = 60_000;
let httpUrl: string | null = null;

process.on("message", (order: SlackOrder) => {
  carryOut(order).then(
    (reply) => process.send?.(reply),
    (error: unknown) => process.send?.({ kind: "failed", reason: String(error) } satisfies SlackReply),
  );
});
process.on("disconnect", () => process.exit());
process.send?.({ apiUrl, botToken, appToken, signingSecret } satisfies SlackStart);

async function carryOut(order: SlackOrder): Promise<SlackReply> {
  switch (order.kind) {
    case "use-http":
      slack.useHttp(order.url);
      httpUrl = order.url;
      return { kind: "done" };
    case "acknowledgements":
      return { kind: "times", ms: await acknowledged(order.addresses, order.isAnswered) };
    case "answers":
      return { kind: "times", ms: await inTurn(order.addresses, order.atOnce) };
    case "say":
      await slack.slash("alice", "triage", order.text);
      return { kind: "done" };
  }
}

/** A command for each, all at once, made ready before: from the sending of each to its acknowledgement. */
async function acknowledged(addresses: readonly string[], isAnswered: boolean): Promise<readonly number[]> {
  const commands = addresses.map((address) => slack.toCommand(address));
  const answered = isAnswered
    ? addresses.map(async (address) => audience.summaryOf(address, PATIENCE_MS))
    : [];
  const times = await send(commands);
  await Promise.all(answered);
  return times;
}

async function send(commands: readonly SlashCommand[]): Promise<readonly number[]> {
  if (httpUrl !== null) return sendAtOnce({ url: httpUrl, signingSecret }, commands.map(toFields));
  const acks = await Promise.all(commands.map(async (command) => slack.send(command)));
  const lost = acks.find((ack) => !ack.ok);
  if (lost !== undefined) throw new Error(`not acknowledged: ${JSON.stringify(lost)}`);
  return acks.map(({ ms }) => ms);
}

function toFields(command: SlashCommand): Record<string, string> {
  return Object.fromEntries(
    Object.entries(command).filter((field): field is [string, string] => typeof field[1] === "string"),
  );
}

/** From each command to its summary. The next is sent when the file of one is there, so that nothing piles up. */
async function inTurn(addresses: readonly string[], atOnce: number): Promise<number[]> {
  const times: number[] = [];
  const turns = addresses.values();
  async function loop(): Promise<void> {
    for (const address of turns) {
      const summary = audience.summaryOf(address, PATIENCE_MS);
      const startedAt = performance.now();
      await slack.slash("alice", "triage", address);
      times.push((await summary) - startedAt);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, loop));
  return times;
}
