import { useState } from "preact/hooks";

import { api, ApiError } from "./api.ts";
import { Pager } from "./pager.tsx";
import { Search } from "./search.tsx";
import { usePoll } from "./use-poll.ts";
import { Heading, Problem, toCount, toLocalTime, toText, Wide } from "./words.tsx";

const PAGE = 50;

/** Who did what to the lists, and whether the trail is whole. */
export function Audit() {
  const [search, setSearch] = useState("");
  const [from, setFrom] = useState(0);
  const { data, error } = usePoll(() => api.audit({ from, most: PAGE, search }), 10_000, [from, search]);
  return (
    <>
      <Heading>Audit trail</Heading>
      <div class="row">
        <Search
          label="Search the audit trail"
          placeholder="Search person, act, address"
          value={search}
          onChange={(typed) => {
            setFrom(0);
            setSearch(typed);
          }}
        />
        <Verify />
      </div>
      <Problem error={error} />
      {data?.entries.length === 0 ? <p>No entry{search === "" ? "" : " that matches"}.</p> : null}
      {data === null || data.entries.length === 0 ? null : (
        <>
          <Wide label="Entries">
            <table>
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">Who</th>
                  <th scope="col">Act</th>
                  <th scope="col">On</th>
                  <th scope="col">Detail</th>
                </tr>
              </thead>
              <tbody>
                {data.entries.map(({ id, at, who, action, subject, detail }) => (
                  <tr key={id}>
                    <td>{toLocalTime(at)}</td>
                    <td class="cut">{who}</td>
                    <td>{action}</td>
                    <td>
                      <code>{subject}</code>
                    </td>
                    <td class="cut">{toText(detail["reason"] ?? detail["refused"] ?? detail["source"])}</td>
                  </tr>
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

function Verify() {
  const [said, setSaid] = useState("");
  async function verify(): Promise<void> {
    setSaid("…");
    try {
      const { whole, entries, brokenAt } = await api.verify();
      setSaid(whole ? `whole: ${toCount(entries ?? 0)} entries` : `broken at entry ${brokenAt ?? "?"}`);
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      setSaid(caught.message);
    }
  }
  return (
    <>
      <button type="button" class="outline" onClick={() => void verify()}>
        Verify
      </button>
      <span role="status">{said}</span>
    </>
  );
}
