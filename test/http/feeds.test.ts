import { utimesSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";

import { pino } from "pino";
import { describe, expect, test } from "vitest";

import { exportBlockList } from "../../src/commands/export-block-list.ts";
import { readConfig } from "../../src/config.ts";
import { FEEDS } from "../../src/feeds/formats.ts";
import { flagged } from "../cli/program.ts";
import { askBare, openHttp, proposals, shareHttp, until, type HttpStage, type Site } from "./stage.ts";

const LIST = "# ours\n45.10.0.2\n45.10.0.1\n2a0d:1::1\n45.10.0.3 # case 7\n";
const TOKEN = "feed-token-of-the-test";

async function openListed(env = {}): Promise<{ readonly stage: HttpStage; readonly site: Site }> {
  const stage = await openHttp({ objects: { "45.20.0.1": flagged(9) } });
  stage.write("blacklist.txt", LIST);
  return { stage, site: await stage.start(env) };
}

function basic(password: string): string {
  return `Basic ${Buffer.from(`firewall:${password}`).toString("base64")}`;
}

/** What `vtip blocklist export` writes. */
async function exported(stage: HttpStage, format: string): Promise<string> {
  const env = await stage.environment();
  return stage.inRecords(async (records) => {
    const tools = { config: readConfig(env), records, log: pino({ enabled: false }) };
    const request = { format, collapse: false, comments: false, rules: false };
    let text = "";
    for await (const chunk of (await exportBlockList(tools, request)).chunks()) text += chunk;
    return text;
  });
}

describe("a feed", () => {
  const shared = shareHttp();

  test.each(FEEDS.map(({ name }) => name))("of the format %s is what an export writes", async (format) => {
    const { stage, site } = shared();
    stage.write("blacklist.txt", LIST);
    await pause(150);

    const feed = await site.get(`/feeds/${format}`);

    expect(feed.status).toBe(200);
    expect(feed.text).toBe(await exported(stage, format));
    expect(feed.text).toContain("45.10.0.1");
    expect(feed.headers.get("content-type")).toMatch(/^(?:text|application)\//);
  });

  test("is asked for in whatever case, with options", async () => {
    const { stage, site } = shared();
    stage.write("blacklist.txt", "45.10.0.0\n45.10.0.1\n");
    await pause(150);

    const feed = await site.get("/feeds/PLAIN?collapse=true");

    expect(feed.text).toBe("45.10.0.0/31\n");
  });

  test("of a format that is none is 404, and says which there are", async () => {
    const answer = await shared().site.get("/feeds/cisco");

    expect(answer.status).toBe(404);
    expect(answer.error()).toMatch(/no format "cisco"\. Formats: plain/);
  });

  test("with an option that the format lacks is refused", async () => {
    const answer = await shared().site.get("/feeds/json?comments=true");

    expect([answer.status, answer.error()]).toEqual([422, expect.stringMatching(/no comments/)]);
    expect((await shared().site.get("/feeds/plain?collapse=perhaps")).status).toBe(400);
  });

  test("of an empty list is empty", async () => {
    const { stage, site } = shared();
    stage.write("blacklist.txt", "");
    await pause(150);

    const feed = await site.get("/blacklist.txt");

    expect([feed.status, feed.text]).toEqual([200, ""]);
  });
});

describe("a feed that is asked for again", () => {
  test("is 304 with the same ETag, and its own again when the list has changed", async () => {
    const { stage, site } = await openListed();
    const first = await site.get("/blacklist.txt");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]+"$/);

    const same = await site.get("/blacklist.txt", { "if-none-match": `W/"x", ${etag}` });
    stage.write("blacklist.txt", "45.10.0.9\n");
    await pause(150);
    const other = await site.get("/blacklist.txt", { "if-none-match": etag });

    expect([same.status, same.text, same.headers.get("etag")]).toEqual([304, "", etag]);
    expect([other.status, other.text]).toEqual([200, "45.10.0.9\n"]);
    expect(other.headers.get("etag")).not.toBe(etag);
  });

  test("has an ETag of its own where it is packed, and unpacks to the same", async () => {
    const { site } = await openListed();
    const plain = await askBare(site, "/feeds/plain");
    const packed = await site.get("/feeds/plain", { "accept-encoding": "gzip, br" });
    const unwanted = await askBare(site, "/feeds/plain", { headers: { "accept-encoding": "gzip;q=0" } });

    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(unwanted.headers["content-encoding"]).toBeUndefined();
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    expect(packed.headers.get("vary")).toMatch(/accept-encoding/i);
    expect(packed.text).toBe(plain.text);
    expect(packed.headers.get("etag")).not.toBe(plain.headers.etag);
    const raw = await fetchRaw(site);
    expect(gunzipSync(raw).toString()).toBe(plain.text);
  });

  test("by its time is 304, until the list has changed", async () => {
    const { stage, site } = await openListed();
    const time = await until(
      async () => (await site.get("/blacklist.txt")).headers.get("last-modified") ?? undefined,
      "a time that is long enough ago",
    );
    expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());

    const same = await site.get("/blacklist.txt", { "if-modified-since": time });
    const both = await site.get("/blacklist.txt", { "if-modified-since": time, "if-none-match": '"other"' });
    stage.write("blacklist.txt", "45.10.0.9\n");
    // As a copy that keeps the times of what it copies.
    utimesSync(stage.path("blacklist.txt"), new Date(0), new Date(0));
    await pause(150);
    const other = await site.get("/blacklist.txt", { "if-modified-since": time });

    expect(same.status).toBe(304);
    expect(both.status).toBe(200);
    expect([other.status, other.text]).toEqual([200, "45.10.0.9\n"]);
    // Within the second of a change it may change again.
    expect(other.headers.get("last-modified")).toBeNull();
  });

  test("has head and length alone for HEAD", async () => {
    const { site } = await openListed();
    const get = await askBare(site, "/feeds/plain");

    const head = await askBare(site, "/feeds/plain", { method: "HEAD" });

    expect([head.status, head.text]).toEqual([200, ""]);
    expect(head.headers["content-length"]).toBe(String(get.text.length));
    expect(head.headers.etag).toBe(get.headers.etag);
    expect(head.headers["content-type"]).toBe(get.headers["content-type"]);
  });

  test("follows what approvers decide, also where the addresses stay the same", async () => {
    const { stage, site } = await openListed();
    const before = await site.get("/feeds/json");
    await site.post("/verificar_ip", { ip: "45.20.0.1" });
    const [proposal] = await proposals(site, 1);
    await site.post(`/api/proposals/${proposal?.proposalId}/decision`, {
      decision: "block",
      reason: "case 9",
    });

    const after = await until(async () => {
      const feed = await site.get("/feeds/json", { "if-none-match": before.headers.get("etag") ?? "" });
      return feed.status === 200 && feed.text.includes("case 9") && feed;
    }, "the block in the feed");
    await stage.inRecords(async (records) => {
      await records.updateTable("block").set({ reason: "case 10" }).where("ip", "=", "45.20.0.1").execute();
    });
    await site.send("DELETE", "/api/blocks/45.10.0.3");

    const later = await until(async () => {
      const feed = await site.get("/feeds/json", { "if-none-match": after.headers.get("etag") ?? "" });
      return feed.status === 200 && feed;
    }, "the change");
    expect(later.text).toContain("case 10");
    expect(later.text).not.toContain("45.10.0.3");
  });
});

