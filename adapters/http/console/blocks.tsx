import { useRef, useState } from "preact/hooks";

import { api, ApiError, type BlockRecord } from "./api.ts";
import { Pager } from "./pager.tsx";
import { useFocusAfterMove } from "./route.ts";
import { Search } from "./search.tsx";
import { usePoll } from "./use-poll.ts";
import { Heading, Problem, toCount, toLocalTime, toSpan, typedIn, Wide } from "./words.tsx";

const PAGE = 50;
const SOON_MS = 7 * 86_400_000;

/** What is blocked, and the story of one address beside it. */
export function Blocks({ ip }: { readonly ip: string | null }) {
  const [search, setSearch] = useState("");
  const [from, setFrom] = useState(0);
  const { data, error, again } = usePoll(() => api.blocks({ from, most: PAGE, search }), 10_000, [
    from,
    search,
  ]);
  return (
    <>
      <Heading isTarget={ip === null}>Blocklist</Heading>
      <div class="row">
        <Search
          label="Search the blocklist"
          placeholder="Search address, person, reason, owner"
          value={search}
          onChange={(typed) => {
            setFrom(0);
            setSearch(typed);
          }}
        />
        <span aria-live="polite">{data === null ? "" : `${toCount(data.matching)} blocked`}</span>
        <a href="/blacklist.txt">blacklist.txt</a>
      </div>
      <Problem error={error} />
      {ip === null ? null : <Story key={ip} ip={ip} onChange={again} />}
      {data?.blocks.length === 0 ? <p>Nothing is blocked{search === "" ? "" : " that matches"}.</p> : null}
      {data === null || data.blocks.length === 0 ? null : (
        <>
          <Wide label="Blocked addresses">
            <table>
              <thead>
                <tr>
                  <th scope="col">Address</th>
                  <th scope="col">Score</th>
                  <th scope="col">Owner</th>
                  <th scope="col">Since</th>
                  <th scope="col">Ends</th>
                  <th scope="col">By</th>
                  <th scope="col">Reason</th>
                </tr>
              </thead>
              <tbody>
                {data.blocks.map((block) => (
                  <Row key={block.ip} block={block} />
                ))}
              </tbody>
            </table>
          </Wide>
          <Pager from={from} most={PAGE} matching={data.matching} onMove={setFrom} />
        </>
      )}
    </>
  );
}

function Row({ block }: { readonly block: BlockRecord }) {
  const { ip, detections, total, owner, country, since, until, by, reason } = block;
  const left = until === null ? Number.POSITIVE_INFINITY : Date.parse(until) - Date.now();
  return (
    <tr>
      <td>
        <a href={`#blocks/${encodeURIComponent(ip)}`}>
          <code>{ip}</code>
        </a>
      </td>
      <td>{detections === null ? "" : `${detections}/${total ?? "?"}`}</td>
      <td class="cut">
        {owner ?? ""} {country ?? ""}
      </td>
      <td>{toLocalTime(since)}</td>
      <td class={left < SOON_MS ? "soon" : ""}>{until === null ? "when removed" : `in ${toSpan(left)}`}</td>
      <td>{by}</td>
      <td class="cut">{reason ?? ""}</td>
    </tr>
  );
}

function Story({ ip, onChange }: { readonly ip: string; readonly onChange: () => void }) {
  const { data, error, again } = usePoll(() => api.why(ip), 15_000, [ip]);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusAfterMove(heading, true);
  async function unblock(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const reason = typedIn(event, "reason");
    try {
      await api.unblock(ip, reason);
      setProblem(null);
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      setProblem(caught);
    }
    again();
    onChange();
  }
  return (
    <article aria-label={`The story of ${ip}`}>
      <h2 ref={heading} tabIndex={-1}>
        <code>{ip}</code> {data === null ? "" : data.blocked === null ? "is not blocked" : "is blocked"}{" "}
        <a href="#blocks" aria-label="Close the story">
          ✕
        </a>
      </h2>
      <Problem error={error ?? problem} />
      <ol class="story" tabIndex={0} aria-label="What happened">
        {data?.lines.map((line, at) => (
          <li key={at}>{line}</li>
        ))}
      </ol>
      {data?.blocked ? (
        <form class="row" onSubmit={(event) => void unblock(event)}>
          <input name="reason" aria-label="Reason" placeholder="Why it is to go" maxLength={500} />
          <button type="submit" class="secondary">
            Unblock
          </button>
        </form>
      ) : null}
    </article>
  );
}
