import { connect } from "node:net";

import { openSlack, type SlackPlatform } from "../../test/scenarios/slack.ts";

/** How often it is looked whether the program listens. */
const LOOK_MS = 100;

/** Slack that sends requests to the program, instead of keeping connections that the program opens. */
export async function openSlackOverHttp(options: Parameters<typeof openSlack>[2]): Promise<SlackPlatform> {
  const slack = await openSlack("http", undefined, options);
  const env = await slack.env();
  const port = Number(env["SLACK_PORT"]);
  let isHeard = false;
  const timer = setInterval(() => {
    void listens(port).then((is) => (isHeard = is));
  }, LOOK_MS);
  return {
    ...slack,
    env: async () => env,
    isHeard: () => isHeard,
    isWhole: () => isHeard,
    cuts: [],
    async stop() {
      clearInterval(timer);
      await slack.stop();
    },
  };
}

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
