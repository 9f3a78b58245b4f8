import { useRef } from "preact/hooks";

import { api, type DecisionReply, type ProposalReply } from "./api.ts";
import { Question } from "./proposal.tsx";
import { usePoll } from "./use-poll.ts";
import { Heading, Problem } from "./words.tsx";

type Known = Map<string, ProposalReply | DecisionReply>;

/** Every question that nobody has decided, and at its place what was decided on this page. */
export function Approvals() {
  const { data, error, again } = usePoll(() => api.proposals(), 5000);
  const { current: known } = useRef<Known>(new Map());
  if (data !== null) merge(known, data);
  return (
    <>
      <Heading>Approvals</Heading>
      <Problem error={error} />
      {data?.length === 0 ? <p>Nothing is to be decided.</p> : null}
      {[...known.values()].map((reply) => (
        <Question
          key={reply.proposalId}
          reply={reply}
          onReply={(now) => {
            if (now !== null) known.set(now.proposalId, now);
            again();
          }}
        />
      ))}
    </>
  );
}

/** What others have decided goes; nothing else moves. */
function merge(known: Known, open: readonly ProposalReply[]): void {
  const ids = new Set(open.map(({ proposalId }) => proposalId));
  for (const [id, { kind }] of known) if (kind === "proposal" && !ids.has(id)) known.delete(id);
  for (const reply of open)
    if (known.get(reply.proposalId)?.kind !== "decision") known.set(reply.proposalId, reply);
}
