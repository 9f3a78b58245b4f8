import type { Status } from "../model.ts";
import type { Records } from "../records/records.ts";
import type { VerdictDay } from "../views.ts";
import type { Tools } from "./tools.ts";

const DAY_MS = 86_400_000;
const DAYS = 31;
/** Of so many scans the verdicts are counted at once: nobody else is answered meanwhile. */
const SCANS_AT_ONCE = 20;

const ANSWERED = ["unsafe", "suspicious", "clean", "unknown"] as const satisfies readonly Status[];

type Counts = Readonly<Record<(typeof ANSWERED)[number], number>>;

const NONE: Counts = { unsafe: 0, suspicious: 0, clean: 0, unknown: 0 };

/** What was counted of a scan, and when it was over; null while it is not: then it is counted anew. */
interface Counted {
  readonly finishedAt: number | null;
  readonly counts: Counts;
}

/**
 * Counts verdicts by the day on which their scan was begun. What is over is counted once in the life of the process:
 * a million items take seconds to count, and change no more.
 */
export function createVerdictDays({
  records,
  clock,
}: Pick<Tools, "records" | "clock">): () => Promise<readonly VerdictDay[]> {
  let known: ReadonlyMap<string, Counted> = new Map();
  let counting: Promise<readonly VerdictDay[]> | null = null;

  async function count(): Promise<readonly VerdictDay[]> {
    const today = Math.floor(clock.now() / DAY_MS);
    const scans = await records
      .selectFrom("scan")
      .select(["id", "created_at", "finished_at"])
      .where("created_at", ">=", (today - DAYS + 1) * DAY_MS)
      .where("state", "in", ["running", "done", "cancelled"])
      .orderBy("created_at")
      .execute();
    const next = new Map<string, Counted>();
    const unknown: typeof scans = [];
    for (const scan of scans) {
      const counted = known.get(scan.id);
      const isSame = scan.finished_at !== null && counted?.finishedAt === scan.finished_at;
      if (counted !== undefined && isSame) next.set(scan.id, counted);
      else unknown.push(scan);
    }
    for (let at = 0; at < unknown.length; at += SCANS_AT_ONCE) {
      const some = unknown.slice(at, at + SCANS_AT_ONCE);
      const counts = await countsOf(
        records,
        some.map(({ id }) => id),
      );
      for (const { id, finished_at: finishedAt } of some)
        next.set(id, { finishedAt, counts: counts.get(id) ?? NONE });
    }
    known = next;
    return toDays(scans.map((scan) => ({ at: scan.created_at, counts: next.get(scan.id)?.counts ?? NONE })));
  }

  return async () => {
    // Who asks meanwhile is told the same.
    counting ??= count().finally(() => {
      counting = null;
    });
    return counting;
  };
}

async function countsOf(records: Records, ids: readonly string[]): Promise<ReadonlyMap<string, Counts>> {
  const rows = await records
    .selectFrom("scan_item")
    .select(["scan_id", "status", (row) => row.fn.countAll<number>().as("items")])
    .where("scan_id", "in", ids)
    .where("status", "in", ANSWERED)
    .groupBy(["scan_id", "status"])
    .execute();
  const counts = new Map<string, Counts>();
  for (const { scan_id: id, status, items } of rows)
    if (status !== null) counts.set(id, { ...NONE, ...counts.get(id), [status]: items });
  return counts;
}

/** Days without any are left out. */
function toDays(scans: readonly { readonly at: number; readonly counts: Counts }[]): readonly VerdictDay[] {
  const days = new Map<string, Counts>();
  for (const { at, counts } of scans) {
    const day = new Date(at).toISOString().slice(0, 10);
    const sums = days.get(day) ?? NONE;
    days.set(day, {
      unsafe: sums.unsafe + counts.unsafe,
      suspicious: sums.suspicious + counts.suspicious,
      clean: sums.clean + counts.clean,
      unknown: sums.unknown + counts.unknown,
    });
  }
  return [...days]
    .filter(([, sums]) => ANSWERED.some((name) => sums[name] > 0))
    .map(([day, sums]) => ({ day, ...sums }));
}
