import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { readSettings as readDiscord } from "../adapters/discord/settings.ts";
import { readSettings as readHttp } from "../adapters/http/settings.ts";
import { readSettings as readSlack } from "../adapters/slack/settings.ts";
import { readConfig } from "../src/config.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const TOKEN = "a-token-of-the-tests";

/** The path of a file that holds the text. */
function fileWith(text: string, name = "secret"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

describe("a secret in a file", () => {
  const read: readonly (readonly [string, string, (env: Record<string, string>) => unknown])[] = [
    ["VT_APIKEY1", TOKEN, (env) => readConfig(env).keys[0]?.secret],
    ["VT_APIKEY12", TOKEN, (env) => readConfig(env).keys[0]?.secret],
    ["VT_API_KEY", TOKEN, (env) => readConfig(env).keys[0]?.secret],
    ["API_KEY", TOKEN, (env) => readConfig(env).keys[0]?.secret],
    ["DATABASE_URL", "postgres://v:p@127.0.0.1/v", (env) => readConfig(env).databaseUrl],
    ["REDIS_URL", "redis://:p@127.0.0.1", (env) => readConfig(env).redisUrl],
    ["BLOCK_WEBHOOK_URL", "https://soc.example.com/?k=1", (env) => readConfig(env).blockWebhookUrl],
    ["BLOCK_WEBHOOK_SECRET", TOKEN, (env) => readConfig(env).blockWebhookSecret],
    ["DISCORD_TOKEN", TOKEN, (env) => readDiscord(env)?.token],
    ["SLACK_BOT_TOKEN", TOKEN, (env) => readSlack({ SLACK_APP_TOKEN: "xapp-1", ...env })?.botToken],
    ["SLACK_APP_TOKEN", TOKEN, (env) => readSlack({ SLACK_BOT_TOKEN: "xoxb-1", ...env })?.transport],
    ["SLACK_SIGNING_SECRET", TOKEN, (env) => readSlack({ SLACK_BOT_TOKEN: "xoxb-1", ...env })?.transport],
    ["HTTP_TOKEN", TOKEN, (env) => readHttp(env)?.holders],
    ["HTTP_TOKEN_ANNA", TOKEN, (env) => readHttp(env)?.holders],
    ["FEED_TOKEN", TOKEN, (env) => readHttp({ HTTP_PORT: "0", ...env })?.feedToken],
  ];

  test.each(read)("is the same as %s in the environment, without the line's end", (name, value, look) => {
    const expected = look({ [name]: value });

    expect(JSON.stringify(expected)).toContain(value);
    expect(look({ [`${name}_FILE`]: fileWith(value) })).toEqual(expected);
    expect(look({ [`${name}_FILE`]: fileWith(`${value}\n`) })).toEqual(expected);
    expect(look({ [`${name}_FILE`]: fileWith(`${value}\r\n`) })).toEqual(expected);
    expect(look({ [`${name}_FILE`]: fileWith(value), [name]: "" })).toEqual(expected);
    expect(look({ [`${name}_FILE`]: " ", [name]: value })).toEqual(expected);
  });

  test.each(read)("and %s both set is an error that names both", (name, value, look) => {
    const both = { [name]: value, [`${name}_FILE`]: fileWith(value) };

    expect(() => look(both)).toThrow(`${name} and ${name}_FILE are both set`);
    expect(() => look(both)).not.toThrow(value);
  });

  test("may be a pipe", () => {
    const path = join(temporaryFolder(), "pipe");
    execFileSync("mkfifo", [path]);
    execFileSync("/bin/sh", ["-c", `printf '${TOKEN}\\n' >'${path}' &`], { stdio: "ignore" });

    expect(readConfig({ VT_APIKEY1_FILE: path }).keys.map(({ secret }) => secret)).toEqual([TOKEN]);
  });

  test("is no person of that name", () => {
    expect(readHttp({ HTTP_TOKEN_FILE: fileWith(TOKEN) })?.holders.map(({ user }) => user.id)).toEqual([
      "local:console",
    ]);
  });

  test("of another program is left alone", () => {
    const config = readConfig({ VT_APIKEY1: TOKEN, AWS_WEB_IDENTITY_TOKEN_FILE: "/nowhere/at/all" });

    expect(config.keys.length).toBe(1);
  });
});

describe("a file without a secret", () => {
  test.each([
    ["is missing", () => join(temporaryFolder(), "none"), /ENOENT/],
    [
      "is a folder",
      () => {
        const path = join(temporaryFolder(), "folder");
        mkdirSync(path);
        return path;
      },
      /EISDIR/,
    ],
    ["is empty", () => fileWith(" \n"), /is empty/],
    ["has no end", () => "/dev/zero", /holds more than a secret/],
    ["is another file", () => fileWith(`${TOKEN}\n${TOKEN}\n`), /more than one line/],
  ])("that %s is named with its variable, its path and exit status 3", (_name, make, fault) => {
    const path = make();
    const look = () => readConfig({ VT_APIKEY1_FILE: path });

    expect(look).toThrow(fault);
    expect(look).toThrow(`VT_APIKEY1_FILE: the file ${path} `);
    expect(look).toThrow(expect.objectContaining({ exitStatus: 3 }));
    expect(look).not.toThrow(TOKEN);
  });

  test.skipIf(process.getuid?.() === 0)("that may not be read is named (skipped as root)", () => {
    const path = fileWith(TOKEN);
    chmodSync(path, 0);

    expect(() => readConfig({ VT_APIKEY1_FILE: path })).toThrow(/VT_APIKEY1_FILE: .*EACCES/);
  });
});
