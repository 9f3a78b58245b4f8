import { describe, expect, test } from "vitest";

import { takeOverEdits } from "../../src/lists/hand-edits.ts";
import { releaseWhitelisted } from "../../src/lists/release.ts";
import { addresses, allAs, flagged } from "../cli/program.ts";
import { foundBefore } from "../lists/other-verdict.ts";
import { actsOf, blockFor, DAY_MS, digestOf, type Life } from "./digest-stage.ts";
import { BOB } from "./room.ts";

/** The lines of the newest digest about an address. */
function linesOf(life: Life, ip: string): string {
  const lines = life.digests().at(-1)?.split("\n") ?? [];
  const at = lines.findIndex((line) => line.startsWith(`${ip} · `));
  return lines.slice(at, at + 2).join(" / ");
}

describe("what became of a block that was asked about is said", () => {
  test("whitelisted, taken out of the file by hand, unblocked by a person, and ended by itself", async () => {
    const life = await blockFor(7, { count: 4 });
    const [white = "", hand = "", unblocked = "", ended = ""] = life.ips;
    await life.digestDays(6);
    expect(life.digests()[0]).toContain("[Extend 4]");

    life.write("whitelist.txt", [white]);
    await releaseWhitelisted(life.run.tools);
    life.write(
      "blacklist.txt",
      life.blocked().filter((line) => line !== hand),
    );
    await takeOverEdits(life.run.tools);
    await life.run.command(`unblock ${unblocked} our partner`, { user: BOB });
    await life.minute();

    expect(life.blocked()).toEqual([ended]);
    expect(life.digests()[0]).toMatch(/^1 block ends soon and is still unsafe\n/);
    expect(life.digests()[0]).toContain("[Extend 1]");
    expect(linesOf(life, white)).toMatch(
      /was to end .* \/ taken out .* UTC, as it was whitelisted · approved by @room:bob/,
    );
    expect(linesOf(life, hand)).toMatch(
      /was to end .* \/ taken out by hand, seen .* UTC · approved by @room:bob/,
    );
    expect(linesOf(life, unblocked)).toMatch(
      /was to end .* \/ taken out .* UTC by @room:bob · approved by @room:bob/,
    );
    expect(linesOf(life, ended)).toMatch(/9\/90 · ends .* \/ approved by @room:bob/);

    life.clock.jump(2 * DAY_MS);
    await life.minute();
    expect(linesOf(life, ended)).toMatch(
      /was to end .* \/ ended .* UTC, nobody decided · approved by @room:bob/,
    );
    expect(life.digests()[0]).toMatch(/^4 blocks that were to end: nothing is left to decide\n/);
    expect(life.digests()[0]).not.toMatch(/\[(Extend|Let go|Choose)/);
  });

  test.each([
    ["OWN_NETWORKS", /🏠 .*45\.10\.0\.1.*, so it is not extended · approved by @room:bob/],
    [
      "whitelist.txt",
      /🛡️ whitelisted \(45\.10\.0\.1, line 1\), so it is not extended · approved by @room:bob/,
    ],
  ])("one that %s covers by now is marked, not counted, and not extended", async (by, said) => {
    const life = await blockFor(7);
    const [own = "", ...others] = life.ips;
    if (by === "OWN_NETWORKS") await life.restart({ OWN_NETWORKS: `${own}/32` });
    else life.write("whitelist.txt", [own]);
    await life.digestDays(6);
    const { mark } = digestOf(life);
    expect(life.digests()[0]).toContain("[Extend 2]");
    expect(linesOf(life, own)).toMatch(said);

    await life.run.click(`choose-ends:${mark}`, BOB);
    expect(JSON.stringify(life.room.forms[0])).not.toContain(`"${own}"`);
    await life.run.click(`extend-chosen:${mark}`, BOB, { ips: [own] });
    expect(life.whispered()).toContain("Nothing is left to decide");
    await life.run.click(`extend:${mark}`, BOB);
    expect(await actsOf(life, ["extend"])).toEqual(others.map((ip) => `extend ${ip}`));

    life.clock.jump(2 * DAY_MS);
    await life.minute();
    expect(life.blocked()).toEqual(others);
    expect(life.digests()[0]).toContain("nothing is left to decide");
    expect(linesOf(life, own)).toMatch(/ended .*, nobody decided/);
  });

  test("a whitelist entry that covers more than half of the list takes nothing out, and keeps all of it from being extended", async () => {
    const life = await blockFor(7, { count: 12 });
    await life.digestDays(6);
    life.write("whitelist.txt", ["45.10.0.0/24"]);
    await releaseWhitelisted(life.run.tools);
    expect(life.blocked()).toHaveLength(12);

    await life.run.click(`extend:${digestOf(life).mark}`, BOB);

    expect(life.whispered()).toContain("Nothing is left to decide");
    expect(await actsOf(life, ["extend"])).toEqual([]);
  });
});

describe("a digest that the platform does not take", () => {
  test("is given up, and all that it was to tell is told in the next day's", async () => {
    const life = await blockFor(7);
    const flipped = "45.30.0.1";
    life.write("whitelist.txt", [flipped]);
    life.room.standin.learn(flipped, flagged(9));
    await life.digestDays(4);
    await life.run.command(flipped);
    await life.digestDays(1);
    await foundBefore(life.run.tools.records, flipped, 0);
    await life.run.command(flipped);
    const posts = life.room.messages.length;
    let refusals = 0;
    life.room.faults.push(() => {
      refusals += 1;
      return { kind: "refused", reason: "not_in_channel" };
    });

    await life.nextDigest();
    for (let minute = 0; minute < 3; minute += 1) await life.minute();

    expect(refusals).toBe(1);
    expect(life.room.messages).toHaveLength(posts);
    const { records } = life.run.tools;
    const states = async () => records.selectFrom("digest").select("state").orderBy("at").execute();
    expect(await states()).toEqual([{ state: "given up" }]);

    await life.nextDigest();
    expect(life.digests()).toHaveLength(1);
    expect(life.digests()[0]).toMatch(
      /^3 blocks end soon and are still unsafe\n[^]*Verdicts that changed\n45\.30\.0\.1 whitelisted: clean → unsafe/,
    );
    expect(digestOf(life).asked).toHaveLength(3);
    expect(await states()).toEqual([{ state: "given up" }, { state: "open" }]);
    await life.run.click(`extend:${digestOf(life).mark}`, BOB);
    expect(await actsOf(life, ["extend"])).toHaveLength(3);
    await life.minute();
    expect((await states())[1]).toEqual({ state: "closed" });
  });

  test("whose message is gone leaves nothing open when its blocks are over", async () => {
    const life = await blockFor(7);
    await life.digestDays(6);
    life.room.messages.length = 0;
    life.clock.jump(2 * DAY_MS);
    for (let minute = 0; minute < 2; minute += 1) await life.minute();
    expect(await life.run.tools.records.selectFrom("digest").select("state").execute()).toEqual([
      { state: "closed" },
    ]);
  });
});

describe("a digest tells which verdicts of listed addresses changed", () => {
  test("alone where nothing ends, and says of one that was unblocked that it is not any more on that list", async () => {
    const ips = addresses(2);
    const [still = "", gone = ""] = ips;
    const life = await blockFor(30, { count: 2, objects: allAs(ips, flagged(9)) });
    await life.nextDigest();
    for (const ip of ips) await foundBefore(life.run.tools.records, ip, 0);
    await life.run.command(ips.join(" "));
    await life.run.command(`unblock ${gone} a slip`, { user: BOB });

    await life.nextDigest();

    expect(life.digests()).toHaveLength(1);
    const lines = life.digests()[0]?.split("\n") ?? [];
    expect(lines.slice(0, 2)).toEqual(["2 verdicts of listed addresses changed", "Verdicts that changed"]);
    expect(lines.slice(2).toSorted()).toEqual([
      expect.stringMatching(new RegExp(`^${still} blocked: clean → unsafe \\(S-\\w+\\)$`)),
      expect.stringMatching(
        new RegExp(`^${gone} blocked: clean → unsafe \\(S-\\w+\\), not any more on that list$`),
      ),
    ]);
    await life.digestDays(2);
    expect(life.digests()).toHaveLength(1);
  });
});
