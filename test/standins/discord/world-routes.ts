import type { CommandBody } from "./commands.ts";
import { toApplication, toChannel, toGuild, toMember, toRole, toUser } from "./describing.ts";
import type { Parts } from "./parts.ts";
import { EVERYTHING_GRANTED } from "./permissions.ts";
import { Refusal, refusal } from "./refusal.ts";
import type { ApiRequest, Handler, Handlers } from "./request.ts";
import type { Guild, Person } from "./world.ts";

/** The bot, its application and its gateway, guilds and people. */
export function worldRoutes(parts: Parts): Handlers {
  const { world, settings, gateway } = parts;

  function guildOf({ ids: [id = ""] }: ApiRequest): Guild {
    const guild = world.guilds.find((one) => one.id === id);
    if (guild === undefined) throw refusal(10_004);
    return guild;
  }

  const application: Handler = () => toApplication(world, settings.intents);
  return {
    "GET /gateway": () => ({ url: gateway.url }),
    "GET /gateway/bot": () => ({
      url: gateway.url,
      shards: 1,
      session_start_limit: { total: 1000, remaining: 999, reset_after: 86_400_000, max_concurrency: 1 },
    }),
    "GET /users/@me": () => ({ ...toUser(world.bot), verified: true, mfa_enabled: true, locale: "en-US" }),
    "GET /users/@me/guilds": () =>
      world.guilds.map(({ id, name }) => ({
        id,
        name,
        icon: null,
        banner: null,
        owner: false,
        features: [],
        permissions: String(EVERYTHING_GRANTED),
      })),
    "POST /users/@me/channels": ({ body }) => {
      const { recipient_id: id = "" } = body as { readonly recipient_id?: string };
      const person = world.people.find((one) => one.id === id);
      if (person === undefined) throw refusal(50_007);
      return toChannel(world.directMessages(person.id), world);
    },
    "GET /users/:id": ({ ids: [id = ""] }) => {
      const user = world.findUser(id);
      if (user === undefined) throw refusal(10_013);
      return toUser(user);
    },
    "GET /applications/@me": application,
    "GET /oauth2/applications/@me": application,
    "GET /guilds/:id": (request) => toGuild(guildOf(request)),
    "GET /guilds/:id/channels": (request) => {
      const guild = guildOf(request);
      return world.channels
        .filter((channel) => channel.guild === guild)
        .map((channel) => toChannel(channel, world));
    },
    "GET /guilds/:id/roles": (request) => guildOf(request).roles.map(toRole),
    "GET /guilds/:id/members/:id": (request) => {
      const guild = guildOf(request);
      const person = [world.bot, ...world.people].find(({ id }) => id === request.ids[1]);
      if (person === undefined) throw refusal(10_007);
      return member(person, guild);
    },
    "GET /guilds/:id/members": (request) => {
      const guild = guildOf(request);
      if (!settings.intents.includes("GUILD_MEMBERS")) throw refusal(50_001);
      return world.people
        .slice(0, Number(request.query.get("limit") ?? 1))
        .map((person) => member(person, guild));
    },
  };
}

/** Commands, of all guilds and of each. */
export function commandRoutes(parts: Parts): Handlers {
  const { commands, world } = parts;

  function own(application: string): void {
    if (application !== world.applicationId)
      throw new Refusal(403, {
        code: 20_012,
        message: "You are not authorized to perform this action on this application",
      });
  }

  function of(guild: (ids: readonly string[]) => string | null, path: string, idAt: number): Handlers {
    const scope = ({ ids }: ApiRequest) => {
      own(ids[0] ?? "");
      const id = guild(ids);
      if (id !== null && !world.guilds.some((one) => one.id === id)) throw refusal(50_001);
      return id;
    };
    const idIn = ({ ids }: ApiRequest) => ids[idAt] ?? "";
    return {
      [`GET ${path}`]: (request) =>
        commands.all(scope(request)).map((command) => localized(command, request)),
      [`PUT ${path}`]: (request) => commands.replace(scope(request), request.body as readonly CommandBody[]),
      [`POST ${path}`]: (request) => commands.upsert(scope(request), request.body as CommandBody),
      [`GET ${path}/:id`]: (request) => commands.get(scope(request), idIn(request)),
      [`PATCH ${path}/:id`]: (request) =>
        commands.change(scope(request), idIn(request), request.body as Partial<CommandBody>),
      [`DELETE ${path}/:id`]: (request) => commands.remove(scope(request), idIn(request)),
    };
  }

  return {
    ...of(() => null, "/applications/:id/commands", 1),
    ...of(([, guild = ""]) => guild, "/applications/:id/guilds/:id/commands", 2),
  };
}

/** As a list of commands has them, unless it is asked otherwise. */
function localized(command: object, { query }: ApiRequest): object {
  if (query.get("with_localizations") === "true") return command;
  return Object.fromEntries(Object.entries(command).filter(([key]) => !key.endsWith("_localizations")));
}

function member(person: Person, guild: Guild) {
  return { ...toMember(person, guild), user: toUser(person) };
}
