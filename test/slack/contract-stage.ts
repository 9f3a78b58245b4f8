import type { ContractStage } from "../adapter-contract.ts";
import { buttonsOf, textOf, type SeenMessage } from "../standins/slack/slack.ts";
import { openAdapter } from "./adapter-stage.ts";

/** Slack for the contract that every adapter holds to. */
export async function openContractStage(): Promise<ContractStage> {
  const { slack, adapter, accepted, next } = await openAdapter();
  const [alice, bob] = [slack.user("alice"), slack.user("bob")];
  const channel = slack.channel("triage");

  function find(ts: string): SeenMessage {
    const heads = slack.messages("triage");
    const message = [...heads, ...heads.flatMap((head) => slack.thread("triage", head.ts))].find(
      (one) => one.ts === ts,
    );
    if (message === undefined) throw new Error(`there is no message ${ts}`);
    return message;
  }

  return {
    adapter,
    people: { requester: `slack:${alice}`, approver: `slack:${bob}` },
    place: `slack:${channel}::${alice}`,
    closedPlace: `slack:${slack.channel("outside")}::${alice}`,
    see(message) {
      const seen = toSeen(find(message));
      return { ...seen, raw: seen.raw.replaceAll(alice, "U0ALICE").replaceAll(bob, "U0BOB") };
    },
    whispered: () => slack.ephemeral("alice").map(toSeen),
    async press(message, label) {
      await slack.click("bob", find(message), label);
    },
    async arrived(count) {
      await next(count - 1);
      return accepted.slice(0, count);
    },
    async released() {
      await slack.until(() => slack.connections() === 0, "the end of all connections");
    },
  };
}

function toSeen(message: SeenMessage): ReturnType<ContractStage["see"]> {
  const written = JSON.stringify(message.blocks);
  return {
    links: [...written.matchAll(/<(https?:[^|>]*)[|>]|"url":"([^"]*)"/g)].map(
      ([, one, other]) => one ?? other ?? "",
    ),
    mentions: written.match(/<[!@#][^>]*>/g) ?? [],
    text: textOf(message),
    buttons: buttonsOf(message).map(({ label }) => label),
    fileNames: (message.files ?? []).map(({ name }) => name),
    // Slack gives each block an id of its own.
    raw: JSON.stringify({ text: message.text, blocks: message.blocks }, (key, value: unknown) =>
      key === "block_id" ? undefined : value,
    ),
  };
}
