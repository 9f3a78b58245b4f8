import { describe, expect, test } from "vitest";

import { startClient } from "./client.ts";
import type { Discord } from "./discord.ts";
import { call, openDiscord } from "./open-discord.ts";

const own = (discord: Discord) => `/applications/${discord.applicationId}/commands`;
const ofGuild = (discord: Discord) =>
  `/applications/${discord.applicationId}/guilds/${discord.guildId}/commands`;
const option = (name: string, more = {}) => ({ type: 3, name, description: "x", ...more });
const vtip = {
  name: "vtip",
  description: "Check",
  options: [option("indicators", { required: false, max_length: 6000 })],
};

describe("commands", () => {
  test("come back with what Discord fills in, and without what is so anyway", async () => {
    const discord = await openDiscord();

    const put = await call(discord, `PUT ${own(discord)}`, [vtip, { name: "Check with vtip", type: 3 }]);
    const listed = await call(discord, `GET ${own(discord)}`);
    const whole = await call(discord, `GET ${own(discord)}?with_localizations=true`);

    const filled = {
      application_id: discord.applicationId,
      name: "vtip",
      type: 1,
      description: "Check",
      options: [{ type: 3, name: "indicators", description: "x", max_length: 6000 }],
      default_member_permissions: null,
      nsfw: false,
      contexts: null,
      integration_types: [0],
      dm_permission: true,
    };
    const [first, second] = put.body as unknown as readonly Record<string, unknown>[];
    expect(first).toMatchObject({ ...filled, name_localizations: null, id: expect.stringMatching(/^\d+$/) });
    expect(second).toMatchObject({ name: "Check with vtip", type: 3, description: "" });
    const [{ id, version, ...inList } = { id: "", version: "" }] = listed.body as unknown as {
      id: string;
      version: string;
    }[];
    expect([id, version]).toEqual([first?.["id"], first?.["version"]]);
    expect(inList).toEqual(filled);
    expect(whole.body).toEqual(put.body);
    expect(discord.commands().map(({ name }) => name)).toEqual(["vtip", "Check with vtip"]);
    expect(discord.calls("PUT /applications/:id/commands")).toHaveLength(1);
  });

  test("keep their ids, and give a new version, when they are put in place of themselves", async () => {
    const discord = await openDiscord();
    const put = async (...commands: object[]) =>
      (await call(discord, `PUT ${own(discord)}`, commands)).body as unknown as readonly {
        id: string;
        version: string;
      }[];

    const [before] = await put(vtip);
    const [other, after] = await put({ ...vtip, name: "other" }, vtip);

    expect(after?.id).toBe(before?.id);
    expect(after?.version).not.toBe(before?.version);
    expect(other?.id).not.toBe(before?.id);
    expect(discord.commands()).toHaveLength(2);
  });

  test("of a guild are its own, and go before those of all", async () => {
    const discord = await openDiscord();
    await call(discord, `PUT ${own(discord)}`, [vtip]);
    const { body } = await call(discord, `POST ${ofGuild(discord)}`, { ...vtip, options: [] });
    const at = `${ofGuild(discord)}/${body.id}`;

    expect(body).toMatchObject({ guild_id: discord.guildId });
    await expect(discord.slash("alice", "triage", "vtip", { indicators: "x" })).rejects.toThrow(
      "no option indicators",
    );
    expect((await call(discord, `PATCH ${at}`, { description: "new" })).body).toMatchObject({
      description: "new",
    });
    expect((await call(discord, `GET ${at}`)).body).toMatchObject({ name: "vtip" });
    expect((await call(discord, `DELETE ${at}`)).status).toBe(204);
    expect((await call(discord, `GET ${at}`)).code).toBe(10063);
    void discord.slash("alice", "triage", "vtip", { indicators: "x" });
    expect(discord.interactions()).toHaveLength(1);
  });

  test("hold a person to what they ask for", async () => {
    const discord = await openDiscord();
    const options = [
      option("ip", {
        required: true,
        min_length: 2,
        max_length: 5,
        choices: [{ name: "one", value: "1.1" }],
      }),
    ];
    await call(discord, `PUT ${own(discord)}`, [
      { name: "vtip-why", description: "x", options, contexts: [0] },
    ]);
    const why = (ip?: string) => discord.slash("alice", "triage", "vtip-why", { ip });

    await expect(why()).rejects.toThrow("/vtip-why needs its option ip");
    await expect(why("x")).rejects.toThrow("takes 2 to 5 characters");
    await expect(why("2.2")).rejects.toThrow("no choice 2.2");
    await expect(discord.slash("alice", discord.dm("alice"), "vtip-why", { ip: "1.1" })).rejects.toThrow(
      "no command",
    );
  });

  test.each([
    ["a name in capitals", [{ name: "Vtip", description: "x" }], "0.name: APPLICATION_COMMAND_INVALID_NAME"],
    [
      "a name with a space",
      [{ name: "vtip why", description: "x" }],
      "0.name: APPLICATION_COMMAND_INVALID_NAME",
    ],
    ["a name that is too long", [{ name: "x".repeat(33), description: "x" }], "0.name: BASE_TYPE_MAX_LENGTH"],
    ["no description", [{ name: "vtip" }], "0.description: BASE_TYPE_REQUIRED"],
    [
      "a description that is too long",
      [{ name: "vtip", description: "x".repeat(101) }],
      "0.description: BASE_TYPE_MAX_LENGTH",
    ],
    [
      "a description of a message command",
      [{ name: "Check", type: 3, description: "x" }],
      "0.description: APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
    ],
    [
      "too many options",
      [{ ...vtip, options: Array.from({ length: 26 }, (_, n) => option(`o${n}`)) }],
      "0.options: BASE_TYPE_BAD_LENGTH",
    ],
    [
      "the same option twice",
      [{ ...vtip, options: [option("a"), option("a")] }],
      "0.options: APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
    ],
    [
      "what is required after what is not",
      [{ ...vtip, options: [option("a"), option("b", { required: true })] }],
      "0.options: APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ],
    ["the same name twice", [vtip, vtip], ": APPLICATION_COMMANDS_DUPLICATE_NAME"],
  ])("are refused (50035) for %s", async (_, commands, code) => {
    const discord = await openDiscord();

    const { code: refused, errors } = await call(discord, `PUT ${own(discord)}`, commands);

    expect([refused, errors]).toEqual([50035, [code]]);
    expect(discord.commands()).toEqual([]);
  });

  test("of another application are not its business, nor guilds that it is not in", async () => {
    const discord = await openDiscord();

    expect((await call(discord, "GET /applications/1/commands")).status).toBe(403);
    expect((await call(discord, `GET /applications/${discord.applicationId}/guilds/1/commands`)).code).toBe(
      50001,
    );
  });

  test("are found equal by the real client when they are fetched again", async () => {
    const discord = await openDiscord();
    const client = await startClient(discord);
    const whole = { ...vtip, integration_types: [0] };
    const set = await client.application.commands.set([whole]);

    const fetched = await client.application.commands.fetch();

    expect(fetched.first()?.equals(whole)).toBe(true);
    expect(set.first()?.id).toBe(fetched.first()?.id);
  });
});
