import { useState } from "preact/hooks";

import { api, ApiError, type DecisionReply, type ProposalReply } from "./api.ts";
import { usePoll } from "./use-poll.ts";
import { Problem, toCount, toLocalTime } from "./words.tsx";

const LIVES = [
  ["7", "7 days"],
  ["30", "30 days"],
  ["90", "90 days"],
  ["0", "until removed"],
] as const;

/** The question of a scan, or what was decided; nothing where it has none. */
export function Proposal({ id, version }: { readonly id: string; readonly version: string }) {
  const { data, again } = usePoll(() => api.proposalOf(id), 10_000, [id, version]);
  const reply = data?.proposal ?? null;
  if (reply === null) return null;
  return reply.kind === "proposal" ? (
    <Card reply={reply} onDone={again} />
  ) : (
    <Decided reply={reply} onDone={again} />
  );
}

/** The same card as in chat, with tick boxes. */
export function Card({ reply, onDone }: { readonly reply: ProposalReply; readonly onDone: () => void }) {
  const { toBlock, listed, protectedOnes, spared } = reply.content;
  const pastOf = new Map(reply.past.map((past) => [past.ip, past]));
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const { error, isSure, decide } = useDecision(reply.proposalId, onDone);
  const ticked = toBlock.filter(({ ip }) => !off.has(ip)).map(({ ip }) => ip);

  function tick(ip: string): void {
    const next = new Set(off);
    if (!next.delete(ip)) next.add(ip);
    setOff(next);
  }
  function send(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const days = String(form.get("days") ?? "");
    const reason = String(form.get("reason") ?? "").trim();
    decide({
      decision: "block",
      ips: ticked,
      ...(days === "" ? {} : { days: Number(days) }),
      ...(reason === "" ? {} : { reason }),
      sure: isSure,
    });
  }
  return (
    <article class="proposal" aria-label={`Approval of ${reply.proposalId}`}>
      <h2>
        Block {toCount(toBlock.length)} {toBlock.length === 1 ? "address" : "addresses"}?{" "}
        <small>
          <a href={`#scans/${reply.scanId}`}>{reply.scanId}</a>
        </small>
      </h2>
      <form onSubmit={send}>
        <ul class="candidates">
          {toBlock.map(({ ip, detections, total, owner, country }) => {
            const past = pastOf.get(ip);
            return (
              <li key={ip}>
                <label>
                  <input type="checkbox" checked={!off.has(ip)} onChange={() => tick(ip)} />
                  <code>{ip}</code> {detections}/{total} {owner ?? ""} {country ?? ""}
                </label>
                {past?.letGo ? <small class="problem">{wordLetGo(past.letGo)}</small> : null}
                {past?.ended ? <small>blocked before: at least twice as long</small> : null}
              </li>
            );
          })}
        </ul>
        <LeftOut words="already listed" ips={listed} />
        <LeftOut words="protected" ips={protectedOnes.map(({ ip, by }) => `${ip} (${by.entry})`)} />
        <LeftOut
          words="left out"
          ips={spared.map(({ ip, by }) => `${ip} (${by.kind === "own" ? by.network : by.list})`)}
        />
        {reply.hasApprovers ? (
          <div class="row">
            <label>
              For{" "}
              <select name="days">
                <option value="">{wordUsual(reply.blockDays)}</option>
                {LIVES.map(([days, name]) => (
                  <option key={days} value={days}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <label>
              Reason <input name="reason" maxLength={500} placeholder="for the audit trail" />
            </label>
            <button type="submit" class="danger" disabled={ticked.length === 0}>
              {isSure ? `Yes, block ${toCount(ticked.length)}` : `Block ${toCount(ticked.length)}`}
            </button>
            <button type="button" class="secondary outline" onClick={() => decide({ decision: "dismiss" })}>
              Dismiss
            </button>
          </div>
        ) : (
          <p>Nobody may approve: set APPROVERS, such as to local:console for this console.</p>
        )}
        <Problem error={error} />
      </form>
    </article>
  );
}

function wordUsual(days: number): string {
  return days === 0 ? "until removed (as set)" : `${days} days (as set)`;
}

type LetGo = NonNullable<ProposalReply["past"][number]["letGo"]>;

function wordLetGo({ at, by, reason }: LetGo): string {
  const who = by.kind === "person" ? by.id : by.kind === "hand" ? "by hand" : "by the whitelist";
  return `let go ${toLocalTime(at)} ${who}${reason === null ? "" : `: ${reason}`}`;
}

function LeftOut({ words, ips }: { readonly words: string; readonly ips: readonly string[] }) {
  if (ips.length === 0) return null;
  return (
    <details>
      <summary>
        {toCount(ips.length)} {words}
      </summary>
      {ips.join(", ")}
    </details>
  );
}

function Decided({ reply, onDone }: { readonly reply: DecisionReply; readonly onDone: () => void }) {
  const { decision, proposalId } = reply;
  const { error, isSure, decide } = useDecision(proposalId, onDone);
  const by = decision.undoneBy ?? decision.by;
  return (
    <article aria-label={`Decision of ${proposalId}`}>
      <p>
        <strong>{decision.state}</strong>
        {by === null ? "" : ` by ${by}`}, {toLocalTime(decision.undoneAt ?? decision.at)}
        {decision.added.length > 0 ? `: ${toCount(decision.added.length)} addresses` : ""}
        {decision.reason === null ? "" : ` · ${decision.reason}`}
      </p>
      {decision.state === "blocked" && decision.added.length > 0 ? (
        <button
          type="button"
          class="secondary outline"
          onClick={() => decide({ decision: "undo", sure: isSure })}
        >
          {isSure ? "Yes, undo it" : "Undo"}
        </button>
      ) : null}
      <Problem error={error} />
    </article>
  );
}

/** Sends a decision; `isSure` after the server has asked once more. */
function useDecision(id: string, onDone: () => void) {
  const [error, setError] = useState<ApiError | null>(null);
  const [isSure, setIsSure] = useState(false);
  async function send(decision: object): Promise<void> {
    try {
      await api.decide(id, decision);
      setError(null);
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      setError(caught);
      if (caught.status === 409) setIsSure(true);
    }
    onDone();
  }
  return { error, isSure, decide: (decision: object) => void send(decision) };
}
