import { useEffect, useState } from "preact/hooks";

import { api, ApiError, type ScanRecord } from "./api.ts";
import { Proposal } from "./proposal.tsx";
import { ResultsTable } from "./results-table.tsx";
import { TopUnsafe } from "./top-unsafe.tsx";
import { usePoll } from "./use-poll.ts";
import { Heading, Problem, toCount, toLocalTime } from "./words.tsx";

const NAMES = ["unsafe", "suspicious", "clean", "unknown", "failed", "skipped", "rejected"] as const;

/** One scan: its progress while it runs, its sums, its approval card, its table. */
export function ScanPage({ id }: { readonly id: string }) {
  const { scan, error } = useScan(id);
  if (scan === null) {
    return (
      <>
        <Heading>{id}</Heading>
        {error === null ? <p aria-busy="true">Loading …</p> : <Problem error={error} />}
      </>
    );
  }
  const { state, source, summary, open, notes, requestedBy, createdAt, link } = scan;
  const total = summary.indicators + summary.rejected;
  const isOver = state === "done" || state === "cancelled";
  // What has no answer yet counts as skipped, should it stay so.
  const counts = { ...summary, skipped: summary.skipped - (isOver ? 0 : open) };
  const isRunning = state === "running" || state === "interrupted";
  return (
    <>
      <Heading>
        {id} <small class="cut">{source}</small>
      </Heading>
      <p>
        {state}, asked by {requestedBy}
        {link === null ? null : (
          <>
            {" "}
            in{" "}
            <a href={link} rel="noreferrer">
              their thread
            </a>
          </>
        )}{" "}
        at {toLocalTime(createdAt)} · {toCount(summary.requests)} requests ·{" "}
        <a href={`/api/scans/${id}/report.xlsx`} download>
          xlsx
        </a>
      </p>
      <Problem error={error} />
      {notes.map((note) => (
        <p key={note} class="problem">
          {note}
        </p>
      ))}
      {isRunning ? (
        <label>
          {toCount(total - open)} of {toCount(total)} answered
          <progress value={total - open} max={Math.max(1, total)} />
        </label>
      ) : null}
      {state === "planned" ? <Planned scan={scan} /> : null}
      {isRunning ? <Act id={id} verb="cancel" label="Cancel" /> : null}
      <ul class="sums">
        {NAMES.map((name) => (
          <li key={name} class={counts[name] === 0 ? "none" : name}>
            <strong>{toCount(counts[name])}</strong> {name}
          </li>
        ))}
      </ul>
      <Proposal id={id} version={`${state} ${summary.unsafe}`} />
      <ResultsTable scanId={id} total={total} version={`${state} ${open}`} />
      {summary.unsafe > 1 && !isRunning ? <TopUnsafe scanId={id} /> : null}
    </>
  );
}

function Planned({ scan }: { readonly scan: ScanRecord }) {
  return (
    <article>
      <p>It needs more requests than are spent without asking. {toCount(scan.open)} are to be looked up.</p>
      <div class="row">
        <Act id={scan.id} verb="start" label="Start" />
        <Act id={scan.id} verb="cancel" label="Cancel" />
      </div>
    </article>
  );
}

function Act({
  id,
  verb,
  label,
}: {
  readonly id: string;
  readonly verb: "start" | "cancel";
  readonly label: string;
}) {
  const [error, setError] = useState<ApiError | null>(null);
  async function act(): Promise<void> {
    try {
      await api.act(id, verb);
      setError(null);
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      setError(caught);
    }
  }
  return (
    <>
      <button type="button" class={verb === "start" ? "" : "secondary outline"} onClick={() => void act()}>
        {label}
      </button>
      <Problem error={error} />
    </>
  );
}

/** The scan as it is: told by the server while it runs, and asked for besides, should that be cut off. */
function useScan(id: string): { readonly scan: ScanRecord | null; readonly error: ApiError | null } {
  const { data, error } = usePoll(() => api.scan(id), 5000, [id]);
  const [scan, setScan] = useState<ScanRecord | null>(null);
  useEffect(() => {
    if (data !== null) setScan(data);
  }, [data]);
  const isOver = scan?.state === "done" || scan?.state === "cancelled";
  useEffect(() => {
    // It ends there; the browser would connect again and again.
    if (isOver) return;
    let events: EventSource | null = null;
    // A browser has six connections to a server, for all its tabs together.
    function listen(): void {
      events?.close();
      events = null;
      if (document.visibilityState !== "visible") return;
      events = new EventSource(`/api/scans/${encodeURIComponent(id)}/events`);
      events.addEventListener("scan", ({ data: text }: MessageEvent<string>) => {
        setScan(JSON.parse(text) as ScanRecord);
      });
    }
    listen();
    document.addEventListener("visibilitychange", listen);
    return () => {
      document.removeEventListener("visibilitychange", listen);
      events?.close();
    };
  }, [id, isOver]);
  return { scan, error };
}
