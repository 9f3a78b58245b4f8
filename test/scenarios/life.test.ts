import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { describe, expect, test } from "vitest";

import { verifyAudit } from "../../src/records/audit-trail.ts";
import { addresses, allAs, flagged } from "../cli/program.ts";
import { createJumpingClock, type JumpingClock } from "../jumping-clock.ts";
import type { SeenMessage } from "./platform.ts";
import { type AtEnd, openStage, PLATFORMS, type Stage, type StageOptions } from "./stage.ts";

const PROGRAM = resolve(import.meta.dirname, "../../dist/main.js");
const run = promisify(execFile);

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Life {
  readonly stage: Stage;
  readonly clock: JumpingClock;
  readonly ips: readonly string[];
  /** Asks about these and blocks what may be blocked; resolves to the card. */
  block(...ips: readonly string[]): Promise<SeenMessage>;
  /** Asks about these; resolves to the card that asks to block so many. */
  ask(count: number, ...ips: readonly string[]): Promise<SeenMessage>;
  /** A message as it is now. */
  now(message: SeenMessage): SeenMessage;
  /** To a minute after the next hour of digests, `days` later. */
  toDigest(days: number): Promise<void>;
  /** Waits until the blacklist holds just these. */
  listed(...ips: readonly string[]): Promise<void>;
  /** How many blocks were looked up again. */
  rechecks(): Promise<number>;
  /** What firewalls are given: the addresses of `vtip blocklist export`, and when each ends, in ms since 1970. */
  exported(): Promise<Readonly<Record<string, number>>>;
  /** The answer to `why`, asked now. */
  why(ip: string): Promise<string>;
}

async function begin(mode: StageOptions["mode"], count: number, atEnd: AtEnd): Promise<Life> {
  const ips = addresses(count);
  const stage = await openStage({ mode, objects: allAs(ips, flagged(9)) }, atEnd);
  const clock = createJumpingClock();
  // At noon of a coming day, four hours after the hour of digests.
  clock.jump(2.5 * DAY_MS - (clock.now() % DAY_MS));
  await stage.start({ BLOCK_DAYS: "7", CACHE_HOURS: "1" }, clock);
  const { chat } = stage;

  async function ask(toBlock: number, ...asked: readonly string[]): Promise<SeenMessage> {
    const before = new Set(chat.messages("triage").map(({ id }) => id));
    await chat.command("alice", "triage", asked.join(" "));
    const head = await chat.until(
      () =>
        chat
          .messages("triage")
          .find(({ id, text }) => !before.has(id) && text.includes("unsafe = more than")),
      "the summary",
    );
    return stage.saysIn(head, `Block ${toBlock} address`);
  }
  const now = (message: SeenMessage) =>
    [...chat.under(message), ...chat.messages("triage")].find(({ id }) => id === message.id) ?? message;
  return {
    stage,
    clock,
    ips,
    ask,
    now,
    async block(...asked) {
      const card = await ask(asked.length, ...asked);
      await chat.click("bob", card, "Block");
      await chat.until(() => now(card).text.includes("blocked"), "the decision");
      return card;
    },
    async toDigest(days) {
      const eight = Math.floor(clock.now() / DAY_MS) * DAY_MS + 8 * 60 * MINUTE_MS;
      clock.jump(eight + days * DAY_MS + MINUTE_MS - clock.now());
    },
    rechecks: async () =>
      (await stage.inRecords(async (records) => records.selectFrom("recheck").select("id").execute())).length,
    async listed(...wanted) {
      await poll(
        async () => stage.blocked().toSorted().join() === wanted.toSorted().join(),
        `just ${wanted.join()}`,
      );
    },
    async exported() {
      const { stdout } = await run(process.execPath, [PROGRAM, "blocklist", "export", "--format", "csv"], {
        cwd: stage.folder,
        env: { PATH: process.env["PATH"] ?? "", ...(await stage.environment()) },
      });
      const [headings, ...rows] = stdout.trimEnd().split(/\r?\n/);
      expect(headings).toMatch(/^ip,since,until,/);
      return Object.fromEntries(
        rows.map((row) => {
          const [ip = "", , until = ""] = row.split(",");
          return [ip, Date.parse(until)];
        }),
      );
    },
    async why(ip) {
      const before = new Set(chat.messages("triage").map(({ id }) => id));
      await chat.command("carol", "triage", `why ${ip}`);
      const { text } = await chat.until(
        () => chat.messages("triage").find(({ id, text }) => !before.has(id) && text.includes(`${ip}:`)),
        "the story",
      );
      return text;
    },
  };
}

