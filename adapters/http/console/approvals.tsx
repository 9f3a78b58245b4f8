import { api } from "./api.ts";
import { Card } from "./proposal.tsx";
import { usePoll } from "./use-poll.ts";
import { Heading, Problem } from "./words.tsx";

/** Every question that nobody has decided. */
export function Approvals() {
  const { data, error, again } = usePoll(() => api.proposals(), 5000);
  return (
    <>
      <Heading>Approvals</Heading>
      <Problem error={error} />
      {data?.length === 0 ? <p>Nothing is to be decided.</p> : null}
      {data?.map((reply) => (
        <Card key={reply.proposalId} reply={reply} onDone={again} />
      ))}
    </>
  );
}
