import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

import type { Core, ExportRequest } from "../../src/contract.ts";
import type { Desk } from "./scan-request.ts";
import type { Server } from "./server.ts";

const compress = promisify(gzip);

const Name = z.object({ format: z.string().max(40) });
const Options = z.object({
  collapse: z.stringbool().default(false),
  comments: z.stringbool().default(false),
  rules: z.stringbool().default(false),
});

/** A feed, ready to be sent. */
interface Feed {
  readonly version: string;
  readonly contentType: string;
  readonly etag: string;
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
  const tags = ["feeds"];
  server.get(
    "/blacklist.txt",
    { config, schema: { tags, summary: "What is blocked, an address a line" } },
    async (request, reply) =>
      send(request, reply, await feeds({ format: "plain", collapse: false, comments: false, rules: false })),
  );
  server.get(
    "/feeds/:format",
    {
      config,
      schema: {
        tags,
        summary: "What is blocked, in the format of a firewall",
        params: Name,
        querystring: Options,
      },
    },
    async (request, reply) =>
      send(request, reply, await feeds({ format: request.params.format, ...request.query })),
  );
}

function createFeeds(core: Core): (request: ExportRequest) => Promise<Feed> {
  const made = new Map<string, Promise<Feed>>();
  return async (request) => {
    const version = await core.blockListVersion();
    const name = JSON.stringify(request);
    const known = made.get(name);
    if (known !== undefined && (await known).version === version) return known;
    const feed = make(core, request, version);
    made.delete(name);
    made.set(name, feed);
    feed.catch(() => made.delete(name));
    for (const oldest of [...made.keys()].slice(0, -MOST_FEEDS)) made.delete(oldest);
    return feed;
  };
}

async function make(core: Core, request: ExportRequest, version: string): Promise<Feed> {
  const list = await core.exportBlockList(request);
  const chunks: Buffer[] = [];
  for await (const chunk of list.chunks()) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks);
  return {
    version,
    contentType: list.contentType,
    etag: createHash("sha256").update(body).digest("base64url").slice(0, 27),
    lastModified: new Date(core.blockListChangedAt() ?? 0).toUTCString(),
    body,
    zipped: await compress(body),
  };
}

function send({ headers, method }: FastifyRequest, reply: FastifyReply, feed: Feed): FastifyReply {
  const isZipped = /\bgzip\b/u.test(String(headers["accept-encoding"] ?? ""));
  const etag = `"${feed.etag}${isZipped ? "-gz" : ""}"`;
  void reply
    .header("etag", etag)
    .header("last-modified", feed.lastModified)
    .header("vary", "accept-encoding")
    .header("cache-control", "no-cache");
  if (isSame(headers, feed)) return reply.code(304).send();
  void reply.type(feed.contentType);
  if (isZipped) void reply.header("content-encoding", "gzip");
  const body = isZipped ? feed.zipped : feed.body;
  if (method === "HEAD") return reply.header("content-length", body.byteLength).send();
  return reply.send(body);
}

/** RFC 9110: If-Modified-Since counts only without If-None-Match. */
function isSame(headers: FastifyRequest["headers"], { etag, lastModified }: Feed): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined)
    return tags.trim() === "*" || tags.includes(`"${etag}"`) || tags.includes(`"${etag}-gz"`);
  const since = headers["if-modified-since"];
  return since !== undefined && Date.parse(since) >= Date.parse(lastModified);
}
