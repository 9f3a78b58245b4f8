import { spawnSync, type ChildProcess } from "node:child_process";

import { freePort } from "../free-port.ts";
import { gone, startProgram, untilPrinted, type Engine } from "./engine.ts";

/** A Redis of its own that keeps what it has in `folder`. Null where it is not installed: who calls says so. */
export async function createRedis(folder: string): Promise<Engine | null> {
  if (spawnSync("redis-server", ["--version"]).error !== undefined) return null;
  const port = await freePort();
  let child: ChildProcess | null = null;
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const settings = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
      const kept = ["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"];
      child = startProgram("redis-server", [...settings, ...kept]);
      await untilPrinted(child, /Ready to accept connections/u, "redis");
    },
    async stop(signal) {
      if (child === null) return;
      child.kill(signal ?? "SIGTERM");
      await gone(child);
    },
  };
}
