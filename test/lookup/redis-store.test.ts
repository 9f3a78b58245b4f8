import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as turn } from "node:timers/promises";

import pino from "pino";
import { afterAll, expect, onTestFinished, test } from "vitest";

import { openRedisStore } from "../../src/lookup/redis-store.ts";
import { createRedis } from "../engines/redis.ts";

const folder = mkdtempSync(join(tmpdir(), "vtip-redis-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const redis = await createRedis(folder);

/** A way to a server on loopback that can be cut without either end's hearing of it. */
async function openWay(target: number): Promise<{ readonly port: number; cut(): void }> {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    sockets.push(near, far);
    near.on("error", () => undefined).pipe(far);
    far.on("error", () => undefined).pipe(near);
  });
  await new Promise<void>((listens) => void server.listen(0, "127.0.0.1", listens));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => sockets.forEach((socket) => socket.unpipe().pause()),
  };
}

test.skipIf(redis === null)(
  "a Redis that does not answer any more does not keep a program from ending",
  async () => {
    if (redis === null) throw new Error("Redis is not installed");
    await redis.start();
    onTestFinished(() => redis.stop("SIGKILL"));
    const way = await openWay(redis.port);
    const { store, close } = await openRedisStore(`redis://127.0.0.1:${way.port}`, pino({ level: "silent" }));
    await store.set("known", "1");
    way.cut();
    const asked = Promise.resolve(store.get("known")).then(
      () => "answered",
      () => "left",
    );

    // By then it is on its way.
    await turn(10);
    await close();

    expect(await asked).toBe("left");
  },
);
