import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType as OptionType,
  ApplicationCommandType as CommandType,
  ApplicationIntegrationType,
  InteractionContextType,
} from "discord-api-types/v10";

import { createFormErrors, type FormErrors, type Path } from "./form-errors.ts";
import { LIMITS } from "./limits.ts";
import { refusal } from "./refusal.ts";
import type { Place } from "./world.ts";

/** A command as a bot sends it. */
export type CommandBody = Readonly<Record<string, unknown>> & {
  readonly name: string;
  readonly type?: CommandType;
  readonly description?: string;
  readonly options?: readonly APIApplicationCommandOption[];
  readonly contexts?: readonly InteractionContextType[] | null;
};

/** What is registered, of all guilds (null) and of each. */
export interface Commands {
  all(guild: string | null): readonly APIApplicationCommand[];
  /** Those that a person finds in this place; a guild's own go first. */
  find(place: Place, name: string, type: CommandType): APIApplicationCommand | undefined;
  /** Puts these in the place of all. */
  replace(guild: string | null, commands: readonly CommandBody[]): readonly APIApplicationCommand[];
  /** Adds one, or changes the one of the same name. */
  upsert(guild: string | null, command: CommandBody): APIApplicationCommand;
  change(guild: string | null, id: string, change: Partial<CommandBody>): APIApplicationCommand;
  remove(guild: string | null, id: string): void;
  get(guild: string | null, id: string): APIApplicationCommand;
}

export function createCommands(applicationId: string, nextId: () => string, changed: () => void): Commands {
  let all: readonly APIApplicationCommand[] = [];

  const of = (guild: string | null) => all.filter(({ guild_id }) => (guild_id ?? null) === guild);

  function get(guild: string | null, id: string): APIApplicationCommand {
    const command = of(guild).find((one) => one.id === id);
    if (command === undefined) throw refusal(10_063);
    return command;
  }

  /** With what Discord fills in; the id of a command of the same name and type stays. */
  function complete(guild: string | null, body: CommandBody): APIApplicationCommand {
    const { type = CommandType.ChatInput } = body;
    const known = of(guild).find((one) => one.name === body.name && one.type === type);
    const global = {
      contexts: body.contexts ?? null,
      integration_types: [ApplicationIntegrationType.GuildInstall],
      dm_permission: body.contexts?.includes(InteractionContextType.BotDM) ?? true,
    };
    const raw = {
      id: known?.id ?? nextId(),
      application_id: applicationId,
      version: nextId(),
      default_member_permissions: null,
      nsfw: false,
      name_localizations: null,
      description_localizations: null,
      ...(guild === null ? global : { guild_id: guild }),
      ...body,
      type,
      description: body.description ?? "",
      ...(body.options !== undefined && { options: body.options.map(withoutDefaults) }),
    };
    return raw as unknown as APIApplicationCommand;
  }

  function put(guild: string | null, command: APIApplicationCommand): APIApplicationCommand {
    const others = all.filter(({ id }) => id !== command.id);
    checkCommands([...others.filter(({ guild_id }) => (guild_id ?? null) === guild), command] as never);
    all = [...others, command];
    changed();
    return command;
  }

  return {
    all: of,
    find(place, name, type) {
      const guild =
        place.kind === "direct" ? null : (place.kind === "thread" ? place.parent : place).guild.id;
      const isIn = ({ contexts }: APIApplicationCommand) => {
        const here = guild === null ? InteractionContextType.BotDM : InteractionContextType.Guild;
        return contexts === null || contexts === undefined || contexts.includes(here);
      };
      const own = guild === null ? [] : of(guild);
      return [...own, ...of(null)].find((one) => one.name === name && one.type === type && isIn(one));
    },
    replace(guild, commands) {
      checkCommands(commands);
      const completed = commands.map((command) => complete(guild, command));
      all = [...all.filter(({ guild_id }) => (guild_id ?? null) !== guild), ...completed];
      changed();
      return completed;
    },
    upsert: (guild, command) => put(guild, complete(guild, command)),
    change: (guild, id, change) =>
      put(guild, { ...get(guild, id), ...change, id, version: nextId() } as unknown as APIApplicationCommand),
    remove(guild, id) {
      const gone = get(guild, id);
      all = all.filter((one) => one !== gone);
      changed();
    },
    get,
  };
}

