import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import type { JumpingClock } from "../jumping-clock.ts";
import {
  blockForWeek,
  createEarlierClock,
  DAY_MS,
  DIGEST_NOW,
  digestsOf,
  importAddresses,
  toDigest,
  type DigestBody,
} from "./digest-stage.ts";
import { openHttp, until, type Answer, type HttpStage, type Settings, type Site } from "./stage.ts";

const [KEPT = "", ENDED = "", CALM = "", IMPORTED = ""] = addresses(4, 65);

interface Asked {
  readonly stage: HttpStage;
  readonly site: Site;
  readonly clock: JumpingClock;
  readonly digest: DigestBody;
  decide(body: unknown): Promise<Answer>;
}

/** Blocks of the console and an imported one, the day before they end; one of them is clean by now. */
async function openAsked(env: Settings = {}): Promise<Asked> {
  const stage = await openHttp({ objects: allAs([KEPT, ENDED, CALM, IMPORTED], flagged(9)) });
  const clock = createEarlierClock();
  const site = await stage.start({ ...DIGEST_NOW, BLOCK_DAYS: "7", CACHE_HOURS: "1", ...env }, clock);
  await blockForWeek(site, [KEPT, ENDED, CALM]);
  await importAddresses(stage, clock, [IMPORTED]);
  stage.virustotal.learn(CALM, flagged(0));
  const digest = await toDigest(site, clock, 4);
  const decide = async (body: unknown) => site.post(`/api/digests/${digest.digestId}/decision`, body);
  return { stage, site, clock, digest, decide };
}

function outcomes({ asked }: DigestBody): Readonly<Record<string, string>> {
  return Object.fromEntries(asked.map(({ ip, outcome }) => [ip, outcome.kind]));
}

describe("blocks that end soon", () => {
  test("are asked about with what was found, imported ones too, and decided by what is ticked", async () => {
    const { stage, site, clock, digest, decide } = await openAsked();
    expect(outcomes(digest)).toEqual({ [KEPT]: "open", [ENDED]: "open", [IMPORTED]: "open" });
    expect(digest.calm.map(({ ip }) => ip)).toEqual([CALM]);
    expect(
      digest.asked.map(({ found, approvedBy }) => [found?.status, found?.detections, approvedBy]),
    ).toEqual(Array.from({ length: 3 }, () => ["unsafe", 9, "local:console"]));
    const end = digest.asked.find(({ ip }) => ip === KEPT)?.until ?? 0;

    const extended = await decide({ decision: "extend", ips: [KEPT, IMPORTED], days: 30, reason: "case 12" });
    const decided = await decide({ decision: "let-go", ips: [ENDED] });

    expect(extended.status).toBe(200);
    expect(outcomes(decided.json() as DigestBody)).toEqual({
      [KEPT]: "extended",
      [ENDED]: "let go",
      [IMPORTED]: "extended",
    });
    const [told] = await digestsOf(site);
    expect(told?.asked.find(({ ip }) => ip === KEPT)?.outcome).toEqual({
      kind: "extended",
      by: "local:console",
      until: end + 30 * DAY_MS,
    });
    expect((await stage.audit()).slice(-3).toSorted()).toEqual(
      [
        `extend local:console (http) ${KEPT}`,
        `extend local:console (http) ${IMPORTED}`,
        `let go local:console (http) ${ENDED}`,
      ].toSorted(),
    );
    expect((await decide({ decision: "let-go" })).status).toBe(422);

    clock.jump(3 * DAY_MS);
    await until(
      async () => stage.blocked().toSorted().join() === [KEPT, IMPORTED].toSorted().join(),
      "the end of those that were let go",
    );
    expect(await digestsOf(site)).toEqual([]);
  });

  test("are extended in whatever form the address is written, for as long as usual, where nothing else is said", async () => {
    const { digest, decide } = await openAsked();

    const answer = await decide({ decision: "extend", ips: [` ${KEPT} `] });

    const { asked } = answer.json() as DigestBody;
    const kept = asked.find(({ ip }) => ip === KEPT);
    expect(kept?.outcome).toMatchObject({ kind: "extended", until: (kept?.until ?? 0) + 7 * DAY_MS });
    expect(asked.filter(({ outcome }) => outcome.kind === "open")).toHaveLength(2);
    expect(digest.extendDays).toBe(7);
  });

  test("are not extended once the whitelist covers them", async () => {
    const { stage, decide } = await openAsked();
    stage.write("whitelist.txt", `${KEPT}\n`);

    const answer = await decide({ decision: "extend" });

    expect(outcomes(answer.json() as DigestBody)[KEPT]).not.toBe("extended");
    expect((await stage.audit()).filter((line) => line.startsWith("extend "))).toHaveLength(2);
  });

  test.each([
    ["who asked for the scan, with FOUR_EYES", { FOUR_EYES: "true" }, 403, /another approver must decide/],
    ["nobody, where APPROVERS names others", { APPROVERS: "slack:U1" }, 403, /Only approvers may do this/],
    ["nobody, where APPROVERS names no one", { APPROVERS: "" }, 403, /Nobody may decide this yet/],
  ])("cannot be extended by %s", async (_who, env, status, words) => {
    const { stage, site, digest } = await openAsked();
    await site.stop();
    const again = await stage.start({ BLOCK_DAYS: "7", ...env });

    const answer = await again.post(`/api/digests/${digest.digestId}/decision`, {
      decision: "extend",
      ips: [KEPT],
    });

    expect([answer.status, answer.error()]).toEqual([status, expect.stringMatching(words)]);
    expect((await stage.audit()).at(-1)).toBe(`extend refused local:console (http) ${digest.digestId}`);
  });

  test("want it said that one is sure where there are more than one approval may", async () => {
    const { stage, site, digest } = await openAsked();
    await site.stop();
    const again = await stage.start({ BLOCK_DAYS: "7", MAX_BLOCKS_PER_APPROVAL: "1" });
    const path = `/api/digests/${digest.digestId}/decision`;
    const body = { decision: "extend", ips: [KEPT, ENDED], days: 0 };

    const asked = await again.post(path, body);
    const sure = await again.post(path, { ...body, sure: true });

    expect(asked.status).toBe(409);
    expect(outcomes(sure.json() as DigestBody)).toEqual({
      [KEPT]: "extended",
      [ENDED]: "extended",
      [IMPORTED]: "open",
    });
  });

  test("of a digest that is not known, and decisions that are none, are refused", async () => {
    const stage = await openHttp();
    const site = await stage.start();

    expect((await site.post("/api/digests/D-0000/decision", { decision: "extend" })).status).toBe(404);
    expect((await site.post("/api/digests/P-0000/decision", { decision: "extend" })).status).toBe(400);
    expect((await site.post("/api/digests/D-0000/decision", { decision: "block" })).status).toBe(400);
    expect(await digestsOf(site)).toEqual([]);
  });
});
