import { api } from "./api.ts";
import { UsageCharts } from "./usage-charts.tsx";
import { usePoll } from "./use-poll.ts";
import { Heading, Problem, toCount, toLocalTime } from "./words.tsx";

/** What each key has used and left, and how many requests went out over time. */
export function Quota() {
  const { data, error } = usePoll(() => api.quota(), 5000);
  return (
    <>
      <Heading>Quota</Heading>
      <Problem error={error} />
      <div class="grid">
        {data?.map(
          ({
            name,
            perMinute,
            minuteLeft,
            perDay,
            usedToday,
            perMonth,
            usedThisMonth,
            parked,
            parkedUntil,
          }) => (
            <article key={name}>
              <h2>{name}</h2>
              <Bar
                label="this minute"
                used={perMinute === null ? 0 : perMinute - (minuteLeft ?? 0)}
                limit={perMinute}
              />
              <Bar label="today" used={usedToday} limit={perDay} />
              <Bar label="this month" used={usedThisMonth} limit={perMonth} />
              {parked === null ? null : (
                <p class="problem">
                  rests{parkedUntil === null ? "" : ` until ${toLocalTime(parkedUntil)}`}: {parked}
                </p>
              )}
            </article>
          ),
        )}
      </div>
      <UsageCharts />
    </>
  );
}

function Bar({
  label,
  used,
  limit,
}: {
  readonly label: string;
  readonly used: number;
  readonly limit: number | null;
}) {
  const text =
    limit === null ? `${toCount(used)} used, no limit` : `${toCount(used)} of ${toCount(limit)} used`;
  return (
    <label>
      {label}: {text}
      {limit === null ? null : <progress value={used} max={limit} />}
    </label>
  );
}
