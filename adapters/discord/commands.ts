import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPutAPIApplicationCommandsJSONBody,
} from "discord.js";

/** The message command, as people read it in a message's menu. */
export const CHECK_MESSAGE = "Check with vtip";
const ROOT = "vtip";

const TEXT = ApplicationCommandOptionType.String;
const FILE = ApplicationCommandOptionType.Attachment;

const INDICATORS = {
  type: TEXT,
  name: "indicators",
  description: "IPs, domains, URLs, hashes, or text with them",
} as const;
const UPLOAD = {
  type: FILE,
  name: "file",
  description: "A list or report: txt, log, csv, tsv, xlsx",
} as const;
const ADDRESS = { type: TEXT, name: "ip", description: "An IP address", required: true } as const;

/** In servers, and in direct messages with the bot. */
const PLACES = {
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
  integration_types: [ApplicationIntegrationType.GuildInstall],
};

/** Everything that is registered. docs.discord.com/developers/interactions/application-commands: names 32, descriptions 100. */
export const COMMANDS: RESTPutAPIApplicationCommandsJSONBody = [
  command("", "Check with VirusTotal: answers here, in a thread", [INDICATORS, UPLOAD]),
  command("plan", "What a check would cost, without a single request", [INDICATORS, UPLOAD]),
  command("quota", "What is used and left of each key"),
  command("why", "Everything known about an IP: blocked or not, by whom, on what evidence", [ADDRESS]),
  command("unblock", "Take an IP off the blacklist (approvers only)", [
    ADDRESS,
    { type: TEXT, name: "reason", description: "Why, for the audit trail" },
  ]),
  command("blocklist", "What is blocked, with the list as a file"),
  command("scans", "Running and recent scans"),
  command("cancel", "End a running scan; what is known is kept", [
    { type: TEXT, name: "scan", description: "Its short id, such as S-7K3Q", required: true },
  ]),
  command("help", "What I understand"),
  { type: ApplicationCommandType.Message, name: CHECK_MESSAGE, ...PLACES },
];

type Options = NonNullable<Extract<(typeof COMMANDS)[number], { readonly options?: unknown }>["options"]>;

function command(request: string, description: string, options: Options = []) {
  const name = request === "" ? ROOT : `${ROOT}-${request}`;
  return { type: ApplicationCommandType.ChatInput, name, description, options, ...PLACES } as const;
}

/** Options in the order in which a request takes their words. */
const WORDS = ["indicators", "ip", "scan", "reason"];

/** A slash command as the words of a request: `vtip-why` with `ip` is `why 1.2.3.4`; null for none of ours. */
export function toRequestText(name: string, options: ReadonlyMap<string, string>): string | null {
  const request = name === ROOT ? "" : name.startsWith(`${ROOT}-`) ? name.slice(ROOT.length + 1) : null;
  if (request === null) return null;
  const words = WORDS.map((option) => options.get(option) ?? "");
  return [request, ...words].filter((word) => word !== "").join(" ");
}
