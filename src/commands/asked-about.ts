import type { Records } from "../records/records.ts";

const DAY_MS = 86_400_000;
/** One value each, far below SQLite's limit of 32,766. */
const ASKED_AT_ONCE = 500;

/**
 * Of these addresses (canonical) those that a scan of this conversation has found unsafe within a day, or whose question
 * is still open: approvers are not to be asked again.
 */
export async function askedAbout(
  records: Records,
  conversation: string,
  addresses: readonly string[],
  now: number,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let at = 0; at < addresses.length; at += ASKED_AT_ONCE) {
    const rows = await records
      .selectFrom("scan_item")
      .innerJoin("scan", "scan.id", "scan_item.scan_id")
      .leftJoin("proposal", "proposal.scan_id", "scan_item.scan_id")
      .select("scan_item.value")
      .distinct()
      .where("scan_item.value", "in", addresses.slice(at, at + ASKED_AT_ONCE))
      .where("scan_item.kind", "=", "ip")
      .where("scan_item.status", "=", "unsafe")
      .where("scan.conversation", "=", conversation)
      .where((row) => row.or([row("scan.created_at", ">", now - DAY_MS), row("proposal.state", "=", "open")]))
      .execute();
    for (const { value } of rows) if (value !== null) found.add(value);
  }
  return found;
}