async function fetchRaw({ port }: Site): Promise<Buffer> {
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, path: "/feeds/plain", headers: { "accept-encoding": "gzip" } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve(Buffer.concat(chunks)));
      },
    );
    asked.on("error", reject).end();
  });
}

describe("with FEED_TOKEN", () => {
  test("a feed is handed out by basic authentication or as bearer, and nothing else with it", async () => {
    const { site } = await openListed({ FEED_TOKEN: TOKEN, HTTP_TOKEN: "user-token-of-the-test" });
    const status = async (path: string, authorization?: string) =>
      (await site.get(path, authorization === undefined ? {} : { authorization })).status;

    expect(await status("/blacklist.txt")).toBe(401);
    expect(await status("/blacklist.txt", basic("wrong-token-of-the-test"))).toBe(401);
    expect(await status("/blacklist.txt", basic(TOKEN))).toBe(200);
    expect(await status("/feeds/nftables", `Bearer ${TOKEN}`)).toBe(200);
    expect(await status("/feeds/nftables", basic("user-token-of-the-test"))).toBe(200);
    expect(await status("/api/blocks", `Bearer ${TOKEN}`)).toBe(401);
    expect(await status("/api/blocks", "Bearer user-token-of-the-test")).toBe(200);
    const asked = await site.get("/blacklist.txt");
    expect(asked.headers.get("www-authenticate")).toMatch(/^Basic realm=/);
  });

  test("alone, this machine's users need it for feeds only", async () => {
    const { site } = await openListed({ FEED_TOKEN: TOKEN });

    expect((await site.get("/blacklist.txt")).status).toBe(401);
    expect((await site.get("/api/blocks")).status).toBe(200);
  });
});
