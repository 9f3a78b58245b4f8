import { useRef, useState } from "preact/hooks";

import { api, ApiError, type BlockRecord, type ListWanted } from "./api.ts";
import { EndsSoon } from "./endings.tsx";
import { ListPage, type ListPart } from "./list-page.tsx";
import { useFocusAfterMove } from "./route.ts";
import { usePoll } from "./use-poll.ts";
import { Problem, toCount, toLocalTime, toSpan, typedIn } from "./words.tsx";

const SOON_MS = 7 * 86_400_000;

/** What is blocked, what ends soon, and the story of one address above it. */
export function Blocks({ ip }: { readonly ip: string | null }) {
  return (
    <ListPage
      heading="Blocklist"
      isTarget={ip === null}
      searchLabel="Search the blocklist"
      placeholder="Search address, person, reason, owner"
      tableLabel="Blocked addresses"
      columns={["Address", "Score", "Ends", "Owner", "Since", "By", "Reason"]}
      ask={blocks}
      above={(again) => (
        <>
          {ip === null ? null : <Story key={ip} ip={ip} onChange={again} />}
          <EndsSoon onChange={again} />
        </>
      )}
      beside={(matching) => (
        <>
          <span aria-live="polite">{matching === null ? "" : `${toCount(matching)} blocked`}</span>
          <a href="/blacklist.txt">blacklist.txt</a>
        </>
      )}
      none="Nothing is blocked"
      row={(block) => <Row key={block.ip} block={block} />}
    />
  );
}

async function blocks(wanted: ListWanted): Promise<ListPart<BlockRecord>> {
  const { matching, blocks: items } = await api.blocks(wanted);
  return { matching, items };
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
      <td class={left < SOON_MS ? "soon" : ""}>{until === null ? "when removed" : `in ${toSpan(left)}`}</td>
      <td class="cut">
        {owner ?? ""} {country ?? ""}
      </td>
      <td>{toLocalTime(since)}</td>
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
