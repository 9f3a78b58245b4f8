import { isIP } from "node:net";
import { domainToASCII } from "node:url";

import ipaddr from "ipaddr.js";
import { z } from "zod";

import type { EngineStats, Facts, Indicator, Kind } from "../model.ts";
import { toPlainText } from "./virustotal-text.ts";

/** Of an unexpected type counts as absent: none of these decides a verdict. */
const Text = z.string().transform(toPlainText).nullable().catch(null);
const WholeNumber = z.int().nullable().catch(null);

const LAST_SECOND = Date.UTC(9999, 11, 31) / 1000;
const Seconds = z.int().positive().max(LAST_SECOND).nullable().catch(null);

const Country = z
  .string()
  .regex(/^[a-z]{2}$/i)
  .toUpperCase()
  .nullable()
  .catch(null);

/** The one part that must be right where it is there: a verdict rests on it. Engines number about 95. */
const Stats = z.record(z.string().regex(/^[\w-]{1,40}$/), z.int().nonnegative().max(1_000_000)).nullish();

const Attributes = z.object({
  last_analysis_stats: Stats,
  last_analysis_results: z.record(z.string(), z.unknown()).nullable().catch(null),
  last_analysis_date: Seconds,
  as_owner: Text,
  asn: z.int().nonnegative().max(0xff_ff_ff_ff).nullable().catch(null),
  country: Country,
  network: Text,
  reputation: WholeNumber,
  tags: z.array(z.unknown()).catch([]),
  md5: Text,
  sha1: Text,
});
type Attributes = z.infer<typeof Attributes>;

const Answer = z.object({ data: z.object({ id: z.string(), type: z.string(), attributes: Attributes }) });

const EngineResult = z.object({ category: z.string(), engine_name: z.string().optional().catch(undefined) });

const ErrorBody = z.object({
  error: z.object({ code: z.string().regex(/^[A-Za-z]{1,60}$/), message: z.string().catch("") }),
});

const TYPES = { ip: "ip_address", domain: "domain", url: "url", hash: "file" } satisfies Record<Kind, string>;

/** Sanity bounds, far above what VirusTotal sends: what is kept of an answer stays small. */
const MOST_FLAGS = 500;
const MOST_TAGS = 100;

const inAlphabet = new Intl.Collator("en").compare;

/** What VirusTotal's answer says on this indicator. Null when the body is none, or is about something else. */
export function toFacts(body: unknown, indicator: Indicator): Facts | null {
  const parsed = Answer.safeParse(body);
  if (!parsed.success) return null;
  const { id, type, attributes } = parsed.data.data;
  if (type !== TYPES[indicator.kind] || !isAbout(indicator, id, attributes)) return null;
  return {
    stats: toStats(attributes.last_analysis_stats ?? {}),
    flaggedBy: toFlags(attributes.last_analysis_results ?? {}),
    owner: attributes.as_owner,
    asn: attributes.asn,
    country: attributes.country,
    network: attributes.network,
    reputation: attributes.reputation,
    tags: toTags(attributes.tags),
    analysedAt: attributes.last_analysis_date === null ? null : attributes.last_analysis_date * 1000,
  };
}

/** VirusTotal's error `{code, message}`; null when the body is none. */
export function toErrorBody(body: unknown): { readonly code: string; readonly message: string } | null {
  const parsed = ErrorBody.safeParse(body);
  return parsed.success ? parsed.data.error : null;
}

/** A URL's id is a SHA-256 over VirusTotal's own spelling of it, which nobody else can work out. */
function isAbout(indicator: Indicator, id: string, attributes: Attributes): boolean {
  switch (indicator.kind) {
    case "ip":
      return id === indicator.value || toAddress(id) === toAddress(indicator.value);
    case "domain":
      return id === indicator.value || toHost(id) === toHost(indicator.value);
    case "hash":
      return isFile(indicator.value, id.toLowerCase(), attributes);
    case "url":
      return true;
  }
}

/** A file asked for by MD5 or SHA-1 has its SHA-256 for an id. */
function isFile(hash: string, id: string, attributes: Attributes): boolean {
  if (hash.length === 64) return id === hash;
  const own = hash.length === 32 ? attributes.md5 : attributes.sha1;
  return own === null || own.toLowerCase() === hash;
}

function toAddress(text: string): string {
  return isIP(text) === 0 ? `none:${text}` : ipaddr.parse(text).toNormalizedString();
}

function toHost(text: string): string {
  return domainToASCII(text).replace(/\.$/, "");
}

function toStats(stats: EngineStats): EngineStats | null {
  return Object.values(stats).some((count) => count > 0) ? stats : null;
}

function toFlags(results: Readonly<Record<string, unknown>>): Facts["flaggedBy"] {
  const flags: { engine: string; category: string }[] = [];
  for (const [name, result] of Object.entries(results)) {
    const parsed = EngineResult.safeParse(result);
    if (!parsed.success) continue;
    const { category, engine_name: engineName } = parsed.data;
    if (category !== "malicious" && category !== "suspicious") continue;
    const engine = toPlainText(engineName ?? "") ?? toPlainText(name);
    if (engine !== null) flags.push({ engine, category });
  }
  return flags.sort((a, b) => inAlphabet(a.engine, b.engine)).slice(0, MOST_FLAGS);
}

function toTags(tags: readonly unknown[]): readonly string[] {
  const texts = tags.flatMap((tag) => (typeof tag === "string" ? [toPlainText(tag)] : []));
  return texts.filter((tag) => tag !== null).slice(0, MOST_TAGS);
}
