import type { DeliveryClocks } from "./deliveries.ts";
import type { ResponseUrlLimits } from "./response-urls.ts";
import type { ChannelOptions } from "./world.ts";

/** How a stand-in is started; all of it may be left out. */
export interface SlackOptions extends Partial<DeliveryClocks> {
  /** alice, bob, carol and dave unless said. */
  readonly users?: readonly string[];
  /** #triage and #incidents with the bot, #outside without it, unless said. */
  readonly channels?: readonly ChannelOptions[];
  /** Handle to names; the group `analysts` (bob and carol) has the id `S0ANALYSTS`. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** Of the bot's token. */
  readonly scopes?: readonly string[];
  /** How long a trigger_id lives; 3 s. */
  readonly triggerMs?: number;
  /** 5 uses within 30 minutes. */
  readonly responseUrl?: Partial<ResponseUrlLimits>;
  /** Whether the bot gets `message` events of its own messages and edits, as it does in Slack; true. */
  readonly echo?: boolean;
}

/** Those of the app's manifest. */
const SCOPES = `commands chat:write files:read files:write app_mentions:read channels:history groups:history
  im:history users:read usergroups:read`.split(/\s+/);

/** The options with what was left out. */
export function complete(
  options: SlackOptions,
): Required<SlackOptions> & { readonly responseUrl: ResponseUrlLimits } {
  const { users = ["alice", "bob", "carol", "dave"] } = options;
  return {
    users,
    channels: [{ name: "triage" }, { name: "incidents" }, { name: "outside", botIsMember: false }],
    groups: { analysts: users.slice(1, 3) },
    scopes: SCOPES,
    ackMs: 3_000,
    retryMs: [0, 60_000, 300_000],
    triggerMs: 3_000,
    echo: true,
    ...options,
    responseUrl: { uses: 5, lifeMs: 30 * 60_000, ...options.responseUrl },
  };
}
