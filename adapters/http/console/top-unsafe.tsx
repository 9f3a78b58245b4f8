import { api } from "./api.ts";
import { usePoll } from "./use-poll.ts";
import { toCount } from "./words.tsx";

/** So many unsafe results are counted. */
const MOST = 1000;
const SHOWN = 8;

/** Whose networks, and which countries, the unsafe ones are in. */
export function TopUnsafe({ scanId }: { readonly scanId: string }) {
  const wanted = {
    from: 0,
    most: MOST,
    orderBy: "position",
    descending: false,
    status: ["unsafe"],
    search: "",
  };
  const { data } = usePoll(() => api.results(scanId, wanted), 60_000, [scanId]);
  if (data === null) return null;
  return (
    <section class="grid" aria-label="Unsafe, by owner and country">
      <Ranking name="Owners of what is unsafe" values={data.records.map(({ owner }) => owner)} />
      <Ranking name="Countries of what is unsafe" values={data.records.map(({ country }) => country)} />
    </section>
  );
}

function Ranking({ name, values }: { readonly name: string; readonly values: readonly (string | null)[] }) {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value ?? "not known", (counts.get(value ?? "not known") ?? 0) + 1);
  const ranked = [...counts].toSorted((one, other) => other[1] - one[1]).slice(0, SHOWN);
  const most = ranked[0]?.[1] ?? 1;
  return (
    <article>
      <h2>{name}</h2>
      {ranked.map(([value, count]) => (
        <label key={value} class="ranked">
          <span class="cut">{value}</span> {toCount(count)}
          <progress value={count} max={most} />
        </label>
      ))}
    </article>
  );
}
