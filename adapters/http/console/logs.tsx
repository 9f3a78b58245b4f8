import { useState } from "preact/hooks";

import { api } from "./api.ts";
import { Search } from "./search.tsx";
import { usePoll } from "./use-poll.ts";
import { Heading, Problem, toText } from "./words.tsx";

const MOST_LINES = 500;

/** The end of the log, as it grows. */
export function Logs() {
  const [filter, setFilter] = useState("");
  const { data, error } = usePoll(() => api.logs(), 3000);
  const words = filter.toLowerCase();
  const lines = (data ?? "").split("\n").filter((line) => line !== "" && line.toLowerCase().includes(words));
  return (
    <>
      <Heading>Logs</Heading>
      <div class="row">
        <Search label="Filter the log" placeholder="Filter" value={filter} onChange={setFilter} />
        <a href="/logs">as text</a>
      </div>
      <Problem error={error} />
      <pre class="log" role="log" tabIndex={0} aria-label="Log" aria-live="off">
        {lines.slice(-MOST_LINES).toReversed().map(toShown).join("\n")}
      </pre>
    </>
  );
}

/** A line as people read it: when, what, then the rest. */
function toShown(line: string): string {
  try {
    const { time, level: _, msg, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return `${toText(time)} ${toText(msg)} ${JSON.stringify(rest)}`;
  } catch {
    return line;
  }
}
