import { GatewayIntentBits } from "discord-api-types/v10";

import { applicationFlags, toGuildCreate, toUser } from "./describing.ts";
import type { Event } from "./gateway.ts";
import type { Settings } from "./options.ts";
import type { World } from "./world.ts";

/** What a new session hears first: READY, then each guild. */
export function welcome(
  world: World,
  { intents }: Settings,
  { id, resumeUrl }: { readonly id: string; readonly resumeUrl: string },
): readonly Event[] {
  const ready = {
    v: 10,
    user: { ...toUser(world.bot), verified: true, mfa_enabled: true, email: null, bio: "" },
    guilds: world.guilds.map((guild) => ({ id: guild.id, unavailable: true })),
    session_id: id,
    resume_gateway_url: resumeUrl,
    shard: [0, 1],
    application: { id: world.applicationId, flags: applicationFlags(intents) },
    session_type: "normal",
    private_channels: [],
    presences: [],
    relationships: [],
    geo_ordered_rtc_regions: [],
    auth: {},
    _trace: [],
  };
  return [
    { name: "READY", data: ready, intents: 0 },
    ...world.guilds.map((guild) => ({
      name: "GUILD_CREATE",
      data: toGuildCreate(guild, world),
      intents: GatewayIntentBits.Guilds,
    })),
  ];
}
