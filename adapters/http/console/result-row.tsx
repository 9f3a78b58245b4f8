import type { ResultsPage } from "../../../src/contract.ts";
import { toSpan, Verdict } from "./words.tsx";

export type Row = ResultsPage["records"][number];

/** The columns of the table, and by what each is sorted. */
export const COLUMNS = [
  { name: "Verdict", orderBy: "status" },
  { name: "Indicator", orderBy: "indicator" },
  { name: "Score", orderBy: "detections" },
  { name: "Owner", orderBy: "owner" },
  { name: "Country", orderBy: "country" },
  { name: "Engines", orderBy: null },
  { name: "Analysed", orderBy: "analysedAt" },
] as const;

/** What the server says of a row that has no answer yet. */
const OPEN = "not asked yet";

/** A row at its place; empty until it is fetched. */
export function ResultRow({
  index,
  topPx,
  row,
}: {
  readonly index: number;
  readonly topPx: number;
  readonly row: Row | null;
}) {
  const style = { transform: `translateY(${topPx}px)` };
  if (row === null) {
    return (
      <div role="row" aria-rowindex={index + 2} class="cells placed" style={style}>
        <span role="cell">…</span>
      </div>
    );
  }
  const list = row.list === "none" ? "" : ` · ${row.list}`;
  const engines = row.reason ?? row.engines.slice(0, 4).join(", ");
  const analysed = row.analysedAt === null ? "" : toSpan(Date.now() - Date.parse(row.analysedAt));
  return (
    <div role="row" aria-rowindex={index + 2} class="cells placed" style={style}>
      <span role="cell">
        <Verdict status={row.reason === OPEN ? "open" : row.status} />
        {list}
      </span>
      <span role="cell" class="mono" title={row.input}>
        {row.link === null ? (
          (row.indicator ?? row.input)
        ) : (
          <a href={row.link} rel="noreferrer noopener" target="_blank">
            {row.indicator ?? row.input}
          </a>
        )}
      </span>
      <span role="cell">{row.score ?? ""}</span>
      <span role="cell" title={row.owner ?? ""}>
        {row.owner ?? ""}
        {row.asn === null ? "" : ` AS${row.asn}`}
      </span>
      <span role="cell">{row.country ?? ""}</span>
      <span role="cell" title={row.engines.join(", ")}>
        {engines}
      </span>
      <span role="cell">{analysed}</span>
    </div>
  );
}
