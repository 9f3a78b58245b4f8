import type { Selectable } from "kysely";

import type { Status } from "../model.ts";
import { FactsRow } from "../records/facts-row.ts";
import type { Records } from "../records/records.ts";
import type { FlipTable } from "../records/tables.ts";
import type { Flips, VerdictFlip } from "../reply.ts";
import type { ListLine } from "./list-line.ts";
import type { ListTools } from "./list-tools.ts";
import type { Listings } from "./listings.ts";
import { toJudged, verdictsBefore, type Judged } from "./verdicts-before.ts";

type Row = Pick<Selectable<FlipTable>, "ip" | "list" | "entry" | "before" | "after"> & {
  readonly position: number;
};

/** The flips that were written down for a scan, `most` of them one by one. @throws UserError when a list cannot be read. */
export async function flipsOf(
  tools: Pick<ListTools, "records" | "config" | "listings">,
  scanId: string,
  most: number,
): Promise<Flips> {
  const written = await tools.records
    .selectFrom("flip")
    .select("ip")
    .where("scan_id", "=", scanId)
    .limit(1)
    .execute();
  // Most scans have none, and to look through a long one for their places takes a while.
  if (written.length === 0) return { count: 0, shown: [] };
  const rows = await placed(tools.records, scanId);
  const sorted = [...rows.filter(asksForDecision), ...rows.filter((row) => !asksForDecision(row))];
  return { count: rows.length, shown: await toFlips(tools, scanId, sorted.slice(0, most)) };
}

async function placed(records: Records, scanId: string): Promise<readonly Row[]> {
  return records
    .selectFrom("flip")
    .innerJoin("scan_item as item", (join) =>
      join.onRef("item.scan_id", "=", "flip.scan_id").onRef("item.value", "=", "flip.ip"),
    )
    .select(["flip.ip", "flip.list", "flip.entry", "flip.before", "flip.after", "item.position"])
    .where("flip.scan_id", "=", scanId)
    .where("item.kind", "=", "ip")
    .orderBy("item.position")
    .execute();
}

/** What is blocked and no longer unsafe, or unsafe and protected: somebody may want to change a list. */
function asksForDecision({ list, after }: Row): boolean {
  return (list === "whitelisted") === (after === "unsafe");
}

async function toFlips(
  { records, config, listings }: Pick<ListTools, "records" | "config" | "listings">,
  scanId: string,
  rows: readonly Row[],
): Promise<readonly VerdictFlip[]> {
  if (rows.length === 0) return [];
  const items = await records
    .selectFrom("scan_item")
    .select(["position", "status", "facts"])
    .where("scan_id", "=", scanId)
    .where(
      "position",
      "in",
      rows.map(({ position }) => position),
    )
    .execute();
  const earlier = await verdictsBefore(records, scanId, rows, config.rule);
  return rows.map((row): VerdictFlip => {
    const { ip, list, entry } = row;
    const { status = null, facts = null } = items.find(({ position }) => position === row.position) ?? {};
    const now = status === null ? undefined : toJudged({ status, facts }, config.rule);
    const line = lineOf(listings, row, facts);
    const before = withScore(row.before, earlier.get(ip));
    return { ip, list, entry, line: line?.line ?? null, before, after: withScore(row.after, now) };
  });
}

/** Where it stands now, on the list on which it stood. */
function lineOf(listings: Listings, { ip, list }: Row, facts: string | null): ListLine | null {
  const indicator = { kind: "ip", value: ip } as const;
  switch (list) {
    case "whitelisted":
      return listings.whitelistLine(indicator, facts === null ? null : FactsRow.parse(JSON.parse(facts)));
    case "blacklisted":
      return listings.blacklistLine(indicator);
  }
}

/** What was written down counts: a scan that went on later may say otherwise by now. */
function withScore(status: Status, judged: Judged | undefined): Judged {
  return { status, score: judged?.status === status ? judged.score : null };
}
