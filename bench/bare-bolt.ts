import { env } from "node:process";

import { App, HTTPReceiver, SocketModeReceiver } from "@slack/bolt";

/** A Bolt app that acknowledges every command and does nothing else: what an acknowledgement takes without a bot. */
const {
  SLACK_API_URL = "",
  SLACK_BOT_TOKEN = "",
  SLACK_APP_TOKEN,
  SLACK_SIGNING_SECRET = "",
  SLACK_PORT,
} = env;
const clientOptions = { slackApiUrl: `${SLACK_API_URL}/` };
const receiver =
  SLACK_APP_TOKEN === undefined
    ? new HTTPReceiver({ signingSecret: SLACK_SIGNING_SECRET, port: Number(SLACK_PORT) })
    : new SocketModeReceiver({ appToken: SLACK_APP_TOKEN, installerOptions: { clientOptions } });
const app = new App({ token: SLACK_BOT_TOKEN, receiver, clientOptions });
app.command("/vtip", async ({ ack }) => ack());
await app.start();
process.stdout.write("the bare app serves\n");