/** Discord does not give back what is as it would be anyway. */
function withoutDefaults(option: APIApplicationCommandOption): APIApplicationCommandOption {
  const { required, ...rest } = option;
  return required === true ? { ...rest, required } : rest;
}

const CHAT_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]+$/u;

/** @throws {Refusal} 50035. */
function checkCommands(commands: readonly CommandBody[]): void {
  const errors = createFormErrors();
  const kinds = { [CommandType.ChatInput]: LIMITS.chatCommands } as Readonly<Record<number, number>>;
  for (const type of [CommandType.ChatInput, CommandType.User, CommandType.Message]) {
    const count = commands.filter((one) => (one.type ?? CommandType.ChatInput) === type).length;
    const most = kinds[type] ?? LIMITS.contextCommands;
    if (count > most)
      errors.add([], "APPLICATION_COMMANDS_LIMIT", `At most ${most} commands of type ${type}`);
  }
  for (const [number, command] of commands.entries()) checkCommand(command, [number], errors);
  const names = commands.map(({ name, type = CommandType.ChatInput }) => `${type} ${name}`);
  if (new Set(names).size < names.length)
    errors.add([], "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
  errors.throwIfAny();
}

function checkCommand(command: CommandBody, path: Path, errors: FormErrors): void {
  const { name, description, options = [], type = CommandType.ChatInput } = command;
  errors.length([...path, "name"], name, { min: 1, max: LIMITS.commandName });
  if (type !== CommandType.ChatInput) {
    if (description !== undefined && description !== "")
      errors.add(
        [...path, "description"],
        "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
        "Only chat input has one.",
      );
    return;
  }
  if (!CHAT_NAME.test(name) || name !== name.toLowerCase())
    errors.add([...path, "name"], "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
  errors.length([...path, "description"], description, { min: 1, max: LIMITS.commandDescription });
  errors.count([...path, "options"], options, { max: LIMITS.commandOptions });
  for (const [number, option] of options.entries()) checkOption(option, [...path, "options", number], errors);
  if (new Set(options.map((option) => option.name)).size < options.length)
    errors.add(
      [...path, "options"],
      "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
      "Option name already exists",
    );
  const firstOptional = options.findIndex(({ required }) => required !== true);
  if (firstOptional >= 0 && options.slice(firstOptional).some(({ required }) => required === true))
    errors.add(
      [...path, "options"],
      "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
      "Required options must be placed before non-required options",
    );
  const text = [name, description ?? "", ...options.flatMap((one) => [one.name, one.description])].join(
    "",
  ).length;
  if (text > LIMITS.commandText)
    errors.add(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)");
}

function checkOption(option: APIApplicationCommandOption, path: Path, errors: FormErrors): void {
  if (!CHAT_NAME.test(option.name) || option.name !== option.name.toLowerCase())
    errors.add([...path, "name"], "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
  errors.length([...path, "description"], option.description, { min: 1, max: LIMITS.commandDescription });
  errors.oneOf(
    [...path, "type"],
    option.type,
    Array.from({ length: 11 }, (_, n) => n + 1),
  );
  if (option.type === OptionType.String) {
    errors.number([...path, "min_length"], option.min_length, { min: 0, max: LIMITS.stringOption });
    errors.number([...path, "max_length"], option.max_length, { min: 1, max: LIMITS.stringOption });
    if ("choices" in option)
      errors.count([...path, "choices"], option.choices, { max: LIMITS.commandChoices });
  }
}
