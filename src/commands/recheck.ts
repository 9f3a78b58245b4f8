import { endingBlocks, lastDigestTime, nextDigestTime, type EndingBlock } from "../lists/ending-blocks.ts";
import type { Answer, Budget, Indicator } from "../model.ts";
import { judge } from "../report/verdict.ts";
import { step } from "../step.ts";
import type { ChatTools } from "./chat-tools.ts";

type RecheckTools = Pick<ChatTools, "records" | "clock" | "config" | "log" | "lookUps" | "signal">;

const EVERY_MS = 60_000;
/** What failed is tried again after this long: it would fail again, and cost requests. */
const AGAIN_MS = 3_600_000;
/** People have that much of a day's requests to themselves. */
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
    if (now - (failedAt.get(block.id) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) continue;
    const answer = await answerOf(tools, block);
    if (answer === null || answer.outcome === "skipped") return;
    if (answer.outcome === "failed") failedAt.set(block.id, now);
    else await note(tools, block, answer);
  }
}

/** First what a digest that is late asks about: what was found for that needs not be looked up for the next one. */
async function unchecked({ records, clock, config }: RecheckTools): Promise<readonly EndingBlock[]> {
  const now = clock.now();
  const late = await endingBlocks(records, { digestAt: lastDigestTime(now, config.digestHour), now });
  const next = await endingBlocks(records, { digestAt: nextDigestTime(now, config.digestHour), now });
  const isLate = new Set(late.map(({ id }) => id));
  return [...late, ...next.filter(({ id }) => !isLate.has(id))].filter(({ found }) => found === null);
}

/** What was found since the last digest needs no request. Null where none is spare. */
async function answerOf(tools: RecheckTools, { ip }: EndingBlock): Promise<Answer | null> {
  const { lookUps, clock, config, signal } = tools;
  const indicator: Indicator = { kind: "ip", value: ip };
  const [known] = await lookUps.known([indicator], { old: false });
  const since = lastDigestTime(clock.now(), config.digestHour);
  if (known?.outcome === "answered" && known.checkedAt !== null && known.checkedAt >= since) return known;
  if (!hasSpare(await lookUps.budget())) return null;
  return lookUps.lookUp(indicator, { lane: "spare", listId: "recheck", patienceMs: 0, signal });
}

/** Whether more than a quarter of a day's requests is left. */
function hasSpare({ left, perDay }: Budget): boolean {
  return left === Number.POSITIVE_INFINITY || left > perDay * KEPT_SHARE;
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
