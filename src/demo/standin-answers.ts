import type { Kind } from "../model.ts";
import { type Analyses, createAnalyses } from "./standin-analyses.ts";
import { type StandinError, toError } from "./standin-errors.ts";
import { type Holder, toQuotas } from "./standin-keys.ts";
import { type StandinObject, toObjectBody, toStats } from "./standin-objects.ts";
import { type StandinReply, toErrorReply, toJsonReply, toPageReply } from "./standin-replies.ts";
import { idOf, type Route } from "./standin-routes.ts";

export interface AnswerOptions {
  /** What it knows, by canonical value. */
  readonly objects: Readonly<Record<string, StandinObject | "missing">>;
  readonly bodyBytes: number | undefined;
}

/** What the stand-in answers to a question that is neither turned away nor over quota. */
export interface Answers {
  toReply(route: Route, holder: Holder, body: string, nowMs: number, url: string): StandinReply;
  /** The URL with this SHA-256, if it was asked for or handed in before, or is one of the known objects. */
  urlOf(sha256: string): string | undefined;
}

const NO_STATS = { malicious: 0, suspicious: 0, undetected: 0, harmless: 0, timeout: 0 };
const WORDS = { ip: "IP address", domain: "Domain", url: "URL", hash: "File" } satisfies Record<Kind, string>;

export function createAnswers({ objects, bodyBytes }: AnswerOptions): Answers {
  const analyses = createAnalyses();
  const urls = new Map(Object.keys(objects).map((value) => [idOf("url", value), value]));
  return {
    urlOf: (sha256) => urls.get(sha256),
    toReply(route, holder, body, nowMs, url) {
      switch (route.asks) {
        case "object": {
          if (route.kind === "url") urls.set(idOf("url", route.value), route.value);
          const options = { nowMs, bodyBytes, url };
          const text = toObjectBody(route.kind, route.value, objects[route.value], options);
          return text === null
            ? notFound(`${WORDS[route.kind]} "${route.shown}" not found`)
            : toJsonReply(200, text);
        }
        case "submit": {
          const submitted = new URLSearchParams(body).get("url") ?? "";
          if (!URL.canParse(submitted)) return failed(400, "Unable to canonicalize url");
          const { href } = new URL(submitted);
          urls.set(idOf("url", href), href);
          return submit(analyses, "url", href, objects[href], nowMs, url);
        }
        case "rescan":
          return submit(analyses, route.kind, route.value, objects[route.value], nowMs, url);
        case "analysis": {
          const text = analyses.look(route.value);
          return text === null ? notFound(`Analysis "${route.value}" not found`) : toJsonReply(200, text);
        }
        case "quotas": {
          const isOwn = route.value === holder.key || route.value === holder.user;
          return isOwn ? toJsonReply(200, toQuotas(holder, nowMs)) : failed(403);
        }
        case "invalid":
          return failed(400, invalidMessage(route.kind, route.value));
        case "nothing":
          return notFound("Resource not found.");
      }
    },
  };
}

function submit(
  analyses: Analyses,
  kind: Kind,
  value: string,
  known: StandinObject | "missing" | undefined,
  nowMs: number,
  url: string,
): StandinReply {
  const stats = toStats(kind, value, known) ?? NO_STATS;
  return toJsonReply(200, analyses.submit({ kind, id: idOf("url", value), nowMs, stats, url }));
}

function notFound(message: string): StandinReply {
  return failed(404, message);
}

function failed(status: 400 | 403 | 404, message?: string): StandinReply {
  const error: StandinError | null = toError(status);
  if (error === null) return toPageReply(status);
  const code = status === 400 ? "InvalidArgumentError" : error.code;
  return toErrorReply({ status, code, message: message ?? error.message });
}

/** The bytes literal is real: VirusTotal prints the name as its Python holds it. */
function invalidMessage(kind: Kind, value: string): string {
  return kind === "domain"
    ? `Domain "b'${value}'" is not a valid domain pattern`
    : `${WORDS[kind]} "${value}" is not valid`;
}
