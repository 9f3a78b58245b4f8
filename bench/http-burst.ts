import { createHmac } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Where a bot hears Slack over HTTP. */
export interface HttpTarget {
  readonly url: string;
  readonly signingSecret: string;
}

/**
 * Sends signed commands all at once, each over a connection of its own that is open already, as a proxy before the bot
 * keeps them. Resolves to the time of each from the writing to the acknowledgement. Bare sockets: `fetch` would
 * take longer than what is measured. @throws Error when one is not acknowledged.
 */
export async function sendAtOnce(
  { url, signingSecret }: HttpTarget,
  commands: readonly Readonly<Record<string, string>>[],
): Promise<number[]> {
  const { hostname, port, pathname } = new URL(url);
  const sockets = commands.map(() => connect(Number(port), hostname));
  await Promise.all(sockets.map(async (socket) => once(socket, "connect")));
  const requests = commands.map((command) => toRequest(pathname, hostname, signingSecret, command));
  try {
    return await Promise.all(sockets.map(async (socket, at) => timed(socket, requests[at] ?? "")));
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function timed(socket: Socket, request: string): Promise<number> {
  const startedAt = performance.now();
  socket.write(request);
  const [answer] = (await once(socket, "data")) as [Buffer];
  const ms = performance.now() - startedAt;
  if (answer.toString("latin1", 9, 12) !== "200") throw new Error(`not acknowledged: ${answer.toString()}`);
  return ms;
}

function toRequest(
  path: string,
  host: string,
  secret: string,
  command: Readonly<Record<string, string>>,
): string {
  const body = new URLSearchParams(command).toString();
  const seconds = Math.floor(Date.now() / 1000);
  const hash = createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex");
  return [
    `POST ${path} HTTP/1.1`,
    `host: ${host}`,
    "content-type: application/x-www-form-urlencoded",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-slack-request-timestamp: ${seconds}`,
    `x-slack-signature: v0=${hash}`,
    "",
    body,
  ].join("\r\n");
}
