import { readFile } from "node:fs/promises";

import { z } from "zod";

import type { Log } from "../log.ts";
import { NO_FACTS, type Facts, type Indicator } from "../model.ts";

/** The file that VT Automation Scanner kept beside itself: `{"evil.example": "=2/94"}`, without a date. */
const FILE = "vt_cache.json";

/** Verdicts of unknown age. They are good enough to be shown as old, and never spare a request. */
export interface OldCache {
  find(indicator: Indicator): Facts | null;
}

const File = z.record(z.string(), z.unknown());

/** Reads the file of the working directory; one that is missing or cannot be understood holds nothing. */
export async function readOldCache(log: Log): Promise<OldCache> {
  const text = await readFile(FILE, "utf8").catch(() => null);
  if (text === null) return { find: () => null };
  const entries = new Map(
    Object.entries(parse(text, log)).map(([name, score]) => [name.trim().toLowerCase(), score]),
  );
  return {
    find: ({ kind, value }) => (kind === "domain" ? toFacts(entries.get(value)) : null),
  };
}

function parse(text: string, log: Log): Readonly<Record<string, unknown>> {
  try {
    return File.parse(JSON.parse(text));
  } catch (error) {
    log.warn({ err: error }, "vt_cache.json cannot be understood and is not used");
    return {};
  }
}

function toFacts(score: unknown): Facts | null {
  const found = /^=?(\d{1,4})\/(\d{1,4})$/.exec(typeof score === "string" ? score.trim() : "");
  const [malicious, total] = [Number(found?.[1]), Number(found?.[2])];
  if (found === null || malicious > total) return null;
  return { ...NO_FACTS, stats: { malicious, "not recorded": total - malicious } };
}
