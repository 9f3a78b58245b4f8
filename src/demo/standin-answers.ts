import type { Kind } from "../model.ts";
import { type Analyses, createAnalyses } from "./standin-analyses.ts";
import { ERRORS, invalidArgument, notFound } from "./standin-errors.ts";
import { type Holder, toQuotas } from "./standin-keys.ts";
import { type StandinObject, toObjectBody, toStats } from "./standin-objects.ts";
import { type StandinReply, toErrorReply, toJsonReply } from "./standin-replies.ts";
import { idOf, type ObjectRoute, type Route } from "./standin-routes.ts";

export interface AnswerOptions {
  /** What it knows, by canonical value. */
  readonly objects: Readonly<Record<string, StandinObject | "missing">>;
  readonly bodyBytes: number | undefined;
}

/** A request that is neither turned away nor over quota. */
interface Question {
  readonly route: Route;
  readonly holder: Holder;
  /** The form that was posted, or "". */
  readonly form: string;
  readonly nowMs: number;
  /** The stand-in's own address. */
  readonly url: string;
}

export interface Answers {
  toReply(question: Question): StandinReply;
  /** From now on this is known of an object. */
  learn(value: string, object: StandinObject): void;
  /** The URL with this SHA-256, if it was asked for or handed in before, or is one of the known objects. */
  urlOf(sha256: string): string | undefined;
}

interface Memory {
  readonly known: ReadonlyMap<string, StandinObject | "missing">;
  readonly bodyBytes: number | undefined;
  readonly urls: Map<string, string>;
  readonly analyses: Analyses;
}

const NO_STATS = { malicious: 0, suspicious: 0, undetected: 0, harmless: 0, timeout: 0 };
const WORDS = { ip: "IP address", domain: "Domain", url: "URL", hash: "File" } satisfies Record<Kind, string>;

export function createAnswers({ objects, bodyBytes }: AnswerOptions): Answers {
  const known = new Map(Object.entries(objects));
  const urls = new Map(Object.keys(objects).map((value) => [idOf("url", value), value]));
  const memory = { known, bodyBytes, urls, analyses: createAnalyses() };
  return {
    toReply: (question) => toReply(memory, question),
    learn: (value, object) => void known.set(value, object),
    urlOf: (sha256) => urls.get(sha256),
  };
}

function toReply(memory: Memory, question: Question): StandinReply {
  const { route, holder, nowMs } = question;
  switch (route.asks) {
    case "object":
      return toObjectReply(memory, route, question);
    case "submit":
      return toSubmitReply(memory, question);
    case "rescan":
      return toDescriptor(memory, route.kind, route.value, question);
    case "analysis": {
      const text = memory.analyses.look(route.value);
      if (text === null) return toErrorReply(notFound(`Analysis "${route.value}" not found`));
      return toJsonReply(200, [text]);
    }
    case "quotas": {
      if (route.value !== holder.key && route.value !== holder.user) return toErrorReply(ERRORS.forbidden);
      return toJsonReply(200, [toQuotas(holder, nowMs)]);
    }
    case "invalid":
      return toErrorReply(invalidArgument(invalidMessage(route.kind, route.value)));
    case "nothing":
      return toErrorReply(notFound("Resource not found."));
  }
}

function toObjectReply(memory: Memory, route: ObjectRoute, { nowMs, url }: Question): StandinReply {
  const { kind, value, shown } = route;
  const { urls, known, bodyBytes } = memory;
  if (kind === "url") urls.set(idOf(kind, value), value);
  const body = toObjectBody(kind, value, known.get(value), { nowMs, bodyBytes, url });
  return body === null
    ? toErrorReply(notFound(`${WORDS[kind]} "${shown}" not found`))
    : toJsonReply(200, body);
}

function toSubmitReply(memory: Memory, question: Question): StandinReply {
  const submitted = new URLSearchParams(question.form).get("url") ?? "";
  if (!URL.canParse(submitted)) return toErrorReply(invalidArgument("Unable to canonicalize url"));
  const { href } = new URL(submitted);
  memory.urls.set(idOf("url", href), href);
  return toDescriptor(memory, "url", href, question);
}

function toDescriptor(
  { analyses, known }: Memory,
  kind: Kind,
  value: string,
  { nowMs, url }: Question,
): StandinReply {
  const stats = toStats(kind, value, known.get(value)) ?? NO_STATS;
  return toJsonReply(200, [analyses.submit({ kind, id: idOf("url", value), nowMs, stats, url })]);
}

/** The bytes literal is real: VirusTotal prints the name as its Python holds it. */
function invalidMessage(kind: Kind, value: string): string {
  return kind === "domain"
    ? `Domain "b'${value}'" is not a valid domain pattern`
    : `${WORDS[kind]} "${value}" is not valid`;
}