describe.concurrent.each(PLATFORMS)("the life of a block (%s)", (mode) => {
  test("proposed, approved, looked up again, asked about, extended or let go, ended, blocked again for longer", async ({
    onTestFinished: atEnd,
  }) => {
    const life = await begin(mode, 3, atEnd);
    const { stage, clock, ips } = life;
    const { chat } = stage;
    const [kept = "", ended = "", calm = ""] = ips;
    await life.block(...ips);
    await life.listed(...ips);
    const fed = await life.exported();
    expect(Object.keys(fed)).toEqual(ips);
    const until = fed[kept] ?? 0;
    expect(Math.abs(until - clock.now() - 7 * DAY_MS)).toBeLessThan(5 * MINUTE_MS);
    const spent = stage.asked().length;

    // Two days before the end: looked up again without anybody asking, and the channel is asked once.
    stage.virustotal.learn(calm, flagged(0));
    await life.toDigest(6);
    await poll(async () => (await life.rechecks()) === 3, "three answers in the records");
    clock.jump(MINUTE_MS);
    const digest = await stage.says("triage", "2 blocks end soon and are still unsafe");
    expect(stage.asked().slice(spent).toSorted()).toEqual([kept, ended, calm]);
    expect(digest.text).toMatch(/1 block ends, unsafe no longer but clean: 45\.10\.0\.3/);
    expect(digest.buttons).toEqual(["Extend 2", "Choose…", "Let go"]);
    expect(digest.under).toBeNull();

    // Who may not decide is told so, and nothing is decided.
    await chat.click("alice", digest, "Extend 2");
    await stage.whispers("alice", "Only approvers may do this");
    const choice = await chat.choose("bob", digest);
    await choice.send({ ips: [kept], days: "30", reason: "still scans us" });
    await chat.until(() => life.now(digest).buttons[0] === "Extend 1", "one is left");
    await chat.click("carol", life.now(digest), "Let go");
    await stage.whispers("carol", "Only approvers may do this");
    await chat.click("bob", life.now(digest), "Let go");
    const decided = await chat.until(
      () => (life.now(digest).text.includes("nothing is left to decide") ? life.now(digest) : null),
      "all decided",
    );
    expect(decided.buttons).toEqual([]);
    expect(decided.text).toMatch(/extended until .* by .*let go by/s);
    expect(await life.exported()).toEqual({ ...fed, [kept]: until + 30 * DAY_MS });

    // The end: what was let go, and what is unsafe no longer, goes; what was extended stays.
    clock.jump(2 * DAY_MS);
    await life.listed(kept);
    expect(await life.exported()).toEqual({ [kept]: until + 30 * DAY_MS });
    const again = await life.ask(1, ended);
    expect(again.text).toMatch(/let go by .*blocked before, for 7 days/s);
    await chat.click("bob", again, "Block 1");
    await chat.until(() => life.now(again).text.includes("so twice as long"), "the decision");
    const blockedAgain = await stage.inRecords(async (records) =>
      records
        .selectFrom("block")
        .select(["until", "since"])
        .where("ip", "=", ended)
        .where("ended_at", "is", null)
        .executeTakeFirstOrThrow(),
    );
    expect((blockedAgain.until ?? 0) - blockedAgain.since).toBe(14 * DAY_MS);

    expect(await life.why(ended)).toMatch(/let go/);
    expect(await life.why(kept)).toMatch(/extend/);
    expect(await stage.inRecords(verifyAudit)).toMatchObject({ whole: true });
  });

  test("undone, unblocked, whitelisted, or taken out by hand: each is in the records, and said when it is proposed again", async ({
    onTestFinished: atEnd,
  }) => {
    const life = await begin(mode, 4, atEnd);
    const { stage, ips } = life;
    const { chat } = stage;
    const [undone = "", unblocked = "", whitelisted = "", byHand = ""] = ips;
    const first = await life.block(undone);
    await chat.click("bob", life.now(first), "Undo");
    await life.listed();
    expect((await life.ask(1, undone)).text).toMatch(/let go by .* no reason given/);

    await life.block(unblocked);
    await chat.command("bob", "triage", `unblock ${unblocked} it is our partner`);
    await life.listed();
    expect((await life.ask(1, unblocked)).text).toMatch(/let go by .*: it is our partner/);

    const guarded = await life.block(whitelisted);
    await life.listed(whitelisted);
    stage.write("whitelist.txt", `# ours\n${whitelisted}\n`);
    await life.listed();
    await stage.saysIn(guarded, "Taken off the blacklist", "whitelist line 2");

    await life.block(byHand);
    await life.listed(byHand);
    stage.write("blacklist.txt", "198.51.100.9 # by dave\n");
    await poll(
      async () => (await stage.audit()).includes(`block by hand 198.51.100.9`),
      "what was written by hand in the records",
    );
    expect((await life.ask(1, byHand)).text).toMatch(/let go by hand/);
    expect(await life.why(byHand)).toMatch(/by hand/);
    expect(await life.why("198.51.100.9")).toMatch(/by hand/);
    expect(await life.why(unblocked)).toMatch(/it is our partner/);
    expect(await life.why(whitelisted)).toMatch(/whitelist line 2/);
    expect(await stage.inRecords(verifyAudit)).toMatchObject({ whole: true });
  });
});

/** Waits for what files and records tell, which nobody tells of. */
async function poll(look: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 20_000; !(await look()); await sleep(20))
    if (Date.now() > end) throw new Error(`never came: ${what}`);
}
