import { endingBlocks, lastDigestTime, nextDigestTime, type EndingBlock } from "../lists/ending-blocks.ts";
import type { Answer, Indicator, KeyQuota } from "../model.ts";
import { judge } from "../report/verdict.ts";
import { step } from "../step.ts";
import type { ChatTools } from "./chat-tools.ts";
import { digestChannelOf } from "./digest-channel.ts";

type RecheckTools = Pick<
  ChatTools,
  "records" | "clock" | "config" | "log" | "lookUps" | "signal" | "conversation" | "home"
>;

const EVERY_MS = 60_000;
/** What failed is tried again after this long: it may fail again, and cost requests. */
const AGAIN_MS = 15 * 60_000;
/** People have that much of a day's and a month's requests to themselves. */
const KEPT_SHARE = 0.25;

/** Looks blocks up again before their end, with requests that nobody else wants, until the program ends. */
export async function recheckBlocks(tools: RecheckTools): Promise<void> {
  const failedAt = new Map<number, number>();
  while (!tools.signal.aborted) {
    try {
      await recheckOnce(tools, failedAt);
    } catch (error) {
      tools.log.error({ err: error }, "looking blocks up again failed, is tried again");
    }
    await tools.clock.wait(EVERY_MS, tools.signal);
  }
}

/** Looks up what the next digest, or one that is late, asks about. Stops where no request is spare. */
async function recheckOnce(tools: RecheckTools, failedAt: Map<number, number>): Promise<void> {
  for (const block of await unchecked(tools)) {
    const now = tools.clock.now();
    if (tools.signal.aborted) return;
    if (!(await isStanding(tools, block))) continue;
    if (now - (failedAt.get(block.id) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) continue;
    const answer = await answerOf(tools, block);
    if (answer === null || answer.outcome === "skipped") return;
    if (answer.outcome === "failed") failedAt.set(block.id, now);
    else await note(tools, block, answer);
  }
}

/** First what a digest that is late asks about: what was found for that needs not be looked up for the next one. */
async function unchecked(tools: RecheckTools): Promise<readonly EndingBlock[]> {
  const { records, clock, config } = tools;
  const now = clock.now();
  const late = await endingBlocks(records, { digestAt: lastDigestTime(now, config.digestHour), now });
  const next = await endingBlocks(records, { digestAt: nextDigestTime(now, config.digestHour), now });
  const isLate = new Set(late.map(({ id }) => id));
  const all = [...late, ...next.filter(({ id }) => !isLate.has(id))];
  // Where nobody can be told, nothing is looked up.
  return all.filter(
    ({ found, conversation }) => found === null && digestChannelOf(tools, conversation) !== null,
  );
}

/** Look-ups may take hours; what was taken out or extended meanwhile needs none. */
async function isStanding({ records }: RecheckTools, { id, until }: EndingBlock): Promise<boolean> {
  const row = await records
    .selectFrom("block")
    .select("id")
    .where("id", "=", id)
    .where("until", "=", until)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return row !== undefined;
}

/** What was found since the last digest needs no request. Null where none is spare. */
async function answerOf(tools: RecheckTools, { ip }: EndingBlock): Promise<Answer | null> {
  const { lookUps, clock, config, signal } = tools;
  const indicator: Indicator = { kind: "ip", value: ip };
  const [known] = await lookUps.known([indicator], { old: false });
  const since = lastDigestTime(clock.now(), config.digestHour);
  if (known?.outcome === "answered" && known.checkedAt !== null && known.checkedAt >= since) return known;
  if (!hasSpare(await lookUps.quota())) return null;
  return lookUps.lookUp(indicator, { lane: "spare", listId: "recheck", patienceMs: 0, signal });
}

/** Whether keys that can be asked have more than a quarter of their day and of their month left. */
function hasSpare(quota: readonly KeyQuota[]): boolean {
  const open = quota.filter(({ parked }) => parked === null);
  const day = shareLeft(open.map(({ perDay, usedToday }) => [perDay, usedToday]));
  const month = shareLeft(open.map(({ perMonth, usedThisMonth }) => [perMonth, usedThisMonth]));
  return Math.min(day, month) > KEPT_SHARE;
}

/** Of limits and what is used of them; a limit of null is none. */
function shareLeft(limits: readonly (readonly [limit: number | null, used: number])[]): number {
  if (limits.length === 0) return 0;
  if (limits.some(([limit]) => limit === null)) return 1;
  const all = limits.reduce((sum, [limit]) => sum + (limit ?? 0), 0);
  const used = limits.reduce((sum, [, one]) => sum + one, 0);
  return all === 0 ? 0 : (all - used) / all;
}

async function note(
  { records, clock, config, log }: RecheckTools,
  { id, ip }: EndingBlock,
  { facts, checkedAt }: Extract<Answer, { outcome: "answered" }>,
): Promise<void> {
  const status = judge(facts, config.rule);
  const found = {
    at: checkedAt ?? clock.now(),
    status,
    facts: facts === null ? null : JSON.stringify(facts),
  };
  await records
    .insertInto("recheck")
    .values({ block_id: id, ip, ...found })
    .execute();
  step("recheck written");
  log.info({ ip, status }, "blocked address looked up again");
}
