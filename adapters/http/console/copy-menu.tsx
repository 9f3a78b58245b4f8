import { useState } from "preact/hooks";

import { api, ApiError, csvOf, type ResultsWanted } from "./api.ts";
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
    for (let from = 0; from < matching; from += MOST) {
      if (from > 0) setSaid(`${toCount(from)} of ${toCount(matching)} …`);
      all.push(...(await api.results(scanId, { ...wanted, from, most: MOST })).records);
    }
    return all;
  }
  async function copy(toLine: (row: Row) => string): Promise<string> {
    const lines = (await rows()).map(toLine);
    await navigator.clipboard.writeText(lines.join("\n"));
    return `${toCount(lines.length)} copied`;
  }
  async function run(work: () => Promise<string>): Promise<void> {
    try {
      setSaid("…");
      setSaid(await work());
    } catch (caught) {
      setSaid(caught instanceof ApiError ? caught.message : NO_CLIPBOARD);
    }
  }
  return (
    <div class="row copies">
      <button type="button" class="small outline" onClick={() => void run(() => copy(toBoth))}>
        Copy indicator =score
      </button>
      <button type="button" class="small outline" onClick={() => void run(() => copy(toScore))}>
        Copy score
      </button>
      <a href={csvOf(scanId, wanted)} download>
        csv
      </a>
      <small role="status">{said}</small>
    </div>
  );
}

const NO_CLIPBOARD =
  "This browser does not let the page copy: it does over https, and on this machine itself.";

/** As the clipboard of the command line has it: `1.2.3.4`, a tab, `=2/94`. */
function toBoth(row: Row): string {
  const name = (row.indicator ?? row.input).replace(/\s+/gu, " ");
  return `${toPlain(name)}\t${toScore(row)}`;
}

/** The score begins with = as it always has: a spreadsheet makes a share of it. */
function toScore(row: Row): string {
  return row.score === null ? row.status : `=${row.score}`;
}

/** What begins like a formula is none in a spreadsheet. */
function toPlain(text: string): string {
  return /^\s*[=+\-@]/u.test(text) ? `'${text}` : text;
}
