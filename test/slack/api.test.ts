import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";

import { createApi } from "../../adapters/slack/api.ts";

const Posted = z.object({ ok: z.literal(true) });
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A Web API that asks for a pause at its first call, and a client of it. */
async function openLimited() {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    request.resume();
    if (calls > 1) return void response.end('{"ok":true}');
    response.writeHead(429, { "retry-after": "30" }).end('{"ok":false,"error":"ratelimited"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return createApi({ token: "xoxb-1", apiUrl: `http://127.0.0.1:${port}/api`, log: silent });
}

test("a pause of chat.postMessage is one channel's, for Slack counts it so; the others are not held up", async () => {
  const api = await openLimited();
  const post = async (channel: string) => api.call("chat.postMessage", { channel, text: "x" }, Posted);

  expect(await post("C1")).toMatchObject({ kind: "later" });
  expect(await post("C2")).toMatchObject({ kind: "done" });
  expect(await post("C1")).toMatchObject({ kind: "later" });
});

test("a pause of any other method is the workspace's", async () => {
  const api = await openLimited();
  const edit = async (channel: string) => api.call("chat.update", { channel, ts: "1.1", text: "x" }, Posted);

  expect(await edit("C1")).toMatchObject({ kind: "later" });
  expect(await edit("C2")).toMatchObject({ kind: "later" });
});
