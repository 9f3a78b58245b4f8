import type { Records } from "../../src/records/records.ts";
import type { Broken } from "./broken.ts";

/** As the audit trail calls it. */
const OVER = "block ended";

/** Which blocks have had their time, by the order of the changes: the clock may have been set back between them. */
export interface Lives {
  /** The change by which the question about a scan was answered. */
  changeOf(scanId: string): Promise<number>;
  /** Whether what a change added was ended by its time, before another one. */
  isEnded(ip: string, addedBy: number, before: number): boolean;
  /** When what a change added is to end, in ms since 1970; infinity: it stays. */
  untilOf(ip: string, addedBy: number): number;
  /** Blocks that were ended before their time. */
  early(): readonly Broken[];
}

export async function readLives(records: Records): Promise<Lives> {
  const endings = await records
    .selectFrom("list_change")
    .select(["id", "effective"])
    .where("action", "=", OVER)
    .execute();
  const ended = endings.map(({ id, effective }) => ({
    id,
    ips: new Set(JSON.parse(effective ?? "[]") as readonly string[]),
  }));
  const blocks = await records
    .selectFrom("block")
    .select(["ip", "change_id", "until", "ended_at", "end_reason"])
    .where("until", "is not", null)
    .execute();
  const untils = new Map(blocks.map(({ ip, change_id: change, until }) => [`${ip} ${change}`, until]));
  return {
    async changeOf(scanId) {
      const row = await records
        .selectFrom("proposal")
        .select("change_id")
        .where("scan_id", "=", scanId)
        .executeTakeFirst();
      return row?.change_id ?? Number.POSITIVE_INFINITY;
    },
    isEnded: (ip, addedBy, before) => ended.some(({ id, ips }) => id > addedBy && id < before && ips.has(ip)),
    untilOf: (ip, addedBy) => untils.get(`${ip} ${addedBy}`) ?? Number.POSITIVE_INFINITY,
    early: () =>
      blocks
        .filter(({ until, ended_at: at, end_reason: why }) => why === OVER && (at ?? 0) < (until ?? 0))
        .map(({ ip }) => ({ promise: "right list", what: `the block of ${ip} was ended before its time` })),
  };
}

/** What came of blocks that end: that it came to this at all is worth to be seen. */
export async function wordLives(records: Records): Promise<string> {
  const [ended, asked] = await Promise.all([
    records
      .selectFrom("block")
      .select((row) => row.fn.countAll<number>().as("many"))
      .where("end_reason", "=", OVER)
      .executeTakeFirstOrThrow(),
    records
      .selectFrom("digest")
      .select((row) => row.fn.countAll<number>().as("many"))
      .executeTakeFirstOrThrow(),
  ]);
  return `${ended.many} blocks have ended, ${asked.many} digests were written`;
}
