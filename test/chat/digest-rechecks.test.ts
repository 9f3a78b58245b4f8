import { describe, expect, test } from "vitest";

import type { Fault } from "../../src/demo/standin.ts";
import { flagged } from "../cli/program.ts";
import { isOverPostgres } from "../records/place.ts";
import { blockFor, DAY_MS, digestOf, HOUR_MS } from "./digest-stage.ts";
import { KEY } from "./room.ts";

const MINUTE_MS = 60_000;
/** A failure that is told at once: one that may pass is tried again for seconds before it is one. */
const AWAY: Fault = { status: 400, code: "BadRequestError" };

describe("blocks that end soon are looked up again", () => {
  test("for a digest that is late since the bot was off at its hour, which waits for that", async () => {
    const life = await blockFor(7);
    await life.digestDays(4);
    const before = life.asked().length;
    await life.stop();
    // 23 hours before the end, four hours after the digest's time.
    life.clock.jump(2 * DAY_MS + 5 * HOUR_MS);
    await life.restart();

    await life.tidy();
    expect(life.digests()).toEqual([]);
    life.clock.jump(59 * MINUTE_MS);
    await life.tidy();
    expect(life.digests()).toEqual([]);
    await life.recheck();
    await life.tidy();

    expect(life.asked().slice(before)).toEqual(life.ips);
    expect(life.digests()).toHaveLength(1);
    expect(life.digests()[0]).toMatch(/^3 blocks end soon and are still unsafe/);
    expect(life.digests()[0]).not.toContain("not looked up again");
  });

  test("is not waited for longer than an hour from the start", async () => {
    const life = await blockFor(7);
    await life.digestDays(4);
    await life.stop();
    life.clock.jump(2 * DAY_MS + 5 * HOUR_MS);
    await life.restart();
    await life.tidy();
    life.clock.jump(HOUR_MS);
    await life.tidy();
    expect(life.digests()[0]).toMatch(/^3 blocks end soon\n.*not looked up again/);
  });

  test.skipIf(isOverPostgres)(
    "with keys that have no limit a day but one a month, though three of four are refused",
    async () => {
      const limits = Object.fromEntries(
        [1, 2, 3, 4].flatMap((at) => [
          [`VT_KEY${at}_PER_MINUTE`, "0"],
          [`VT_KEY${at}_PER_DAY`, "0"],
          [`VT_KEY${at}_PER_MONTH`, "100"],
        ]),
      );
      const refused = { VT_APIKEY2: "refused-2", VT_APIKEY3: "refused-3", VT_APIKEY4: "refused-4" };
      const life = await blockFor(7, { env: { ...limits, ...refused } });
      // All keys are asked once, as each look-up finds out about one.
      for (let at = 1; at <= 8; at += 1) await life.run.command(`45.20.0.${at}`);
      const parked = (await life.run.tools.lookUps.quota()).filter((key) => key.parked !== null);
      expect(parked).toHaveLength(3);
      const before = life.room.standin.counted(KEY).taken;

      await life.digestDays(6);

      expect(life.room.standin.counted(KEY).taken).toBe(before + 3);
      expect(life.digests()[0]).toMatch(/^3 blocks end soon and are still unsafe/);
    },
  );

  test("not with the last quarter of a month's requests, which is for people", async () => {
    const life = await blockFor(7, { env: { VT_KEY1_PER_MONTH: "40" } });
    const { records, clock } = life.run.tools;
    await life.digestDays(4);
    const { key } = await records.selectFrom("key_usage").select("key").executeTakeFirstOrThrow();
    for (const days of [0, 1, 2]) {
      const day = new Date(clock.now() + days * DAY_MS).toISOString().slice(0, 10);
      const row = { key, day, used: 30 };
      await records
        .insertInto("key_usage")
        .values(row)
        .onConflict((conflict) => conflict.columns(["key", "day"]).doUpdateSet({ used: 30 }))
        .execute();
    }
    const before = life.asked().length;
    await life.digestDays(2);
    expect(life.asked()).toHaveLength(before);
    life.clock.jump(HOUR_MS);
    await life.minute();
    expect(life.digests()[0]).toContain("not looked up again");
  });

  test("while VirusTotal is away again after 15 minutes, and the digest comes an hour later and says so", async () => {
    let isAway = false;
    const life = await blockFor(7, { count: 1, fault: () => (isAway ? AWAY : undefined) });
    await life.digestDays(4);
    isAway = true;
    await life.nextDigest();
    const tries = life.asked().length;
    await life.minute();
    life.clock.jump(14 * MINUTE_MS);
    await life.minute();
    expect(life.asked()).toHaveLength(tries);
    life.clock.jump(MINUTE_MS);
    await life.minute();
    expect(life.asked().length).toBeGreaterThan(tries);

    await life.nextDigest();
    expect(life.digests()).toEqual([]);
    life.clock.jump(HOUR_MS);
    await life.minute();
    expect(life.digests()[0]).toMatch(
      /^1 block ends soon\n45\.10\.0\.1 · ⚠️ not looked up again \(9\/90 when blocked\)/,
    );
    expect(life.digests()[0]).toContain("[Extend 1]");
  });

  test("what was found before VirusTotal went away is told", async () => {
    let isAway = false;
    const life = await blockFor(7, {
      fault: ({ value }) => (isAway && value !== "45.10.0.2" ? AWAY : undefined),
    });
    await life.digestDays(4);
    isAway = true;
    await life.digestDays(2);
    life.clock.jump(HOUR_MS);
    await life.minute();
    expect(digestOf(life).asked.map(({ ip, found }) => [ip, found?.detections])).toEqual([
      ["45.10.0.1", undefined],
      ["45.10.0.2", 9],
      ["45.10.0.3", undefined],
    ]);
    expect(life.digests()[0]).toMatch(/^3 blocks end soon\n/);
  });

  test("and what is suspicious or unknown now is said to be that, and not asked about", async () => {
    const life = await blockFor(7, { count: 4 });
    const [, calm = "", odd = "", gone = ""] = life.ips;
    await life.digestDays(4);
    life.room.standin.learn(calm, flagged(0));
    life.room.standin.learn(odd, flagged(1, 1));
    life.room.standin.learn(gone, {
      stats: { malicious: 0, suspicious: 0, harmless: 0, undetected: 0, timeout: 0 },
      attributes: {},
    });
    await life.digestDays(2);

    const lines = life.digests()[0]?.split("\n") ?? [];
    expect(lines[0]).toBe("1 block ends soon and is still unsafe");
    expect(lines.slice(-3)).toEqual([
      `🟢 1 block ends, unsafe no longer but clean: ${calm}`,
      `🟡 1 block ends, unsafe no longer but suspicious: ${odd}`,
      `⚪ 1 block ends, unsafe no longer but unknown: ${gone}`,
    ]);
  });

  test("but not those that an Undo took out in the middle of it", async () => {
    let meanwhile: (() => Promise<void>) | null = null;
    let undone: Promise<void> = Promise.resolve();
    const life = await blockFor(7, {
      fault() {
        if (meanwhile !== null) undone = meanwhile();
        meanwhile = null;
        return { delayMs: 200 };
      },
    });
    const card = life.room.messages.find(({ reply }) => reply.kind === "decision");
    await life.digestDays(4);
    const before = life.asked().length;
    meanwhile = async () => life.run.click(`undo:${card?.mark}`);
    await life.nextDigest();
    await undone;
    expect(life.blocked()).toEqual([]);
    expect(life.asked().slice(before)).toEqual(["45.10.0.1"]);
  });

  test("but not those that end before the next digest", async () => {
    const life = await blockFor(1, { hour: 6 });
    const before = life.asked().length;
    await life.minute();
    await life.digestDays(2);
    expect(life.blocked()).toEqual([]);
    expect(life.asked()).toHaveLength(before);
    expect(life.digests()).toEqual([]);
  });

  test("but not those of a platform that is not served", async () => {
    let isServed = true;
    const life = await blockFor(7, { channelOf: () => (isServed ? "room:top" : null) });
    const before = life.asked().length;
    isServed = false;
    await life.digestDays(6);
    life.clock.jump(2 * HOUR_MS);
    await life.minute();
    expect(life.asked()).toHaveLength(before);
    expect(await life.run.tools.records.selectFrom("digest").select("id").execute()).toEqual([]);
  });
});
