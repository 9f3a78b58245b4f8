import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import type { Core, ExportRequest } from "../../src/contract.ts";
import { Problem } from "./problem.ts";
import type { Desk } from "./scan-request.ts";
import { Fault } from "./schemas.ts";
import type { Server } from "./server.ts";

const compress = promisify(gzip);

const Name = z.object({ format: z.string().max(40).meta({ example: "plain" }) });
const Options = z.object({
  collapse: z.stringbool().default(false).describe("Neighbours as networks"),
  comments: z.stringbool().default(false).describe("Who, when and why"),
  rules: z.stringbool().default(false).describe("With the rules that use the list"),
});

/** A feed, ready to be sent. */
interface Feed {
  readonly contentType: string;
  readonly etag: string;
  /** In ms since 1970. */
  readonly modifiedAt: number;
  readonly lastModified: string;
  readonly body: Buffer;
  readonly zipped: Buffer;
}

/** Feeds of so many formats and options are held: of 100,000 addresses one takes a few MB. */
const MOST_FEEDS = 8;

/** `GET /blacklist.txt` and `/feeds/{format}`, for firewalls. A feed is made anew when the list has changed. */
export function addFeeds(server: Server, { core }: Desk): void {
  const feeds = createFeeds(core);
  const config = { access: "feed" } as const;
  const text = z.string().meta({ description: "The list; its type depends on the format" });
  const same = z.null().meta({ description: "As it was" });
  const about = { tags: ["feeds"], response: { 200: text, 304: same } };
  server.get(
    "/blacklist.txt",
    { config, schema: { ...about, summary: "What is blocked, an address a line" } },
    async (request, reply) =>
      send(request, reply, await feeds({ format: "plain", collapse: false, comments: false, rules: false })),
  );
  server.get(
    "/feeds/:format",
    {
      config,
      schema: {
        ...about,
        summary: "What is blocked, in the format of a firewall",
        params: Name,
        querystring: Options,
        response: { ...about.response, 404: Fault, 422: Fault },
      },
    },
    async (request, reply) => {
      const format = request.params.format.toLowerCase();
      const { formats } = core;
      if (!formats.includes(format))
        throw new Problem(404, `There is no format "${format}". Formats: ${formats.join(", ")}.`);
      return send(request, reply, await feeds({ format, ...request.query }));
    },
  );
}

function createFeeds(core: Core): (request: ExportRequest) => Promise<Feed> {
  const made = new Map<string, { readonly version: string; readonly feed: Promise<Feed> }>();
  return async (request) => {
    const version = await core.blockListVersion();
    const name = JSON.stringify(request);
    const known = made.get(name);
    if (known?.version === version) return known.feed;
    const entry = { version, feed: make(core, request, known?.feed ?? null) };
    made.delete(name);
    made.set(name, entry);
    entry.feed.catch(() => made.get(name) === entry && made.delete(name));
    for (const oldest of [...made.keys()].slice(0, -MOST_FEEDS)) made.delete(oldest);
    return entry.feed;
  };
}

async function make(core: Core, request: ExportRequest, earlier: Promise<Feed> | null): Promise<Feed> {
  const before = await earlier?.catch(() => null);
  const list = await core.exportBlockList(request);
  const chunks: Buffer[] = [];
  for await (const chunk of list.chunks()) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks);
  const etag = createHash("sha256").update(body).digest("base64url").slice(0, 27);
  // What is asked for by time must never be older than what was sent before.
  const changedAt = before === null || before === undefined ? await core.blockListChangedAt() : Date.now();
  const modifiedAt =
    before?.etag === etag ? before.modifiedAt : Math.min(changedAt ?? Date.now(), Date.now());
  return {
    contentType: list.contentType,
    etag,
    modifiedAt,
    lastModified: new Date(modifiedAt).toUTCString(),
    body,
    zipped: await compress(body),
  };
}

const SECOND_MS = 1000;

function send({ headers }: FastifyRequest, reply: FastifyReply, feed: Feed): FastifyReply {
  const isZipped = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/u.test(
    [headers["accept-encoding"] ?? ""].flat().join(","),
  );
  const etag = `"${feed.etag}${isZipped ? "-gz" : ""}"`;
  void reply.header("etag", etag).header("vary", "accept-encoding").header("cache-control", "no-cache");
  // Within the same second it may change again, and nobody could tell by the time.
  if (Date.now() >= feed.modifiedAt + SECOND_MS) void reply.header("last-modified", feed.lastModified);
  if (isSame(headers, feed)) return reply.code(304).send();
  void reply.type(feed.contentType);
  if (isZipped) void reply.header("content-encoding", "gzip");
  return reply.send(isZipped ? feed.zipped : feed.body);
}

/** RFC 9110: If-Modified-Since counts only without If-None-Match. */
function isSame(headers: FastifyRequest["headers"], { etag, lastModified }: Feed): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined)
    return tags.trim() === "*" || tags.includes(`"${etag}"`) || tags.includes(`"${etag}-gz"`);
  const since = headers["if-modified-since"];
  return since !== undefined && Date.parse(since) >= Date.parse(lastModified);
}
