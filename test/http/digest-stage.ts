import { setTimeout as pause } from "node:timers/promises";

import { importBlockList } from "../../src/commands/import-block-list.ts";
import { readConfig } from "../../src/config.ts";
import { openTools } from "../../src/core.ts";
import { createJumpingClock, type JumpingClock } from "../jumping-clock.ts";
import { scanOver, until, type HttpStage, type ScanBody, type Site } from "./stage.ts";

export const DAY_MS = 86_400_000;

/** A digest as the API gives it. */
export interface DigestBody {
  readonly digestId: string;
  readonly extendDays: number;
  readonly asked: readonly {
    readonly ip: string;
    readonly until: number;
    readonly approvedBy: string;
    readonly kept: { readonly kind: string } | null;
    readonly found: { readonly status: string; readonly detections: number } | null;
    readonly outcome: { readonly kind: string; readonly by?: string; readonly until?: number | null };
  }[];
  readonly calm: readonly { readonly ip: string }[];
}

/** Digests are told at the hour that has begun. */
export const DIGEST_NOW = { DIGEST_HOUR: String(new Date().getUTCHours()) };

/** Six days ago: what is blocked for a week then ends tomorrow. */
export function createEarlierClock(): JumpingClock {
  const clock = createJumpingClock();
  clock.jump(-6 * DAY_MS);
  return clock;
}

/** Has these found unsafe, and blocks them for a week. */
export async function blockForWeek(site: Site, ips: readonly string[]): Promise<void> {
  const { id } = (await site.post("/api/scans", { indicators: ips })).json() as ScanBody;
  await scanOver(site, id);
  const proposalId = id.replace("S", "P");
  await until(
    async () => (await site.get(`/api/proposals/${proposalId}`)).status === 200,
    `the question ${proposalId}`,
  );
  const answer = await site.post(`/api/proposals/${proposalId}/decision`, { decision: "block", days: 7 });
  if (answer.status !== 200) throw new Error(answer.text);
}

/** Puts these on the list as `vtip blocklist import` does, for as long as BLOCK_DAYS says. */
export async function importAddresses(
  stage: HttpStage,
  clock: JumpingClock,
  ips: readonly string[],
): Promise<void> {
  const env = { ...(await stage.environment()), APPROVERS: "local:console", BLOCK_DAYS: "7" };
  const { tools, close } = await openTools(readConfig(env), {
    isDemo: false,
    onProblem: () => undefined,
    clock,
  });
  try {
    const input = { kind: "text", name: "old list", text: ips.join("\n") } as const;
    const options = { reason: null, isDryRun: false, isSure: false, user: "ann" };
    const attempt = { user: { id: "local:console", name: "ann" }, groupsOf: async () => [] };
    const { taken } = await importBlockList(tools, input, options, attempt);
    if (taken !== ips.length) throw new Error(`${taken} were taken`);
  } finally {
    await close();
  }
}

/** Goes on to now, the day before the end of a week's blocks, and waits until it is asked about so many. */
export async function toDigest(site: Site, clock: JumpingClock, count: number): Promise<DigestBody> {
  clock.jump(6 * DAY_MS);
  let pauseMs = 100;
  return until(async () => {
    const [digest] = await digestsOf(site);
    if (digest !== undefined && digest.asked.length + digest.calm.length === count) return digest;
    // The next look of what happens every minute. The look-ups come before it, and may take a while: they are waited for by the hour.
    await pause(pauseMs);
    pauseMs *= 2;
    clock.jump(60_000);
    return undefined;
  }, `a digest of ${count} blocks`);
}

export async function digestsOf(site: Site): Promise<readonly DigestBody[]> {
  return (await site.get("/api/digests")).json() as readonly DigestBody[];
}
