import { useState } from "preact/hooks";

import { api, ApiError, type AuditRecord, type ListWanted } from "./api.ts";
import { ListPage, type ListPart } from "./list-page.tsx";
import { toCount, toLocalTime, toText } from "./words.tsx";

/** Who did what to the lists, and whether the trail is whole. */
export function Audit() {
  return (
    <ListPage
      heading="Audit trail"
      searchLabel="Search the audit trail"
      placeholder="Search person, act, address"
      tableLabel="Entries"
      columns={["When", "Act", "On", "Who", "Detail"]}
      ask={entries}
      beside={() => <Verify />}
      none="No entry"
      row={({ id, at, who, action, subject, detail }) => (
        <tr key={id}>
          <td>{toLocalTime(at)}</td>
          <td>{action}</td>
          <td>
            <code>{subject}</code>
          </td>
          <td class="cut">{who}</td>
          <td class="cut">{toText(detail["reason"] ?? detail["refused"] ?? detail["source"])}</td>
        </tr>
      )}
    />
  );
}

async function entries(wanted: ListWanted): Promise<ListPart<AuditRecord>> {
  const { matching, entries: items } = await api.audit(wanted);
  return { matching, items };
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
