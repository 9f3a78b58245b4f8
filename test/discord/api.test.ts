import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import pino from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";

import { createApi } from "../../adapters/discord/api.ts";

/** A Discord that takes two calls in two seconds, and says so. */
async function openLimited(): Promise<{ readonly apiUrl: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(200, {
      "content-type": "application/json",
      "x-ratelimit-bucket": "b",
      "x-ratelimit-limit": "2",
      "x-ratelimit-remaining": String(2 - asked.length),
      "x-ratelimit-reset-after": "2",
    });
    response.end("{}");
  });
  await new Promise<void>((listens) => void server.listen(0, "127.0.0.1", listens));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`, asked };
}

test("no limit of Discord's lasts longer because the clock was set back", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  const { apiUrl, asked } = await openLimited();
  const api = createApi({ token: "one.token", apiUrl, log: pino({ level: "silent" }) });
  onTestFinished(() => api.close());
  const call = async () => api.call({ method: "get", route: "/channels/1/messages" }, z.object({}));
  expect([(await call()).kind, (await call()).kind]).toEqual(["done", "done"]);

  vi.setSystemTime(Date.now() - 3_600_000);

  expect((await call()).kind).toBe("done");
  expect(asked).toHaveLength(3);
});
