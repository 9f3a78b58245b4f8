import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { serve } from "../src/serve.ts";
import { startDiscord } from "./standins/discord/discord.ts";
import { temporaryFolder } from "./temporary-folder.ts";

test("a platform that refuses the token ends the program, whatever the others are waiting for", async () => {
  const discord = await startDiscord();
  onTestFinished(() => discord.stop());
  const folder = temporaryFolder();
  const notices: string[] = [];

  const served = serve({
    env: {
      VT_APIKEY1: "key-of-the-test",
      DATA_DIR: join(folder, "data"),
      LOG_FILE: join(folder, "app.log"),
      WHITELIST_FILE: join(folder, "whitelist.txt"),
      BLACKLIST_FILE: join(folder, "blacklist.txt"),
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_TOKEN: "wrong.token",
      // Nobody listens there.
      SLACK_API_URL: "http://127.0.0.1:9/api",
      SLACK_BOT_TOKEN: "xoxb-1",
      SLACK_APP_TOKEN: "xapp-1",
    },
    signal: new AbortController().signal,
    onNotice: (sentence) => notices.push(sentence),
  });

  await expect(served).rejects.toMatchObject({
    exitStatus: 3,
    message: expect.stringContaining("DISCORD_TOKEN"),
  });
  expect(notices.join("\n")).not.toContain("vtip serves");
});
