import type { Core, ResultRecord } from "../../src/contract.ts";
import { OLD_QUESTIONS } from "./conversation.ts";
import { toFailure, toOldRow, toSentRow, type OldFailure, type OldRow, type SentRow } from "./old-form.ts";

/** A row that is remembered. */
interface Row {
  readonly row: SentRow;
  /** After this it is asked of the cache again, in ms since 1970. */
  readonly until: number;
}

/** What is known of a question. */
export interface Known {
  /** By address as it was written. */
  readonly rows: ReadonlyMap<string, SentRow>;
  /** Addresses in canonical form of which a scan is to be made: they are not cached, or unsafe and not proposed yet. */
  readonly missing: readonly string[];
}

/** Answers what is known, without a scan. */
export interface RowMemory {
  look(ips: readonly string[]): Promise<Known>;
}

/** Verdicts change over hours; what the cache forgets is forgotten here soon after. No row says anything of the lists. */
const KEPT_MS = 30_000;
/** Some 200 bytes each. */
const MOST_ROWS = 200_000;

const NO_ADDRESS = "it is no IP address";

export function createMemory(core: Core): RowMemory {
  const kept = new Map<string, Row>();

  function keep(ip: string, row: SentRow): void {
    if (kept.size >= MOST_ROWS) kept.clear();
    kept.set(ip, { row, until: Date.now() + KEPT_MS });
  }

  /** Reads what is not in memory: its rows go to `rows`, and what is to be scanned is returned. */
  async function read(ips: ReadonlySet<string>, rows: Map<string, SentRow>): Promise<readonly string[]> {
    const byAddress = new Map<string, string[]>();
    for (const ip of ips) {
      const address = core.addressOf(ip);
      if (address === null) rows.set(ip, toSentRow(toFailure(ip, NO_ADDRESS)));
      else byAddress.set(address, [...(byAddress.get(address) ?? []), ip]);
    }
    const facts = await factsOf(core, [...byAddress.keys()]);
    for (const [address, { toRow }] of facts.known) {
      for (const ip of byAddress.get(address) ?? []) {
        const row = toSentRow(toRow(ip));
        keep(ip, row);
        rows.set(ip, row);
      }
    }
    return facts.missing;
  }

  return {
    async look(ips) {
      const now = Date.now();
      const rows = new Map<string, SentRow>();
      const cold = new Set<string>();
      for (const ip of ips) {
        const known = kept.get(ip);
        if (known !== undefined && known.until > now) rows.set(ip, known.row);
        else cold.add(ip);
      }
      return { rows, missing: cold.size === 0 ? [] : await read(cold, rows) };
    },
  };
}

interface Fact {
  toRow(ip: string): OldRow | OldFailure;
}

/** What the cache knows, and what is never sent, such as a private address. */
async function factsOf(core: Core, addresses: readonly string[]) {
  const known = new Map<string, Fact>();
  const unsafe: string[] = [];
  const unknown: string[] = [];
  const records = await core.known(addresses);
  for (const [at, address] of addresses.entries()) {
    const record = records[at] ?? null;
    if (record === null) unknown.push(address);
    else if (record.status === "unsafe" && record.list === "none") unsafe.push(address);
    if (record !== null) known.set(address, { toRow: (ip) => toOldRow(ip, record) });
  }
  const unasked = await unaskedOf(core, unsafe);
  for (const address of unasked) known.delete(address);
  const skipped = await skippedOf(core, unknown);
  for (const [address, reason] of skipped) known.set(address, { toRow: (ip) => toFailure(ip, reason) });
  return { known, missing: [...unknown.filter((address) => !skipped.has(address)), ...unasked] };
}

/** Unsafe addresses about which nobody was asked yet. */
async function unaskedOf(core: Core, unsafe: readonly string[]): Promise<readonly string[]> {
  if (unsafe.length === 0) return [];
  const asked = await core.askedAbout(OLD_QUESTIONS, unsafe);
  return unsafe.filter((address) => !asked.has(address));
}

async function skippedOf(core: Core, addresses: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (addresses.length === 0) return new Map();
  const { pieces } = await core.extract({ kind: "text", name: "request", text: addresses.join("\n") });
  return new Map(
    pieces.flatMap(({ indicator, skipped }) =>
      indicator === null || skipped === null ? [] : [[indicator.value, skipped] as const],
    ),
  );
}

/** Rows of what a scan has found, by address in canonical form. */
export function toFacts(records: readonly ResultRecord[]): ReadonlyMap<string, Fact> {
  return new Map(
    records.map((record) => [
      record.indicator ?? record.input,
      { toRow: (ip: string) => toOldRow(ip, record) },
    ]),
  );
}
