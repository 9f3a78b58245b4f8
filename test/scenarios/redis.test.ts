import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { createRedis } from "../engines/redis.ts";
import { openStage } from "./stage.ts";

const folder = mkdtempSync(join(tmpdir(), "vtip-redis-"));
const redis = await createRedis(folder);
beforeAll(async () => redis?.start());
afterAll(async () => {
  await redis?.stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(redis === null)("verdicts in Redis", () => {
  test("what was found before is waited for while Redis is away, and not asked again", async () => {
    if (redis === null) throw new Error("Redis is not installed");
    const ips = addresses(12);
    const stage = await openStage({ mode: "slack", objects: allAs(ips, flagged(9)) });
    await stage.start({ REDIS_URL: redis.url });
    await stage.chat.command("alice", "triage", ips.join(" "));
    await stage.done(await stage.says("triage", "12 unsafe"), "proposal");

    await redis.stop();
    await stage.chat.command("alice", "incidents", ips.join(" "));
    await stage.says("incidents", "Redis is away");
    await redis.start();

    await stage.says("incidents", "12 unsafe");
    expect(stage.asked()).toHaveLength(12);
  });
});
