import { isIP } from "node:net";
import { domainToASCII } from "node:url";

import ipaddr from "ipaddr.js";
import { z } from "zod";

import type { EngineStats, Facts, Indicator, Kind } from "../model.ts";
import { toPlainText } from "./virustotal-text.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Of an unexpected type counts as absent: none of these decides a verdict. */
const Text = z.string().nullish().catch(null);
const WholeNumber = z.int().nullish().catch(null);

const LAST_SECOND = Date.UTC(9999, 11, 31) / 1000;
const Seconds = z.int().positive().max(LAST_SECOND).nullish().catch(null);

const Country = z
  .string()
  .regex(/^[a-z]{2}$/i)
  .toUpperCase()
  .nullish()
  .catch(null);

/** The one part that must be right where it is there: a verdict rests on it. Engines number about 95. */
const Stats = z.record(z.string().regex(/^[\w-]{1,40}$/), z.int().nonnegative().max(1_000_000)).nullish();

const Attributes = z.object({
  last_analysis_stats: Stats,
  last_analysis_results: z.custom<Fields>(isFields).nullish().catch(null),
  last_analysis_date: Seconds,
  as_owner: Text,
  asn: z.int().nonnegative().max(0xff_ff_ff_ff).nullish().catch(null),
  country: Country,
  network: Text,
  reputation: WholeNumber,
  tags: z.array(z.unknown()).nullish().catch(null),
  md5: Text,
  sha1: Text,
});
type Attributes = z.infer<typeof Attributes>;

const Answer = z.object({ data: z.object({ id: z.string(), type: z.string(), attributes: Attributes }) });

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
    owner: toText(attributes.as_owner),
    asn: attributes.asn ?? null,
    country: attributes.country ?? null,
    network: toText(attributes.network),
    reputation: attributes.reputation ?? null,
    tags: toTags(attributes.tags ?? []),
    analysedAt: toMs(attributes.last_analysis_date),
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
  return own === null || own === undefined || own.toLowerCase() === hash;
}

function toAddress(text: string): string {
  return isIP(text) === 0 ? `none:${text}` : ipaddr.parse(text).toNormalizedString();
}

function toHost(text: string): string {
  return domainToASCII(text).replace(/\.$/, "");
}

function toText(text: string | null | undefined): string | null {
  return toPlainText(text ?? "");
}

function toMs(seconds: number | null | undefined): number | null {
  return seconds === null || seconds === undefined ? null : seconds * 1000;
}

function toStats(stats: EngineStats): EngineStats | null {
  return Object.values(stats).some((count) => count > 0) ? stats : null;
}

/** By hand, since a schema for each of 95 engines takes longer than reading the JSON. */
function toFlags(results: Fields): Facts["flaggedBy"] {
  const flags: { engine: string; category: string }[] = [];
  for (const [key, result] of Object.entries(results)) {
    if (!isFields(result)) continue;
    const { category, engine_name: name } = result;
    if (category !== "malicious" && category !== "suspicious") continue;
    const engine = (typeof name === "string" ? toPlainText(name) : null) ?? toPlainText(key);
    if (engine !== null) flags.push({ engine, category });
  }
  return flags.sort((a, b) => inAlphabet(a.engine, b.engine)).slice(0, MOST_FLAGS);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toTags(tags: readonly unknown[]): readonly string[] {
  const texts = tags.flatMap((tag) => (typeof tag === "string" ? [toPlainText(tag)] : []));
  return texts.filter((tag) => tag !== null).slice(0, MOST_TAGS);
}
