import type { ContractStage } from "../adapter-contract.ts";
import { buttonsOf, textOf, type SeenMessage } from "../standins/discord/discord.ts";
import { openAdapter } from "./adapter-stage.ts";

/** Discord for the contract that every adapter holds to. */
export async function openContractStage(): Promise<ContractStage> {
  const { discord, adapter, accepted, next } = await openAdapter();
  const [alice, bob] = [discord.user("alice"), discord.user("bob")];
  const place = (channel: string) => `discord:${discord.guildId}:${discord.channel(channel)}:c:${alice}`;

  function find(ref: string): SeenMessage {
    const [channel = "", id] = ref.split("/");
    const message = discord.messages(channel).find((one) => one.id === id);
    if (message === undefined) throw new Error(`there is no message ${ref}`);
    return message;
  }

  return {
    adapter,
    people: { requester: `discord:${alice}`, approver: `discord:${bob}` },
    place: place("triage"),
    closedPlace: place("outside"),
    see(message) {
      const seen = toSeen(find(message));
      return { ...seen, raw: seen.raw.replaceAll(alice, "1001").replaceAll(bob, "1002") };
    },
    whispered: () => discord.ephemeral("alice").map(toSeen),
    async press(message, label) {
      await discord.click("bob", find(message), label);
    },
    async arrived(count) {
      await next(count - 1);
      return accepted.slice(0, count);
    },
    async released() {
      await discord.until(() => discord.connections() === 0, "the end of all connections");
    },
  };
}

function toSeen(message: SeenMessage): ReturnType<ContractStage["see"]> {
  // In code nothing is a link or a mention.
  const written = JSON.stringify(message.components).replaceAll(CODE, "");
  return {
    // Discord makes a link of every address that stands there by itself, too.
    links: [
      ...written.matchAll(
        /(?<=\]\(<)[^>]*(?=>\))|(?<!\]\(<)(?:https?|discord|steam):\/\/[^\s"]*|discord\.gg\/\w*/g,
      ),
    ].map(([link]) => link),
    mentions: written.match(/(?<!\\\\)<(?:@[!&]?|#)\d+>|@everyone|@here/g) ?? [],
    text: textOf(message),
    buttons: buttonsOf(message).map(({ label }) => label),
    fileNames: message.files.map(({ name }) => name),
    raw: JSON.stringify(message.components, withoutNumbers),
  };
}

/** A code span, not begun by an escaped sign. */
const CODE = /(?<!\\)(`{1,2})(?!`).+?(?<!`)\1(?!`)/g;

/** Numbers that Discord gives, and the addresses of files, are others each time. */
function withoutNumbers(key: string, value: unknown): unknown {
  return key === "id" || key === "attachment_id" || key === "proxy_url" || key === "url" ? undefined : value;
}
