import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

import { expect, onTestFinished, test } from "vitest";

import { resetConnection } from "../../src/demo/connection-reset.ts";

/** Both ends of one connection; that of the server is left open by the other's goodbye. */
async function open(): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const far = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [near] = (await once(server, "connection")) as [Socket];
  near.resume();
  return { near, far };
}

test("a connection that is reset ends with an error at the other end", async () => {
  const { near, far } = await open();

  resetConnection(near);

  expect(await once(far, "error")).toEqual([expect.objectContaining({ code: "ECONNRESET" })]);
  expect(near.destroyed).toBe(true);
});

test("one that has said goodbye closes all the same", async () => {
  const { near, far } = await open();
  far.resume();

  near.end();
  resetConnection(near);

  await once(near, "close");
  await once(far, "close");
});
