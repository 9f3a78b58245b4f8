import { api, type ScanRecord } from "./api.ts";
import { VerdictChart } from "./usage-charts.tsx";
import { usePoll } from "./use-poll.ts";
import { Heading, Problem, toCount, toLocalTime, Verdict, Wide } from "./words.tsx";

const FEW = 5;

/** The newest scans, of every platform. */
export function Scans({ isShort = false }: { readonly isShort?: boolean }) {
  const { data, error } = usePoll(() => api.scans(), 5000);
  const scans = isShort ? (data ?? []).slice(0, FEW) : (data ?? []);
  return (
    <section aria-label="Scans">
      {isShort ? <h2>Newest scans</h2> : <Heading>Scans</Heading>}
      <Problem error={isShort ? null : error} />
      {data !== null && scans.length === 0 ? <p>No scan yet.</p> : null}
      {scans.length === 0 ? null : (
        <Wide label="Scans, as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">Scan</th>
                <th scope="col">Of</th>
                <th scope="col">Found</th>
                <th scope="col">Asked by</th>
                <th scope="col">Begun</th>
              </tr>
            </thead>
            <tbody>
              {scans.map((scan) => (
                <Row key={scan.id} scan={scan} />
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {isShort ? null : <VerdictChart />}
    </section>
  );
}

function Row({ scan }: { readonly scan: ScanRecord }) {
  const { id, source, state, summary, open, requestedBy, createdAt, link } = scan;
  return (
    <tr>
      <td>
        <a href={`#scans/${id}`}>{id}</a>
        {state === "done" ? "" : ` ${state}`}
      </td>
      <td class="cut">{source}</td>
      <td>
        {toCount(summary.indicators)}
        {summary.unsafe > 0 ? (
          <>
            {" · "}
            <Verdict status="unsafe" score={toCount(summary.unsafe)} />
          </>
        ) : null}
        {open > 0 ? ` · ${toCount(open)} open` : ""}
      </td>
      <td>
        {requestedBy}
        {link ? (
          <>
            {" "}
            <a href={link} rel="noreferrer">
              thread
            </a>
          </>
        ) : null}
      </td>
      <td>{toLocalTime(createdAt)}</td>
    </tr>
  );
}
