import { useState } from "preact/hooks";

import { api, ApiError, type DecisionReply, type ProposalReply } from "./api.ts";
import { Candidates } from "./candidates.tsx";
import { Folded } from "./folded.tsx";
import { Terms, termsOf } from "./terms.tsx";
import { useTicks } from "./tick-list.tsx";
import { usePoll } from "./use-poll.ts";
import { Problem, toCount, toLocalTime } from "./words.tsx";

type Reply = ProposalReply | DecisionReply;

/** The question of a scan, or what was decided; nothing where it has none. */
export function Proposal({ id, version }: { readonly id: string; readonly version: string }) {
  const { data, again } = usePoll(() => api.proposalOf(id), 5000, [id, version]);
  const reply = data?.proposal ?? null;
  return reply === null ? null : <Question key={reply.proposalId} reply={reply} onReply={again} />;
}

/** A question with its buttons, or its decision; what the server said to the last button stays in sight. */
export function Question({
  reply,
  onReply,
}: {
  readonly reply: Reply;
  /** Called after each try, with what is so now, or null. */
  readonly onReply: (now: Reply | null) => void;
}) {
  const { error, isSure, decide } = useDecision(reply, onReply);
  return (
    <article
      class="proposal"
      aria-label={`${reply.kind === "proposal" ? "Approval" : "Decision"} of ${reply.proposalId}`}
    >
      {reply.kind === "proposal" ? (
        <Card reply={reply} isSure={isSure} decide={decide} />
      ) : (
        <Decided reply={reply} isSure={isSure} decide={decide} />
      )}
      <Problem error={error} />
    </article>
  );
}

interface Deciding {
  /** After the server has asked once more. */
  readonly isSure: boolean;
  readonly decide: (decision: object) => void;
}

/** Sends a decision. */
function useDecision(reply: Reply, onReply: (now: Reply | null) => void) {
  const [error, setError] = useState<ApiError | null>(null);
  const [isSure, setIsSure] = useState(false);
  async function decide(decision: object): Promise<void> {
    try {
      const now = await api.decide(reply.proposalId, decision);
      setError(null);
      setIsSure(false);
      onReply(now);
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      setError(caught);
      if (caught.status === 409) await lookAgain();
    }
  }
  /** It asks once more, or somebody was first. */
  async function lookAgain(): Promise<void> {
    const now = await api.proposal(reply.proposalId).catch(() => null);
    setIsSure(now !== null && stateOf(now) === stateOf(reply));
    onReply(now);
  }
  return { error, isSure, decide: (decision: object) => void decide(decision) };
}

function stateOf(reply: Reply): string {
  return reply.kind === "proposal" ? "open" : reply.decision.state;
}

/** The same card as in chat, with tick boxes. */
function Card({ reply, isSure, decide }: Deciding & { readonly reply: ProposalReply }) {
  const { toBlock, listed, protectedOnes, spared } = reply.content;
  const ticks = useTicks(toBlock);
  const { ticked } = ticks;

  function send(event: SubmitEvent): void {
    event.preventDefault();
    decide({
      decision: "block",
      ips: ticked,
      ...termsOf(event),
      sure: isSure,
    });
  }
  return (
    <>
      <h2>
        Block {toCount(toBlock.length)} {toBlock.length === 1 ? "address" : "addresses"}?{" "}
        <small>
          <a href={`#scans/${reply.scanId}`}>{reply.scanId}</a>
        </small>
      </h2>
      <form onSubmit={send}>
        <Candidates toBlock={toBlock} past={reply.past} ticks={ticks} />
        <Folded words="already listed" ips={listed} />
        <Folded words="protected" ips={protectedOnes.map(({ ip, by }) => `${ip} (${by.entry})`)} />
        <Folded
          words="left out"
          ips={spared.map(({ ip, by }) => `${ip} (${by.kind === "own" ? by.network : by.list})`)}
        />
        {reply.hasApprovers ? (
          <div class="row">
            <Terms label="For" usualDays={reply.blockDays} />
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
      </form>
    </>
  );
}

function Decided({ reply: { decision }, isSure, decide }: Deciding & { readonly reply: DecisionReply }) {
  const { state, added } = decision;
  const by = decision.undoneBy ?? decision.by;
  return (
    <div class="row">
      <p role="status">
        <strong>{state}</strong>
        {by === null ? "" : ` by ${by}`}, {toLocalTime(decision.undoneAt ?? decision.at)}
        {added.length > 0 ? `: ${toCount(added.length)} ${added.length === 1 ? "address" : "addresses"}` : ""}
        {decision.reason === null ? "" : ` · ${decision.reason}`}
      </p>
      {state === "blocked" && added.length > 0 ? (
        <button
          type="button"
          class="secondary outline"
          onClick={() => decide({ decision: "undo", sure: isSure })}
        >
          {isSure ? "Yes, undo it" : "Undo"}
        </button>
      ) : null}
    </div>
  );
}
