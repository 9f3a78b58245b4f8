import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import type { Result, VerdictRule } from "../model.ts";
import { toRecord, type ResultRecord } from "./record.ts";

const ROWS_AT_ONCE = 200;
const zip = promisify(gzip);

/**
 * Writes results as csv.gz files of at most `mostBytes` each, every one with the headings, and resolves to how many
 * bytes each has. `toPath` names the n-th, from 0. A file is a row of gzip members, which every reader joins.
 */
export async function writeCsvParts(
  results: AsyncIterable<Result>,
  rule: VerdictRule,
  mostBytes: number,
  toPath: (n: number) => string,
): Promise<readonly number[]> {
  const sizes: number[] = [];
  let part: ReturnType<typeof createWriteStream> | null = null;
  for await (const records of inBatches(results, rule)) {
    const size = sizes.at(-1) ?? 0;
    let bytes = await zip(records.map(toLine).join(""));
    if (part === null || size + bytes.length > mostBytes) {
      if (part !== null) await end(part);
      part = createWriteStream(toPath(sizes.length));
      bytes = Buffer.concat([await zip(toHeadings(records)), bytes]);
      sizes.push(0);
    }
    sizes[sizes.length - 1] = (sizes.at(-1) ?? 0) + bytes.length;
    if (!part.write(bytes)) await once(part, "drain");
  }
  if (part !== null) await end(part);
  return sizes;
}

async function* inBatches(
  results: AsyncIterable<Result>,
  rule: VerdictRule,
): AsyncGenerator<readonly ResultRecord[]> {
  let batch: ResultRecord[] = [];
  for await (const result of results) {
    batch.push(toRecord(result, rule));
    if (batch.length < ROWS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function end(part: ReturnType<typeof createWriteStream>): Promise<void> {
  part.end();
  await once(part, "close");
}

function toHeadings([first]: readonly ResultRecord[]): string {
  return `\uFEFF${Object.keys(first ?? {}).join(",")}\r\n`;
}

function toLine(record: ResultRecord): string {
  return `${valuesOf(record).map(toField).join(",")}\r\n`;
}

function valuesOf(record: ResultRecord): readonly ResultRecord[keyof ResultRecord][] {
  return Object.values(record);
}

/** RFC 4180. What a spreadsheet would take for a formula gets an apostrophe before it. */
function toField(value: ResultRecord[keyof ResultRecord]): string {
  if (value === null) return "";
  const text = typeof value === "object" ? value.join("; ") : String(value);
  const safe = typeof value !== "number" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
