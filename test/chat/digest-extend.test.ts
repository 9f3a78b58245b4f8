import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

import { describe, expect, onTestFinished, test } from "vitest";

import { toForm } from "../../src/card.ts";
import type { User } from "../../src/chat.ts";
import { verifyAudit } from "../../src/records/audit-trail.ts";
import { flagged } from "../cli/program.ts";
import { isOverPostgres } from "../records/place.ts";
import { actsOf, blockFor, DAY_MS, digestOf, type Life } from "./digest-stage.ts";
import { ALICE, BOB, textOf } from "./room.ts";

/** Another program that has the records open: tells when it has begun. */
const WRITER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const db = new (require("better-sqlite3"))(workerData, { timeout: 10_000 });
  const put = db.prepare("INSERT OR REPLACE INTO key_usage (key, day, used) VALUES ('other', '2026-01-01', ?)");
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let used = 0; ; used += 1) {
    put.run(used);
    Atomics.wait(cell, 0, 0, 0.2);
    if (used === 100) parentPort.postMessage(used);
  }
`;

const CAROL: User = { id: "room:carol", name: "carol" };

/** Blocked for a week, and asked about. */
async function asked(options: Parameters<typeof blockFor>[1] = {}): Promise<Life> {
  const life = await blockFor(7, options);
  await life.digestDays(6);
  return life;
}

async function untils({ run }: Life): Promise<Readonly<Record<string, number | null>>> {
  const rows = await run.tools.records.selectFrom("block").select(["ip", "until"]).execute();
  return Object.fromEntries(rows.map(({ ip, until }) => [ip, until]));
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

describe("Extend", () => {
  test.skipIf(isOverPostgres)(
    "goes through while another program writes into the same records all the time",
    async () => {
      const life = await asked({ count: 40 });
      const writer = new Worker(WRITER, {
        eval: true,
        workerData: join(life.room.folder, "data/vtip.sqlite"),
      });
      onTestFinished(async () => void (await writer.terminate()));
      await once(writer, "message");

      for (const [at, ip] of life.ips.entries())
        if (at % 4 === 0) await life.run.click(`extend-chosen:${digestOf(life).mark}`, BOB, { ips: [ip] });
      await life.run.click(`extend:${digestOf(life).mark}`, BOB);

      expect(life.room.whispers).toEqual([]);
      expect(digestOf(life).asked.map(({ outcome }) => outcome.kind)).toEqual(Array(40).fill("extended"));
      expect(await actsOf(life, ["extend"])).toHaveLength(40);
      expect(await verifyAudit(life.run.tools.records)).toMatchObject({ whole: true });
    },
  );

  test("tells the one who pressed that it is done, where the platform does not let the message be changed", async () => {
    const life = await asked();
    life.room.editFaults.push(() => ({ kind: "refused", reason: "too old to be edited" }));

    await life.run.click(`extend:${digestOf(life).mark}`, BOB);

    expect(life.whispered()).toBe("ℹ️ 3 blocks were decided. The message cannot be changed to say so.");
    expect(await actsOf(life, ["extend"])).toEqual(life.ips.map((ip) => `extend ${ip}`));
  });

  test("asks once more about more than MAX_BLOCKS_PER_APPROVAL, and says that it is done in place of the question", async () => {
    const life = await asked();
    await life.restart({ MAX_BLOCKS_PER_APPROVAL: "2" });
    const { mark } = digestOf(life);

    await life.run.click(`extend:${mark}`, BOB);
    expect(life.room.whispers.at(-1)).toMatchObject({ action: `sure-extend:${mark}`, count: 3, most: 2 });
    expect(await actsOf(life, ["extend"])).toEqual([]);
    await life.run.click(`sure-extend:${mark}`, BOB);

    expect(life.whispered()).toBe("ℹ️ 3 blocks were decided: the message says so.");
    expect(await actsOf(life, ["extend"])).toHaveLength(3);
  });

  test("keeps what was chosen, days and reason, for the second question about it", async () => {
    const life = await asked({ count: 4 });
    await life.restart({ MAX_BLOCKS_PER_APPROVAL: "2" });
    const { mark, asked: entries } = digestOf(life);
    const chosen = life.ips.slice(1);

    await life.run.click(`extend-chosen:${mark}`, BOB, { ips: chosen, days: ["90"], reason: ["a scanner"] });
    expect(life.room.whispers.at(-1)).toMatchObject({
      kind: "confirmation",
      deed: "extend",
      action: `sure-extend-chosen:${mark}`,
      count: 3,
      most: 2,
    });
    expect(await actsOf(life, ["extend"])).toEqual([]);
    await life.run.click(`sure-extend-chosen:${mark}`, BOB);

    expect(await actsOf(life, ["extend"])).toEqual(chosen.map((ip) => `extend ${ip}`));
    const until = (entries[0]?.until ?? 0) + 90 * DAY_MS;
    expect(Object.values(await untils(life))).toEqual([entries[0]?.until, until, until, until]);
    const { detail } = await life.run.tools.records
      .selectFrom("audit")
      .select("detail")
      .where("action", "=", "extend")
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(detail)).toMatchObject({ reason: "a scanner", until: new Date(until).toISOString() });
    // What somebody else has chosen is not theirs to confirm.
    await life.run.click(`sure-extend-chosen:${mark}`, CAROL);
    expect(life.whispered()).toContain("no longer known here");
  });

  test("is said on the card on which the blocks were approved", async () => {
    const life = await asked({ count: 2 });
    const [one = "", two = ""] = life.ips;
    const { mark, asked: entries } = digestOf(life);
    const card = () => {
      const message = life.room.messages.find((each) => each.mark.startsWith("P-"));
      return message === undefined ? "" : textOf(message.reply);
    };
    expect(card()).not.toContain("Extended since");

    await life.run.click(`extend-chosen:${mark}`, BOB, { ips: [two], days: ["30"] });
    const until = (entries[0]?.until ?? 0) + 30 * DAY_MS;
    expect(card()).toContain(`✅ Extended since: ${two} until ${day(until)}`);
    expect(card()).not.toContain(`${one} until`);

    await life.run.click(`extend-chosen:${mark}`, BOB, { ips: [one], days: ["0"] });
    expect(card()).toContain(`✅ Extended since: ${one} until removed, ${two} until ${day(until)}`);
  });

  test("that is handled long after the end counts from then", async () => {
    const life = await asked();
    const { mark } = digestOf(life);
    life.clock.jump(5 * DAY_MS);
    const from = life.clock.now();

    await life.run.click(`extend:${mark}`, BOB);

    const to = life.clock.now();
    for (const until of Object.values(await untils(life))) {
      expect(until).toBeGreaterThanOrEqual(from + 7 * DAY_MS);
      expect(until).toBeLessThanOrEqual(to + 7 * DAY_MS);
    }
    await life.minute();
    expect(life.blocked()).toEqual(life.ips);
  });

  test("keeps to the days that the message promises, after a restart with another BLOCK_DAYS", async () => {
    const life = await asked();
    expect(life.digests()[0]).toContain("Extend: 7 days more");
    await life.restart({ BLOCK_DAYS: "90" });
    const { mark, asked: entries } = digestOf(life);

    await life.run.click(`choose-ends:${mark}`, BOB);
    const days = toForm(life.room.forms[0] ?? { kind: "help" })?.fields.find(({ name }) => name === "days");
    expect(JSON.stringify(days)).toMatch(/"value":"7"[^}]*"isPicked":true/);
    await life.run.click(`extend-chosen:${mark}`, BOB, { ips: life.ips.slice(0, 1) });
    expect(life.digests()[0]).toContain("Extend: 7 days more");
    await life.run.click(`extend:${mark}`, BOB);

    const until = (entries[0]?.until ?? 0) + 7 * DAY_MS;
    expect(Object.values(await untils(life))).toEqual([until, until, until]);
  });
});

describe("with FOUR_EYES", () => {
  const env = { FOUR_EYES: "true", APPROVERS: `${ALICE.id},${BOB.id}` };

  test("who asked for the scan cannot extend, and that is noted; another approver can", async () => {
    const life = await asked({ env });
    const { mark } = digestOf(life);

    await life.run.click(`extend:${mark}`, ALICE);
    expect(life.whispered()).toContain("another approver must decide (FOUR_EYES is set)");
    expect(await actsOf(life, ["extend", "extend refused"])).toEqual([`extend refused ${mark}`]);
    expect(life.digests()[0]).toContain("[Extend 3]");

    await life.run.click(`extend:${mark}`, BOB);
    expect(await actsOf(life, ["extend"])).toHaveLength(3);
  });

  test("of scans of theirs and of others only the others are extended, and only those are asked about", async () => {
    const life = await blockFor(7, { env: { ...env, MAX_BLOCKS_PER_APPROVAL: "3" } });
    const theirs = life.ips;
    const others = ["45.11.0.1", "45.11.0.2"];
    for (const ip of others) life.room.standin.learn(ip, flagged(9));
    await life.run.command(others.join(" "), { user: BOB });
    const card = life.room.messages.findLast(({ reply }) => reply.kind === "proposal");
    await life.run.click(`block:${card?.mark}`, ALICE);
    await life.digestDays(6);
    const { mark } = digestOf(life);
    expect(digestOf(life).asked).toHaveLength(5);

    await life.run.click(`extend:${mark}`, ALICE);

    expect(await actsOf(life, ["extend"])).toEqual(others.map((ip) => `extend ${ip}`));
    expect(life.digests()[0]).toContain("[Extend 3]");
    expect(
      digestOf(life)
        .asked.filter(({ outcome }) => outcome.kind === "open")
        .map(({ ip }) => ip),
    ).toEqual(theirs);
  });
});
