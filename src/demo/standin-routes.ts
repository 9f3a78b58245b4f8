import { createHash } from "node:crypto";
import { isIP } from "node:net";

import type { Kind } from "../model.ts";

/** A question about one object, or for a new analysis of it. */
export interface ObjectRoute {
  readonly asks: "object" | "rescan";
  readonly kind: Kind;
  /** Canonical, such as the URL that an id stands for. */
  readonly value: string;
  /** As it was asked for. */
  readonly shown: string;
}

/** What a request to the stand-in asks for. `invalid` is a value that VirusTotal would not take. */
export type Route =
  | ObjectRoute
  | { readonly asks: "invalid"; readonly kind: Kind; readonly value: string }
  | { readonly asks: "analysis" | "quotas"; readonly value: string }
  | { readonly asks: "submit" | "nothing" };

const NOTHING: Route = { asks: "nothing" };

const COLLECTIONS: Readonly<Record<string, Kind>> = {
  ip_addresses: "ip",
  domains: "domain",
  urls: "url",
  files: "hash",
};

/** Reads method and path, as they stand after `/api/v3`. `urlOf` tells the URL of a SHA-256 that was seen before. */
export function toRoute(method: string, path: string, urlOf: (sha256: string) => string | undefined): Route {
  const [collection = "", id = "", action = "", ...more] = path.slice(1).split("/").map(decode);
  const kind = COLLECTIONS[collection];
  if (more.length > 0) return NOTHING;
  if (method === "POST" && path === "/urls") return { asks: "submit" };
  if (kind !== undefined && id !== "") {
    if (method === "GET" && action === "") return toObject("object", kind, id, urlOf);
    if (method === "POST" && action === "analyse") return toObject("rescan", kind, id, urlOf);
  }
  if (method !== "GET" || id === "") return NOTHING;
  if (collection === "analyses" && action === "") return { asks: "analysis", value: id };
  if (collection === "users" && action === "overall_quotas") return { asks: "quotas", value: id };
  return NOTHING;
}

/** The id under which an object is kept: a SHA-256 for URLs, and for files that were asked for by MD5 or SHA-1. */
export function idOf(kind: Kind, value: string): string {
  const isOwn = kind === "ip" || kind === "domain" || isSha256(value);
  return isOwn ? value : createHash("sha256").update(value).digest("hex");
}

function toObject(
  asks: "object" | "rescan",
  kind: Kind,
  id: string,
  urlOf: (sha256: string) => string | undefined,
): Route {
  const value = kind === "url" ? toUrl(id, urlOf) : id.toLowerCase();
  if (value === null || !isValid(kind, value)) return { asks: "invalid", kind, value: id };
  return { asks, kind, value, shown: id };
}

/** By SHA-256, or by base64 with and without padding. An unknown SHA-256 stands for itself. */
function toUrl(id: string, urlOf: (sha256: string) => string | undefined): string | null {
  if (isSha256(id)) return urlOf(id) ?? id;
  const text = Buffer.from(id, "base64url").toString();
  return /^[\w-]+=*$/.test(id) && URL.canParse(text) ? text : null;
}

function isValid(kind: Kind, value: string): boolean {
  switch (kind) {
    case "ip":
      return isIP(value) !== 0;
    case "domain":
      return /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(value);
    case "url":
    case "hash":
      return true;
  }
}

function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
