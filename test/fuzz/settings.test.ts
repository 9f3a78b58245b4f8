import { parseEnv } from "node:util";

import * as fc from "fast-check";
import { expect } from "vitest";

import { readSettings as readDiscord } from "../../adapters/discord/settings.ts";
import { readSettings as readHttp } from "../../adapters/http/settings.ts";
import { readSettings as readSlack } from "../../adapters/slack/settings.ts";
import { readConfig } from "../../src/config.ts";
import { UserError } from "../../src/errors.ts";
import { changed, fuzz, scrappy, scraps } from "./fuzz.ts";

const SECRET = "zzqsecretzzq";
const NAMES =
  "VT_APIKEY1 VT_APIKEY2 VT_API_KEY VT_KEY1_PER_DAY VT_API_URL VT_WINDOW_SECONDS UNSAFE_ABOVE COUNT_AS_DETECTION URL_LOOKUP OWN_NETWORKS APPROVERS DIGEST_HOUR BLOCK_WEBHOOK_URL BLOCK_WEBHOOK_SECRET BLOCK_COMMAND DATABASE_URL REDIS_URL LOG_LEVEL HTTP_TOKEN HTTP_TOKEN_ANNA HTTP_HOST HTTP_PORT HTTP_CORS_ORIGINS FEED_TOKEN SLACK_BOT_TOKEN SLACK_APP_TOKEN SLACK_SIGNING_SECRET SLACK_PORT DISCORD_TOKEN DISCORD_GUILD_ID WATCH_CHANNELS VT_APIKEY1_FILE HTTP_TOKEN_ANNA_FILE".split(
    " ",
  );
const value = fc.oneof(
  scrappy,
  fc.constantFrom(
    "true",
    "0",
    "-1",
    "1e9",
    "https://soc.example.com/x?k=1",
    "http://127.0.0.1",
    "/dev/null",
    "/nowhere",
  ),
  scraps.map((scrap) => `${SECRET}${scrap}`),
  scraps.map((scrap) => `postgres://u:${SECRET}@${scrap}`),
);
const file = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom("=", " = ", "='", '="', ":"), value), {
    maxLength: 12,
  })
  .map((lines) => lines.map((line) => line.join("")).join("\n"));

/** Of these the value may be shown: they are no secrets. */
const SHOWN = /^(?:OWN_NETWORKS|\w+_FILE|HTTP_CORS_ORIGINS|HTTP_HOST)$/u;

fuzz("settings of any .env are taken, or refused by name without a secret", changed(file, scraps), (text) => {
  const env = parseEnv(text);

  for (const read of [readConfig, readHttp, readSlack, readDiscord]) {
    try {
      const settings = read(env);
      if (read === readConfig) expect(Object.isFrozen(settings)).toBe(true);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      expect(error.exitStatus).toBe(3);
      if (!Object.entries(env).some(([name, given]) => SHOWN.test(name) && given?.includes(SECRET)))
        expect(error.message).not.toContain(SECRET);
    }
  }
});
