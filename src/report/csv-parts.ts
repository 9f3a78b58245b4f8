import { appendFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import type { Result, VerdictRule } from "../model.ts";
import { toCsvLine } from "./csv-field.ts";
import { toRecord, type ResultRecord } from "./record.ts";

const ROWS_AT_ONCE = 200;
const zip = promisify(gzip);

/**
 * Writes results as csv.gz files of at most `mostBytes` each, every one with the headings, and resolves to how many
 * bytes each has. `toPath` names the n-th, from 0. Rejects when one cannot be written. A file is a row of gzip members, which every reader joins.
 */
export async function writeCsvParts(
  results: AsyncIterable<Result>,
  rule: VerdictRule,
  mostBytes: number,
  toPath: (n: number) => string,
): Promise<readonly number[]> {
  const sizes: number[] = [];
  for await (const records of inBatches(results, rule)) {
    const bytes = await zip(records.map(toLine).join(""));
    const size = sizes.at(-1);
    if (size === undefined || size + bytes.length > mostBytes) {
      const first = Buffer.concat([await zip(toHeadings(records)), bytes]);
      await writeFile(toPath(sizes.length), first);
      sizes.push(first.length);
    } else {
      await appendFile(toPath(sizes.length - 1), bytes);
      sizes[sizes.length - 1] = size + bytes.length;
    }
  }
  return sizes;
}

/** Results as csv, the headings first; each piece is some lines. */
export async function* toCsv(batches: AsyncIterable<readonly ResultRecord[]>): AsyncGenerator<string> {
  let isFirst = true;
  for await (const records of batches) {
    if (records.length === 0) continue;
    yield `${isFirst ? toHeadings(records) : ""}${records.map(toLine).join("")}`;
    isFirst = false;
  }
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

function toHeadings([first]: readonly ResultRecord[]): string {
  return `\uFEFF${Object.keys(first ?? {}).join(",")}\r\n`;
}

function toLine(record: ResultRecord): string {
  return toCsvLine(valuesOf(record));
}

function valuesOf(record: ResultRecord): readonly ResultRecord[keyof ResultRecord][] {
  return Object.values(record);
}
