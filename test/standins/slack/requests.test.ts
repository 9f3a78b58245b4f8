import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import { expect, onTestFinished, test } from "vitest";

import { createRequests, type Requests } from "./requests.ts";

/** A server that answers by itself, and what it heard: which connection each request came over. */
async function open(answer: (response: ServerResponse, nth: number) => void) {
  const heard: (Socket | null)[] = [];
  const server = createServer((request, response) => {
    heard.push(request.socket);
    answer(response, heard.length);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const requests: Requests = createRequests((server.address() as AddressInfo).port);
  onTestFinished(() => {
    requests.stop();
    server.closeAllConnections();
    server.close();
  });
  return { requests, heard };
}

test("a request over a connection that has just ended is sent again over another", async () => {
  const { requests, heard } = await open((response, nth) => {
    if (nth === 2) response.socket?.destroy();
    else response.end(String(nth));
  });

  await requests.get("/", {});
  const { bytes } = await requests.post("/", {}, "x");

  expect(bytes.toString()).toBe("3");
  expect(new Set(heard).size).toBe(2);
});

test("one that a new connection was ended on has failed", async () => {
  const { requests, heard } = await open((response) => response.socket?.destroy());

  await expect(requests.get("/", {})).rejects.toThrow("socket hang up");
  expect(heard).toHaveLength(1);
});
