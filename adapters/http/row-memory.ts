import type { Core, ResultRecord } from "../../src/contract.ts";
import { toOldRow } from "./old-form.ts";

/** A row, ready to be sent. */
interface Row {
  readonly text: string;
  /** After this it is asked of the cache again, in ms since 1970. */
  readonly until: number;
}

/** Answers what is known, without a scan. */
export interface RowMemory {
  /** The whole answer as JSON; null where an address is not cached, or is unsafe and was not seen to be proposed. */
  answer(ips: readonly string[]): Promise<string | null>;
  /** What a scan has found: its unsafe addresses are proposed by it. */
  learn(records: ReadonlyMap<string, ResultRecord>): void;
}

/** Verdicts change over hours; what the cache forgets is forgotten here soon after. */
const KEPT_MS = 30_000;
/** Some 200 bytes each. */
const MOST_ROWS = 200_000;

export function createMemory(core: Core): RowMemory {
  const rows = new Map<string, Row>();
  /** Unsafe addresses that a scan was made of, until when. */
  const proposed = new Map<string, number>();

  function keep(ip: string, record: ResultRecord): void {
    if (rows.size >= MOST_ROWS) rows.clear();
    rows.set(ip, { text: JSON.stringify(toOldRow(ip, record)), until: Date.now() + KEPT_MS });
  }

  /** A scan is to be made of what is unsafe, unless that was done a moment ago, or it is on a list. */
  function isSettled(record: ResultRecord): boolean {
    if (record.status !== "unsafe" || record.list !== "none") return true;
    return (proposed.get(record.indicator ?? "") ?? 0) > Date.now();
  }

  async function readKnown(ips: readonly string[]): Promise<boolean> {
    const addresses = ips.map((ip) => core.addressOf(ip));
    if (addresses.includes(null)) return false;
    const known = await core.known(addresses.flatMap((address) => address ?? []));
    for (const [at, record] of known.entries()) {
      if (record === null || !isSettled(record)) return false;
      keep(ips[at] ?? "", record);
    }
    return true;
  }

  return {
    async answer(ips) {
      const now = Date.now();
      const missing = ips.filter((ip) => (rows.get(ip)?.until ?? 0) <= now);
      if (missing.length > 0 && !(await readKnown([...new Set(missing)]))) return null;
      return `{"resultados":[${ips.map((ip) => rows.get(ip)?.text ?? "null").join(",")}]}`;
    },
    learn(records) {
      const until = Date.now() + KEPT_MS;
      for (const [ip, { status }] of records) if (status === "unsafe") proposed.set(ip, until);
    },
  };
}
