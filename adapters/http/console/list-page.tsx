import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import type { ListWanted } from "./api.ts";
import { Pager } from "./pager.tsx";
import { Search } from "./search.tsx";
import { usePoll } from "./use-poll.ts";
import { Heading, Problem, Wide } from "./words.tsx";

const MOST = 50;
const EVERY_MS = 10_000;

/** Some of a list, and how many match in all. */
export interface ListPart<Item> {
  readonly matching: number;
  readonly items: readonly Item[];
}

/** A long list: searched, and shown a page at a time. */
export function ListPage<Item>({
  heading,
  isTarget = true,
  searchLabel,
  placeholder,
  tableLabel,
  columns,
  ask,
  beside,
  above,
  none,
  row,
}: {
  readonly heading: string;
  /** Whether the focus goes to it when the page is opened. */
  readonly isTarget?: boolean;
  readonly searchLabel: string;
  readonly placeholder: string;
  readonly tableLabel: string;
  readonly columns: readonly string[];
  readonly ask: (wanted: ListWanted) => Promise<ListPart<Item>>;
  /** What stands beside the search; `matching` is null until it is known. */
  readonly beside: (matching: number | null) => ComponentChildren;
  /** What stands above the list; `again` asks for the list at once. */
  readonly above?: (again: () => void) => ComponentChildren;
  /** Said where there is nothing, before ` that matches`. */
  readonly none: string;
  readonly row: (item: Item) => ComponentChildren;
}) {
  const [search, setSearch] = useState("");
  const [from, setFrom] = useState(0);
  const { data, error, again } = usePoll(() => ask({ from, most: MOST, search }), EVERY_MS, [from, search]);
  return (
    <>
      <Heading isTarget={isTarget}>{heading}</Heading>
      {above?.(again)}
      <div class="row">
        <Search
          label={searchLabel}
          placeholder={placeholder}
          value={search}
          onChange={(typed) => {
            setFrom(0);
            setSearch(typed);
          }}
        />
        {beside(data?.matching ?? null)}
      </div>
      <Problem error={error} />
      {data?.items.length === 0 ? (
        <p>
          {none}
          {search === "" ? "" : " that matches"}.
        </p>
      ) : null}
      {data === null || data.items.length === 0 ? null : (
        <>
          <Wide label={tableLabel}>
            <table>
              <thead>
                <tr>
                  {columns.map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>{data.items.map(row)}</tbody>
            </table>
          </Wide>
          <Pager from={from} most={MOST} matching={data.matching} onMove={setFrom} />
        </>
      )}
    </>
  );
}
