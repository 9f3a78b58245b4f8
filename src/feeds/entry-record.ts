import { toCsvLine, type CsvValue } from "../report/csv-field.ts";
import { toTime } from "./comment.ts";
import type { Feed, FeedEntry } from "./feed.ts";
import { withCommas } from "./json-lines.ts";

/** An entry as people and programs read it; times in ISO 8601, UTC. */
interface EntryRecord {
  readonly ip: string;
  readonly since: string | null;
  readonly until: string | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly scan: string | null;
  readonly detections: number | null;
  readonly total: number | null;
  readonly engines: readonly string[];
  readonly owner: string | null;
  readonly asn: number | null;
  readonly country: string | null;
  readonly link: string | null;
}

const COLUMNS: readonly (keyof EntryRecord)[] = [
  "ip",
  "since",
  "until",
  "by",
  "reason",
  "scan",
  "detections",
  "total",
  "engines",
  "owner",
  "asn",
  "country",
  "link",
];

/** RFC 4180, with headings; several engines in one field, `; ` between them. */
export const csv: Feed = {
  name: "csv",
  contentType: "text/csv; charset=utf-8; header=present",
  extension: "csv",
  hasComments: false,
  hasRules: false,
  isDetailed: true,
  mayOverlap: true,
  async *write(entries) {
    yield toCsvLine(COLUMNS);
    for await (const entry of entries) {
      const record = toRecord(entry);
      yield toCsvLine(COLUMNS.map((column) => toOneLine(record[column])));
    }
  },
};

/** An array with one object a line. */
export const json: Feed = {
  name: "json",
  contentType: "application/json",
  extension: "json",
  hasComments: false,
  hasRules: false,
  isDetailed: true,
  mayOverlap: true,
  async *write(entries) {
    yield "[\n";
    yield* withCommas(entries, (entry) => JSON.stringify(toRecord(entry)));
    yield "]\n";
  },
};

function toRecord({ ip, since, until, by, reason, scanId, evidence }: FeedEntry): EntryRecord {
  return {
    ip,
    since: since === null ? null : toTime(since),
    until: until === null ? null : toTime(until),
    by,
    reason,
    scan: scanId,
    detections: evidence?.detections ?? null,
    total: evidence?.total ?? null,
    engines: evidence?.engines ?? [],
    owner: evidence?.owner ?? null,
    asn: evidence?.asn ?? null,
    country: evidence?.country ?? null,
    link: evidence?.link ?? null,
  };
}

// oxlint-disable-next-line no-control-regex
const LINE_BREAKING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu;

/** Each record stays on one line, for readers that go by lines. */
function toOneLine(value: EntryRecord[keyof EntryRecord]): CsvValue {
  if (value === null || typeof value === "number") return value;
  return (typeof value === "string" ? value : value.join("; ")).replace(LINE_BREAKING, " ");
}
