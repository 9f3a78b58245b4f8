import { describe, expect, test } from "vitest";

import { toForm } from "../../src/card.ts";
import { readAudit, verifyAudit } from "../../src/records/audit-trail.ts";
import { flagged } from "../cli/program.ts";
import { blockFor, DAY_MS, digestOf } from "./digest-stage.ts";
import { ALICE, BOB, textOf } from "./room.ts";

describe("the digest", () => {
  test("asks once about blocks that end within two days and are still unsafe, in the channel, not in a thread", async () => {
    const life = await blockFor(7);
    const [one = "", two = "", three = ""] = life.ips;
    for (let day = 0; day < 4; day += 1) await life.nextDigest();
    expect(life.digests()).toEqual([]);
    life.room.standin.learn(two, flagged(0));
    const before = life.room.standin.requests.length;

    await life.nextDigest();
    expect(life.digests()).toEqual([]);
    await life.nextDigest();
    for (let day = 0; day < 2; day += 1) await life.minute();

    expect(life.digests()).toHaveLength(1);
    expect(life.digests()[0]).toMatch(
      /^2 blocks end soon and are still unsafe\n45\.10\.0\.1 · 9\/90 · ends .* 12:00 UTC\napproved by @room:bob\n45\.10\.0\.3 · [^]*\[Extend 2\]\n\[Choose…\]\n\[Let go\]\nFor approvers\. Extend: 7 days more\. Without a decision each ends by itself\.\n🟢 1 block ends, unsafe no longer but clean: 45\.10\.0\.2$/,
    );
    const digest = life.room.messages.find(({ reply }) => reply.kind === "digest");
    expect(digest?.under).toBeNull();
    const asked = life.room.standin.requests.slice(before).map(({ value }) => value);
    expect(asked).toHaveLength(3);
    expect(new Set(asked)).toEqual(new Set([one, two, three]));
    await life.nextDigest();
    expect(life.digests()).toHaveLength(1);
    expect(life.room.standin.requests).toHaveLength(before + 3);
  });

  test("what nobody decides ends by itself, and the message says so", async () => {
    const life = await blockFor(7);
    for (let day = 0; day < 6; day += 1) await life.nextDigest();
    expect(life.blocked()).toEqual(life.ips);

    life.clock.jump(2 * DAY_MS);
    await life.minute();

    expect(life.blocked()).toEqual([]);
    expect(life.digests()[0]).toMatch(
      /^3 blocks that were to end: nothing is left to decide\n45\.10\.0\.1 .*was to end [^]*nobody decided/,
    );
    expect(life.digests()[0]).not.toContain("[Extend");
    expect(await life.run.tools.records.selectFrom("digest").select("state").execute()).toEqual([
      { state: "closed" },
    ]);
  });

  test("Extend lets all stay on for as long as it says, with the approver in the audit trail, and asks again before that ends", async () => {
    const life = await blockFor(7);
    for (let day = 0; day < 6; day += 1) await life.nextDigest();
    const { mark, asked } = digestOf(life);

    await life.run.click(`extend:${mark}`, BOB);

    const until = (asked[0]?.until ?? 0) + 7 * DAY_MS;
    const blocks = await life.run.tools.records.selectFrom("block").select(["ip", "until"]).execute();
    expect(blocks).toEqual(life.ips.map((ip) => ({ ip, until })));
    expect(life.digests()[0]).toMatch(/^3 blocks that were to end[^]*✅ extended until .* by @room:bob/);
    expect(life.digests()[0]).not.toContain("[Extend");
    const acts = [];
    for await (const { action, subject, who, detail } of readAudit(life.run.tools.records))
      if (action === "extend") acts.push([subject, who, detail["until"], detail["digest"], detail["link"]]);
    const link = `https://room.example/${life.room.messages.find((message) => message.mark === mark)?.ref}`;
    expect(acts).toEqual(
      life.ips.map((ip) => [ip, "room:bob (bob)", new Date(until).toISOString(), mark, link]),
    );

    life.clock.jump(2 * DAY_MS);
    await life.minute();
    expect(life.blocked()).toEqual(life.ips);
    for (let day = 0; day < 5; day += 1) await life.nextDigest();
    expect(life.digests()).toHaveLength(2);
    expect(life.digests()[1]).toContain("3 blocks end soon and are still unsafe");
    expect(await verifyAudit(life.run.tools.records)).toMatchObject({ whole: true });
  });

  test("Choose… extends those that stay ticked; the rest can be decided after that", async () => {
    const life = await blockFor(7);
    const [one = "", two = "", three = ""] = life.ips;
    for (let day = 0; day < 6; day += 1) await life.nextDigest();
    const { mark, asked } = digestOf(life);

    await life.run.click(`choose-ends:${mark}`, BOB);
    const form = toForm(life.room.forms[0] ?? { kind: "help" });
    expect(form?.action).toBe(`extend-chosen:${mark}`);
    expect(form?.fields.map((field) => field.name)).toEqual(["ips", "days", "reason"]);
    await life.run.click(`extend-chosen:${mark}`, BOB, {
      ips: [two],
      days: ["90"],
      reason: ["still scans us"],
    });

    expect(life.digests()[0]).toMatch(/^2 blocks end soon[^]*\[Extend 2\]/);
    await life.run.click(`let-go:${mark}`, BOB);
    expect(life.digests()[0]).toMatch(/^3 blocks that were to end[^]*🕊️ let go by @room:bob/);
    await life.run.click(`extend:${mark}`, BOB);
    expect(textOf(life.room.whispers.at(-1) ?? { kind: "help" })).toContain("Nothing is left to decide");

    life.clock.jump(2 * DAY_MS);
    await life.minute();
    expect(life.blocked()).toEqual([two]);
    const rows = await life.run.tools.records
      .selectFrom("audit")
      .select(["action", "subject"])
      .where("action", "in", ["extend", "let go", "block ended"])
      .orderBy("id")
      .execute();
    expect(rows.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      `extend ${two}`,
      `let go ${one}`,
      `let go ${three}`,
      `block ended ${one}`,
      `block ended ${three}`,
    ]);
    const extended = await life.run.tools.records
      .selectFrom("block")
      .select("until")
      .where("ip", "=", two)
      .executeTakeFirst();
    expect(extended?.until).toBe((asked[0]?.until ?? 0) + 90 * DAY_MS);
  });

  test("only approvers decide; who may not is told so, and noted", async () => {
    const life = await blockFor(7);
    for (let day = 0; day < 6; day += 1) await life.nextDigest();
    const { mark } = digestOf(life);
    for (const verb of ["extend", "let-go", "choose-ends", "extend-chosen"]) {
      await life.run.click(`${verb}:${mark}`, ALICE);
      expect(textOf(life.room.whispers.at(-1) ?? { kind: "help" })).toContain("Only approvers may do this");
    }
    expect(life.room.forms).toEqual([]);
    expect(life.digests()[0]).toContain("[Extend 3]");
    const refused = await life.run.tools.records
      .selectFrom("audit")
      .select(["action", "subject"])
      .where("action", "like", "%refused")
      .execute();
    expect(refused).toEqual(
      ["extend", "let go", "extend", "extend"].map((action) => ({
        action: `${action} refused`,
        subject: mark,
      })),
    );
  });

  test("where no request is spare it asks all the same, and says that nobody looked", async () => {
    const life = await blockFor(7, { env: { VT_KEY1_PER_DAY: "4" } });
    const { records } = life.run.tools;
    for (let day = 0; day < 4; day += 1) await life.nextDigest();
    // Of four requests three are used on these days: the quarter that is left is kept for people.
    const { key } = await records.selectFrom("key_usage").select("key").executeTakeFirstOrThrow();
    for (const days of [1, 2]) {
      const day = new Date(life.clock.now() + days * DAY_MS).toISOString().slice(0, 10);
      await records.insertInto("key_usage").values({ key, day, used: 3 }).execute();
    }
    await life.nextDigest();
    const before = life.room.standin.requests.length;

    await life.nextDigest();
    expect(life.digests()).toEqual([]);
    life.clock.jump(3_600_000);
    await life.minute();

    expect(life.room.standin.requests).toHaveLength(before);
    expect(life.digests()[0]).toMatch(
      /^3 blocks end soon\n45\.10\.0\.1 · ⚠️ not looked up again \(9\/90 when blocked\) · ends .*\napproved by @room:bob/,
    );
  });

  test("is posted once, by whatever run of the program", async () => {
    const life = await blockFor(7);
    for (let day = 0; day < 5; day += 1) await life.nextDigest();
    life.room.faults.push(() => ({ kind: "sent", message: "" }));
    await life.nextDigest();
    await life.minute();
    expect(life.digests()).toHaveLength(1);
    await life.restart();
    await life.minute();
    expect(life.digests()).toHaveLength(1);
  });
});
