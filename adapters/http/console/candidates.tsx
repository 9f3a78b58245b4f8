import type { ProposalReply } from "./api.ts";
import { TickList, type Ticks } from "./tick-list.tsx";
import { toLocalTime } from "./words.tsx";

type Past = ProposalReply["past"][number];

/** The addresses of a question with tick boxes, and what was so before. */
export function Candidates({
  toBlock,
  past,
  ticks,
}: {
  readonly toBlock: ProposalReply["content"]["toBlock"];
  readonly past: readonly Past[];
  readonly ticks: Ticks;
}) {
  const pastOf = new Map(past.map((one) => [one.ip, one]));
  return (
    <TickList
      label="Addresses to block"
      rows={toBlock}
      ticks={ticks}
      isTall={past.length > 0}
      beside={({ detections, total, country, owner }) => (
        <>
          {detections}/{total} {country ?? ""} <bdi>{owner ?? ""}</bdi>
        </>
      )}
      below={({ ip }) => <Before past={pastOf.get(ip)} />}
    />
  );
}

function Before({ past }: { readonly past: Past | undefined }) {
  if (past?.letGo) {
    const words = wordLetGo(past.letGo);
    return (
      <small class="problem" title={words}>
        {words}
      </small>
    );
  }
  return past?.ended ? <small>blocked before: at least twice as long</small> : null;
}

function wordLetGo({ at, by, reason }: NonNullable<Past["letGo"]>): string {
  const who = by.kind === "person" ? by.id : by.kind === "hand" ? "by hand" : "by the whitelist";
  return `let go ${toLocalTime(at)} ${who}${reason === null ? "" : `: ${reason}`}`;
}
