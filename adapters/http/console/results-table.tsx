import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { api, ApiError, type ResultsWanted } from "./api.ts";
import { CopyMenu } from "./copy-menu.tsx";
import { ResultRow, COLUMNS, type Row } from "./result-row.tsx";
import { Search } from "./search.tsx";
import { AWAY_MS } from "./use-poll.ts";
import { useVirtual } from "./use-virtual.ts";
import { Problem, toCount } from "./words.tsx";

const STATUSES = ["unsafe", "suspicious", "clean", "unknown", "failed", "skipped", "rejected"] as const;
const ROW_HEIGHT_PX = 36;
/** Rows that are fetched at a time. */
const PAGE = 100;
const PAUSE_MS = 250;

type Wanted = Omit<ResultsWanted, "from" | "most">;

const WORST_FIRST: Wanted = { orderBy: "status", descending: false, status: [], search: "" };

/** Any number of results: only the rows in sight are fetched and drawn. */
export function ResultsTable(props: {
  readonly scanId: string;
  readonly total: number;
  readonly version: string;
}) {
  const [wanted, setWanted] = useState(WORST_FIRST);
  const [typed, setTyped] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setWanted((now) => ({ ...now, search: typed })), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { rows, matching, fetchRange, error } = usePages(props, wanted);
  const scroller = useRef<HTMLDivElement>(null);
  const { items, height } = useVirtual(scroller, matching, ROW_HEIGHT_PX);
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => fetchRange(first, last), [first, last, fetchRange]);
  useEffect(() => scroller.current?.scrollTo({ top: 0 }), [wanted]);

  function toggle(status: string): void {
    const isOn = wanted.status.includes(status);
    setWanted({
      ...wanted,
      status: isOn ? wanted.status.filter((one) => one !== status) : [...wanted.status, status],
    });
  }
  function sortBy(orderBy: string): void {
    setWanted({ ...wanted, orderBy, descending: wanted.orderBy === orderBy && !wanted.descending });
  }
  return (
    <section aria-label="Results">
      <div class="row filters">
        <Search
          label="Search the results"
          placeholder="Search indicator, owner, country"
          value={typed}
          onChange={setTyped}
        />
        <fieldset aria-label="Show only" class="statuses">
          {STATUSES.map((status) => (
            <button
              key={status}
              type="button"
              class={`small ${wanted.status.includes(status) ? "" : "outline"}`}
              aria-pressed={wanted.status.includes(status)}
              onClick={() => toggle(status)}
            >
              {status}
            </button>
          ))}
        </fieldset>
        <CopyMenu scanId={props.scanId} wanted={wanted} matching={matching} />
      </div>
      <p aria-live="polite">
        {toCount(matching)} of {toCount(props.total)}
      </p>
      <Problem error={error} />
      <div
        ref={scroller}
        class="table"
        role="table"
        aria-label="Results"
        aria-rowcount={matching + 1}
        tabIndex={0}
      >
        <div role="rowgroup" class="head">
          <div role="row" aria-rowindex={1} class="cells">
            {COLUMNS.map(({ name, orderBy }) => (
              <span key={name} role="columnheader" aria-sort={sortOf(wanted, orderBy)}>
                {orderBy === null ? (
                  name
                ) : (
                  <button type="button" class="sorter" onClick={() => sortBy(orderBy)}>
                    {name}
                    {wanted.orderBy === orderBy ? (wanted.descending ? " ↓" : " ↑") : ""}
                  </button>
                )}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" class="body" style={{ height: `${height}px` }}>
          {items.map(({ index, start }) => (
            <ResultRow key={index} index={index} topPx={start} row={rows.get(index) ?? null} />
          ))}
        </div>
      </div>
    </section>
  );
}

function sortOf({ orderBy, descending }: Wanted, name: string | null): "ascending" | "descending" | "none" {
  if (name === null || orderBy !== name) return "none";
  return descending ? "descending" : "ascending";
}

/**
 * The pages that were fetched. When something else is wanted, or the scan has gone on, what is in sight is fetched anew;
 * what could not be fetched is tried again.
 */
function usePages(
  { scanId, version }: { readonly scanId: string; readonly version: string },
  wanted: Wanted,
) {
  const [rows, setRows] = useState<ReadonlyMap<number, Row>>(new Map());
  const [matching, setMatching] = useState(0);
  const [error, setError] = useState<ApiError | null>(null);
  const [turn, setTurn] = useState(0);
  const name = JSON.stringify([scanId, version, wanted]);
  const shown = JSON.stringify([scanId, wanted]);
  const current = useRef("");
  const asked = useRef(new Set<number>());

  const fetchRange = useCallback(
    (first: number, last: number) => {
      if (current.current !== name) {
        current.current = name;
        asked.current = new Set();
      }
      for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page += 1)
        void fetchPage(page);
    },
    [name, turn],
  );
  useEffect(() => {
    if (error === null) return;
    const timer = setTimeout(() => setTurn((now) => now + 1), AWAY_MS);
    return () => clearTimeout(timer);
  }, [error]);
  // Rows of another order or filter are wrong; those of a moment ago are only old.
  useEffect(() => setRows(new Map()), [shown]);

  async function fetchPage(page: number): Promise<void> {
    if (asked.current.has(page)) return;
    asked.current.add(page);
    try {
      const from = page * PAGE;
      const answer = await api.results(scanId, { ...wanted, from, most: PAGE });
      if (current.current !== name) return;
      const fresh = answer.records.map((record, at) => [from + at, record] as const);
      setRows((known) => new Map([...known, ...fresh]));
      setMatching(answer.matching);
      setError(null);
    } catch (caught) {
      if (current.current !== name) return;
      asked.current.delete(page);
      if (caught instanceof ApiError) setError(caught);
    }
  }
  return { rows, matching, fetchRange, error };
}
