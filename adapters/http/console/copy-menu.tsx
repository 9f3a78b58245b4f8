import { useState } from "preact/hooks";

import { api, type ResultsWanted } from "./api.ts";
import type { Row } from "./result-row.tsx";
import { toCount } from "./words.tsx";

/** What a page asks for at most. */
const MOST = 1000;

type Wanted = Omit<ResultsWanted, "from" | "most">;

/** Copies what the table shows: indicator and score, the score alone, or all as csv. */
export function CopyMenu({
  scanId,
  wanted,
  matching,
}: {
  readonly scanId: string;
  readonly wanted: Wanted;
  readonly matching: number;
}) {
  const [said, setSaid] = useState("");
  async function rows(): Promise<readonly Row[]> {
    const all: Row[] = [];
    for (let from = 0; from < matching; from += MOST)
      all.push(...(await api.results(scanId, { ...wanted, from, most: MOST })).records);
    return all;
  }
  async function copy(toLine: (row: Row) => string): Promise<void> {
    const lines = (await rows()).map(toLine);
    await navigator.clipboard.writeText(lines.join("\n"));
    setSaid(`${toCount(lines.length)} copied`);
  }
  async function save(): Promise<void> {
    const lines = [CSV_COLUMNS.join(","), ...(await rows()).map(toCsv)];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${lines.join("\r\n")}\r\n`], { type: "text/csv" }));
    link.download = `vtip-${scanId}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
  return (
    <div class="row copies">
      <button type="button" class="small outline" onClick={() => void copy(toBoth)}>
        Copy indicator =score
      </button>
      <button type="button" class="small outline" onClick={() => void copy(toScore)}>
        Copy score
      </button>
      <button type="button" class="small outline" onClick={() => void save()}>
        csv
      </button>
      <small role="status">{said}</small>
    </div>
  );
}

/** As the clipboard of the command line has it: `1.2.3.4`, a tab, `=2/94`. */
function toBoth(row: Row): string {
  return `${row.indicator ?? row.input}\t${toScore(row)}`;
}

function toScore(row: Row): string {
  return row.score === null ? row.status : `=${row.score}`;
}

const CSV_COLUMNS = [
  "indicator",
  "kind",
  "status",
  "score",
  "owner",
  "asn",
  "country",
  "list",
  "analysedAt",
  "reason",
] as const;

function toCsv(row: Row): string {
  return CSV_COLUMNS.map((name) => toField(row[name])).join(",");
}

/** A field that begins like a formula is no formula in a spreadsheet. */
function toField(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
