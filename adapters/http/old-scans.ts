import type { ServerResponse } from "node:http";

import type { ResultRecord, User } from "../../src/contract.ts";
import { OLD_QUESTIONS } from "./conversation.ts";
import { ended, endsWithin } from "./scan-end.ts";
import { beginScan, press, type Desk } from "./scan-request.ts";

/** A scan that somebody waits for. */
interface Pending {
  readonly scanId: Promise<string>;
  readonly over: Promise<void>;
}

/** What came of scans within the time that there was. */
type Outcome =
  /** `scanId` is the one that is to be looked at. */
  | { readonly kind: "over"; readonly scanId: string; readonly records: readonly ResultRecord[] }
  | { readonly kind: "running"; readonly scanId: string };

/** Makes scans of addresses in canonical form, each address in one scan at a time. */
export interface OldScans {
  scan(user: User, addresses: readonly string[], ms: number, response: ServerResponse): Promise<Outcome>;
}

/** Scans for programs that ask by `POST /verificar_ip`, which come again with the same before it is answered. */
export function createOldScans(desk: Desk): OldScans {
  const underWay = new Map<string, Pending>();

  function follow(addresses: readonly string[], scanId: Promise<string>): Pending {
    const over = scanId
      .then(async (id) => ended(desk, id))
      .finally(() => {
        for (const address of addresses) if (underWay.get(address) === pending) underWay.delete(address);
      });
    const pending = { scanId, over };
    for (const address of addresses) underWay.set(address, pending);
    desk.track(over.catch(() => undefined));
    return pending;
  }

  /** What earlier runs of the program, or other processes, have begun goes on, and is asked for again. */
  async function takeOver(): Promise<void> {
    for (const { scanId, addresses } of await desk.core.unfinishedScans(OLD_QUESTIONS)) {
      const unknown = addresses.filter((address) => !underWay.has(address));
      if (unknown.length > 0) follow(unknown, Promise.resolve(scanId));
    }
  }

  return {
    async scan(user, addresses, ms, response) {
      if (addresses.some((address) => !underWay.has(address))) await takeOver();
      const others = new Set(addresses.flatMap((address) => underWay.get(address) ?? []));
      const fresh = addresses.filter((address) => !underWay.has(address));
      const begun = fresh.length === 0 ? [] : [follow(fresh, beginOne(desk, user, fresh))];
      const pending = [...begun, ...others];
      const ids = await Promise.all(pending.map(async ({ scanId }) => scanId));
      const scanId = ids[0] ?? "";
      const all = Promise.all(pending.map(async ({ over }) => over));
      if (!(await endsWithin(all, ms, response))) return { kind: "running", scanId };
      const records = await Promise.all(ids.map(async (id) => recordsOf(desk, id)));
      return { kind: "over", scanId, records: records.flat() };
    },
  };
}

/** A program has nobody who would press **Start**: what is large begins as well. */
async function beginOne(desk: Desk, user: User, addresses: readonly string[]): Promise<string> {
  const wanted = { text: addresses.join("\n"), files: [] };
  const { scan } = await beginScan(desk, user, wanted, OLD_QUESTIONS);
  if (scan.state === "planned") await press(desk, user, `start:${scan.id}`);
  return scan.id;
}

/** More at once are a list, for `POST /api/scans`. */
export const MOST_IPS = 10_000;

async function recordsOf({ core }: Desk, scanId: string): Promise<readonly ResultRecord[]> {
  const query = {
    from: 0,
    most: MOST_IPS,
    orderBy: "position",
    isDescending: false,
    statuses: [],
    search: "",
  } as const;
  return (await core.results(scanId, query)).records;
}
