import { useState } from "preact/hooks";

import { api, ApiError, type DigestReply } from "./api.ts";
import { Folded } from "./folded.tsx";
import { Terms, termsOf } from "./terms.tsx";
import { TickList, useTicks } from "./tick-list.tsx";
import { usePoll } from "./use-poll.ts";
import { Problem, toCount, toLocalTime, toSpan } from "./words.tsx";

type Entry = DigestReply["asked"][number];

/** Blocks that end soon: the questions about them, and what was decided lately. */
export function EndsSoon({ onChange }: { readonly onChange: () => void }) {
  const { data, error, again } = usePoll(() => api.digests(), 15_000);
  if (data === null || data.length === 0) return <Problem error={error} />;
  function look(): void {
    again();
    onChange();
  }
  return (
    <section aria-labelledby="ends-soon">
      <h2 id="ends-soon">Ends soon</h2>
      <Problem error={error} />
      {data.map((digest) => (
        <Digest key={digest.digestId} digest={digest} onDecided={look} />
      ))}
    </section>
  );
}

/** What is asked of one channel on one day, and what became of it. */
function Digest({ digest, onDecided }: { readonly digest: DigestReply; readonly onDecided: () => void }) {
  const { digestId, asked, calm, flips } = digest;
  const open = asked.filter(isOpen);
  return (
    <article class="proposal" aria-label={`Digest ${digestId}`}>
      <h3>
        {titleOf(digest, open.length)} <small>{toLocalTime(digest.at)}</small>
      </h3>
      <Question digest={digest} open={open} onDecided={onDecided} />
      <Settled entries={asked.filter((entry) => !isOpen(entry))} />
      {(["clean", "suspicious", "unknown"] as const).map((status) => (
        <Folded
          key={status}
          words={`no longer unsafe but ${status}: nothing is asked, they end`}
          ips={calm.filter(({ found }) => found?.status === status).map(({ ip }) => ip)}
        />
      ))}
      <Folded
        words="verdicts of listed addresses changed"
        ips={flips.map(({ ip, before, after, scanId }) => `${ip} ${before} → ${after} (${scanId})`)}
      />
    </article>
  );
}

/** Whether it can be decided now. */
function isOpen({ outcome, kept }: Entry): boolean {
  return outcome.kind === "open" && kept === null;
}

function titleOf({ asked }: DigestReply, open: number): string {
  if (open === 0) return asked.length === 0 ? "Nothing to decide" : "Decided";
  return open === 1 ? "Keep 1 address blocked?" : `Keep ${toCount(open)} addresses blocked?`;
}

function Question({
  digest: { digestId, hasApprovers, extendDays },
  open,
  onDecided,
}: {
  readonly digest: DigestReply;
  readonly open: readonly Entry[];
  readonly onDecided: () => void;
}) {
  const ticks = useTicks(open);
  const { ticked } = ticks;
  const [error, setError] = useState<ApiError | null>(null);
  const isSure = error?.status === 409;

  async function decide(decision: object): Promise<void> {
    try {
      await api.decideEndings(digestId, { ...decision, ips: ticked });
      setError(null);
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      setError(caught);
    }
    onDecided();
  }
  function extend(event: SubmitEvent): void {
    event.preventDefault();
    void decide({ decision: "extend", ...termsOf(event), sure: isSure });
  }
  if (open.length === 0) return <Problem error={error} />;
  const count = toCount(ticked.length);
  return (
    <form onSubmit={extend}>
      <TickList
        label="Addresses to keep blocked"
        rows={open}
        ticks={ticks}
        isTall={false}
        beside={(entry) => (
          <>
            {wordFound(entry)} · ends in {toSpan(entry.until - Date.now())} · <bdi>{entry.approvedBy}</bdi>
          </>
        )}
        below={() => null}
      />
      {hasApprovers ? (
        <div class="row">
          <Terms label="Extend by" usualDays={extendDays} />
          <button type="submit" disabled={ticked.length === 0}>
            {isSure ? `Yes, extend ${count}` : `Extend ${count}`}
          </button>
          <button
            type="button"
            class="secondary outline"
            disabled={ticked.length === 0}
            onClick={() => void decide({ decision: "let-go" })}
          >
            Let go {count}
          </button>
        </div>
      ) : (
        <p>Nobody may decide: set APPROVERS, such as to local:console for this console.</p>
      )}
      <Problem error={error} />
      <small>
        {open.every(({ found }) => found !== null) ? "Looked up again, and still unsafe. " : ""}
        Without a decision each ends by itself.
      </small>
    </form>
  );
}

/** What was found now, or, where nothing was, what it was blocked on. */
function wordFound({ found, evidence }: Entry): string {
  if (found !== null) return `${found.detections}/${found.total}`;
  const then = evidence === null ? "" : ` (${evidence.detections}/${evidence.total} when blocked)`;
  return `not looked up again${then}`;
}

/** What is decided, over, or may not stay on. */
function Settled({ entries }: { readonly entries: readonly Entry[] }) {
  const byWords = new Map<string, string[]>();
  for (const entry of entries) {
    const words = wordOutcome(entry);
    byWords.set(words, [...(byWords.get(words) ?? []), entry.ip]);
  }
  return (
    <div role="status">
      {[...byWords].map(([words, ips]) => (
        <Folded key={words} words={words} ips={ips} />
      ))}
    </div>
  );
}

function wordOutcome({ outcome, kept }: Entry): string {
  switch (outcome.kind) {
    case "open":
      return kept === null ? "open" : `end as they were to: ${wordKept(kept)}`;
    case "extended":
      return `extended ${outcome.until === null ? "until removed" : `until ${toLocalTime(outcome.until)}`} by ${outcome.by}`;
    case "let go":
      return `let go by ${outcome.by}`;
    case "over":
      return `over: ${wordOver(outcome.by)}`;
  }
}

function wordKept(kept: NonNullable<Entry["kept"]>): string {
  if (kept.kind === "whitelist") return `whitelisted by ${kept.line.entry}`;
  const { guard } = kept;
  return guard.kind === "own" ? `own network ${guard.network}` : `on ${guard.list}`;
}

function wordOver(by: Extract<Entry["outcome"], { kind: "over" }>["by"]): string {
  switch (by.kind) {
    case "end":
      return "ended, nobody decided";
    case "whitelist":
      return "taken out, whitelisted";
    case "hand":
      return "taken out by hand";
    case "person":
      return `taken out by ${by.id}`;
  }
}
