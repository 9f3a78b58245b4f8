import { readFileSync } from "node:fs";

import { verifyAudit } from "../../src/records/audit-trail.ts";
import type { Records } from "../../src/records/records.ts";
import { type Approver, now } from "./approvals.ts";
import type { Broken } from "./broken.ts";
import type { House } from "./house.ts";
import { readLives } from "./lives.ts";
import { readScan } from "./scans.ts";

const MOST_NAMED = 5;

/** Whether blacklist.txt has what it is to have, by what the cards say and people have written. */
export async function checkList(
  house: House,
  records: Records,
  approver: Approver,
  byHand: ReadonlySet<string>,
): Promise<readonly Broken[]> {
  const found: Broken[] = [];
  const added = new Map<string, readonly string[]>();
  /** By address, the change that added it. */
  const listed = new Map<string, number>();
  const lives = await readLives(records);
  const forgetEnded = (before: number) => {
    for (const [ip, change] of listed) if (lives.isEnded(ip, change, before)) listed.delete(ip);
  };
  for (const { platform, scanId, card, deed, picked } of approver.presses()) {
    const isUndo = deed === "undo";
    const text = now(house[platform], card)?.text ?? "";
    const isUndone = /\bUndone: [\d,]+ address/u.test(text);
    const count = /([\d,]+) address(?:es)? blocked/u.exec(text)?.[1];
    if (isUndo && isUndone) {
      const undone = await lives.changeOf(scanId);
      // What had ended before, and was blocked by another card since, stays.
      for (const ip of added.get(scanId) ?? []) if (listed.get(ip) === undone) listed.delete(ip);
    }
    if (isUndo || (count === undefined && !isUndone)) continue;
    const { items } = await readScan(records, scanId);
    const change = await lives.changeOf(scanId);
    forgetEnded(change);
    const unsafe = items.filter(({ kind, status }) => kind === "ip" && status === "unsafe");
    const fresh = unsafe
      .map(({ value }) => value ?? "")
      .filter((ip) => !listed.has(ip) && (picked?.includes(ip) ?? true));
    if (count !== undefined && Number(count) !== fresh.length) {
      const what = `the card of ${scanId} says ${count} addresses blocked, but ${fresh.length} were to be`;
      found.push({ promise: "right list", what });
    }
    added.set(scanId, fresh);
    for (const ip of fresh) listed.set(ip, change);
  }
  forgetEnded(Number.POSITIVE_INFINITY);
  const [present, latest] = [house.clock.now(), house.clock.latest()];
  const endsBy = (moment: number) => (ip: string) =>
    lives.untilOf(ip, listed.get(ip) ?? Number.POSITIVE_INFINITY) <= moment;
  const all = [...listed.keys()];
  // Where the clock was set back, what was to end may have ended before or may stand still.
  const wanted = new Set([...all.filter((ip) => !endsBy(latest)(ip)), ...byHand]);
  const allowed = new Set([...all.filter((ip) => !endsBy(present)(ip)), ...byHand]);
  const lines = readFileSync(house.blacklist, "utf8").split(/\r?\n/u);
  const there = lines.map((line) => line.replace(/#.*/u, "").trim()).filter((line) => line !== "");
  const missing = [...wanted].filter((ip) => !there.includes(ip));
  const strange = there.filter((ip) => !allowed.has(ip));
  for (const [ips, word] of [
    [missing, "lacks"],
    [strange, "has, for no reason,"],
  ] as const) {
    if (ips.length > 0) found.push({ promise: "right list", what: `blacklist.txt ${word} ${toNamed(ips)}` });
  }
  if (new Set(there).size !== there.length)
    found.push({ promise: "right list", what: "blacklist.txt has an address twice" });
  if (!lines.includes("# Kept by hand."))
    found.push({ promise: "right list", what: "blacklist.txt has lost its comment" });
  return [...found, ...lives.early(), ...(await checkBlocks(records, there))];
}

/** The records and the audit trail have the same. */
async function checkBlocks(records: Records, there: readonly string[]): Promise<readonly Broken[]> {
  const rows = await records.selectFrom("block").select("ip").where("ended_at", "is", null).execute();
  const open = rows.map(({ ip }) => ip);
  const odd = [...open.filter((ip) => !there.includes(ip)), ...there.filter((ip) => !open.includes(ip))];
  const check = await verifyAudit(records);
  return [
    ...(odd.length === 0
      ? []
      : [{ promise: "right list", what: `list and records differ in ${toNamed(odd)}` } as const]),
    ...(check.whole
      ? []
      : [{ promise: "audit trail", what: `it is broken at entry ${check.brokenAt}` } as const]),
  ];
}

function toNamed(ips: readonly string[]): string {
  const more = ips.length - MOST_NAMED;
  return ips.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
