import { describe, expect, test } from "vitest";

import { importBlockList } from "../../src/commands/import-block-list.ts";
import { allAs, flagged } from "../cli/program.ts";
import { actsOf, blockFor, digestOf, type Life } from "./digest-stage.ts";
import { BOB, textOf } from "./room.ts";

const OTHERS = ["45.11.0.1", "45.11.0.2"];

describe("each channel", () => {
  test("is asked about the blocks that were approved in it, and decides about those alone", async () => {
    const ips = ["45.10.0.1", "45.10.0.2", "45.10.0.3"];
    const life = await blockFor(7, {
      ips,
      objects: allAs([...ips, ...OTHERS], flagged(9)),
      channelOf: (id) => (id.startsWith("room:triage") ? "room:triage" : "room:top"),
    });
    await life.block(OTHERS, "room:triage/thread");
    await life.digestDays(6);

    // They are posted beside each other.
    const digests = life.room.messages
      .filter(({ reply }) => reply.kind === "digest")
      .toSorted((one, other) => (one.place < other.place ? -1 : 1));
    expect(digests.map(({ place, under }) => [place, under])).toEqual([
      ["room:top", null],
      ["room:triage", null],
    ]);
    const said = () => digests.map(({ reply }) => textOf(reply));
    const [top = "", triage = ""] = said();
    expect(top).toContain("[Extend 3]");
    expect(top).not.toContain("45.11.0.");
    expect(triage).toMatch(/^2 blocks end soon[^]*45\.11\.0\.1[^]*45\.11\.0\.2[^]*\[Extend 2\]/);
    expect(triage).not.toContain("45.10.0.");

    await life.run.click(`extend:${digests[1]?.mark}`, BOB);
    expect(await actsOf(life, ["extend"])).toEqual(OTHERS.map((ip) => `extend ${ip}`));
    expect(said()[0]).toContain("[Extend 3]");
    expect(said()[1]).toContain("nothing is left to decide");
  });

  test("whose platform is served no more holds up no other, and is told when it is back", async () => {
    let isServed = true;
    const ips = ["45.10.0.1"];
    const life = await blockFor(7, {
      ips,
      objects: allAs([...ips, ...OTHERS], flagged(9)),
      channelOf: (id) => (id.startsWith("room:") ? id : isServed ? id : null),
    });
    await life.block(OTHERS, "elsewhere:1");
    isServed = false;
    await life.digestDays(5);
    await life.nextDigest();
    expect(
      life.room.messages.filter(({ reply }) => reply.kind === "digest").map(({ place }) => place),
    ).toEqual(["room:1"]);

    isServed = true;
    await life.minute();
    const told = life.room.messages.filter(({ reply }) => reply.kind === "digest");
    expect(told.map(({ place }) => place)).toEqual(["room:1", "elsewhere:1"]);
    expect(told.map(({ reply }) => textOf(reply).split("\n")[0])).toEqual([
      "1 block ends soon and is still unsafe",
      "2 blocks end soon and are still unsafe",
    ]);
  });
});

async function imported(home: string | undefined): Promise<Life> {
  const ips = ["45.10.0.1"];
  const life = await blockFor(7, {
    ips,
    objects: allAs([...ips, ...OTHERS], flagged(9)),
    channelOf: (id) => id,
    ...(home !== undefined && { home }),
  });
  await importBlockList(
    life.run.tools,
    { kind: "text", name: "old list", text: OTHERS.join("\n") },
    { reason: null, isDryRun: false, isSure: false },
    { user: BOB, groupsOf: async () => [] },
  );
  await life.digestDays(6);
  return life;
}
const placesOf = ({ room }: Life) =>
  room.messages.filter(({ reply }) => reply.kind === "digest").map(({ place }) => place);

describe("blocks of no conversation, such as imported ones,", () => {
  test("are asked about where a platform has a place for that, and decided there", async () => {
    const life = await imported("room:home");

    expect(placesOf(life).toSorted()).toEqual(["room:1", "room:home"]);
    const home = life.room.messages.find(
      ({ reply, place }) => reply.kind === "digest" && place === "room:home",
    );
    await life.run.click(`extend:${home?.mark}`, BOB);
    expect(await actsOf(life, ["extend"])).toEqual(OTHERS.map((ip) => `extend ${ip}`));
  });

  test("end unasked where none has, and cost no request", async () => {
    const life = await imported(undefined);

    expect(placesOf(life)).toEqual(["room:1"]);
    expect(life.asked().filter((ip) => OTHERS.includes(ip ?? ""))).toEqual([]);
    await life.digestDays(2);
    expect(life.blocked()).toEqual([]);
  });
});

test("where APPROVERS names no one by now there are no buttons, and it says why", async () => {
  const life = await blockFor(7);
  await life.restart({ APPROVERS: "" });
  await life.digestDays(6);
  expect(life.digests()[0]).toMatch(/^3 blocks end soon and are still unsafe\n/);
  expect(life.digests()[0]).toContain(
    "Nobody may decide: APPROVERS names no one. Without a decision each ends by itself.",
  );
  expect(life.digests()[0]).not.toContain("[");
  await life.run.click(`extend:${digestOf(life).mark}`, BOB);
  expect(life.whispered()).toContain("Nobody may decide this yet");
  expect(await actsOf(life, ["extend"])).toEqual([]);
});
