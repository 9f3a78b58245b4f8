import { describe, expect, test } from "vitest";

import { askBare, openHttp, shareHttp, type ScanBody } from "./stage.ts";

const TOKEN = "user-token-of-the-test";
const PAGE = "https://soc.example.com";
const EVIL = "https://evil.example";
const BEARER = { authorization: `Bearer ${TOKEN}` };
const FROM = { origin: PAGE, "sec-fetch-site": "cross-site" };

describe("with HTTP_CORS_ORIGINS", () => {
  const shared = shareHttp(
    {},
    {
      HTTP_TOKEN: TOKEN,
      HTTP_CORS_ORIGINS: `${PAGE}, http://127.0.0.1:8080`,
      FEED_TOKEN: "feed-token-012345",
    },
  );

  test.each(["/api/scans", "/verificar_ip", "/api/blocks/1.2.3.4", "/feeds/plain"])(
    "a browser that asks before it sends to %s is told what it may, without a token",
    async (path) => {
      const headers = { ...FROM, "access-control-request-method": "POST" };

      const answer = await askBare(shared().site, path, { method: "OPTIONS", headers });

      expect(answer.status).toBe(204);
      expect(answer.headers).toMatchObject({
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "GET, HEAD, POST, DELETE",
        "access-control-allow-headers": "authorization, content-type, if-none-match, prefer",
        vary: "origin",
      });
      expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
    },
  );

  test("a page of a listed origin reads and does what its token may, and caches keep answers apart", async () => {
    const { site } = shared();

    const read = await site.get("/api/scans", { ...FROM, ...BEARER });
    const done = await site.post("/verificar_ip", { ip: "10.0.0.1" }, { ...FROM, ...BEARER });
    const feed = await site.get("/blacklist.txt", { ...FROM, ...BEARER });
    const bare = await site.get("/healthz");

    expect([read.status, done.status, feed.status]).toEqual([200, 200, 200]);
    for (const { headers } of [read, done, feed]) {
      expect(headers.get("access-control-allow-origin")).toBe(PAGE);
      expect(headers.get("access-control-allow-credentials")).toBeNull();
    }
    expect(feed.headers.get("vary")).toBe("accept-encoding, origin");
    expect([bare.headers.get("vary"), bare.headers.get("access-control-allow-origin")]).toEqual([
      "origin",
      null,
    ]);
  });

  test("events of a scan can be read there too", async () => {
    const { site } = shared();
    const begun = await site.post("/api/scans", { text: "10.0.0.1" }, { ...FROM, ...BEARER });
    const { id } = begun.json() as ScanBody;

    const events = await site.get(`/api/scans/${id}/events`, { ...FROM, ...BEARER });

    expect(events.text).toContain('"state":"done"');
    expect(events.headers.get("access-control-allow-origin")).toBe(PAGE);
  });

  test("a fault can be read there too", async () => {
    const answer = await shared().site.get("/api/scans/S-0000", { ...FROM, ...BEARER });

    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([404, PAGE]);
  });

  test.each([
    ["nothing", {}],
    ["another token", { authorization: `Bearer ${TOKEN}x` }],
    ["a password that the browser remembers", { authorization: `Basic ${btoa(`x:${TOKEN}`)}` }],
  ])("a page of a listed origin does nothing with %s", async (_name, headers) => {
    const { site } = shared();

    const read = await site.get("/api/scans", { ...FROM, ...headers });
    const done = await site.post("/api/scans", { text: "10.0.0.1" }, { ...FROM, ...headers });

    expect([read.status, done.status]).toEqual([401, 401]);
  });

  test("a cookie lets no page of another origin in, and none can log in", async () => {
    const { site } = shared();
    const login = await site.post("/api/session", { token: TOKEN });
    const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await site.get("/api/scans", { cookie })).status).toBe(200);

    const read = await site.get("/api/scans", { ...FROM, cookie });
    const done = await site.post("/api/scans", { text: "10.0.0.1" }, { ...FROM, cookie });
    const entered = await site.post("/api/session", { token: TOKEN }, FROM);

    expect([read.status, done.status, entered.status]).toEqual([401, 401, 403]);
    expect(entered.headers.get("set-cookie")).toBeNull();
  });

  test.each([EVIL, "null", "https://soc.example.com.evil.example", "http://soc.example.com", `${PAGE}:444`])(
    "a page of an origin that is not listed is told nothing and does nothing (%s)",
    async (origin) => {
      const { site } = shared();
      const headers = { origin, "access-control-request-method": "POST" };

      const asked = await askBare(site, "/api/scans", { method: "OPTIONS", headers });
      const read = await site.get("/api/scans", { origin, ...BEARER });
      const done = await site.post("/api/scans", { text: "10.0.0.1" }, { origin, ...BEARER });

      expect([asked.status, read.status, done.status]).toEqual([401, 200, 403]);
      for (const allowed of [
        asked.headers["access-control-allow-origin"] ?? null,
        read.headers.get("access-control-allow-origin"),
        done.headers.get("access-control-allow-origin"),
      ])
        expect(allowed).toBeNull();
    },
  );
});

describe("HTTP_CORS_ORIGINS", () => {
  test("is nothing unless it is set: no origin is allowed anything", async () => {
    const stage = await openHttp();
    const site = await stage.start({ HTTP_TOKEN: TOKEN });

    const read = await site.get("/api/scans", { ...FROM, ...BEARER });
    const done = await site.post("/api/scans", { text: "10.0.0.1" }, { ...FROM, ...BEARER });

    expect([read.headers.get("access-control-allow-origin"), done.status]).toEqual([null, 403]);
    expect(read.headers.get("vary")).toBeNull();
  });

  test.each([
    ["*", TOKEN, /HTTP_CORS_ORIGINS must be origins .* \* would let the pages of everybody in/],
    ["https://soc.example.com/", TOKEN, /HTTP_CORS_ORIGINS must be origins/],
    ["soc.example.com", TOKEN, /HTTP_CORS_ORIGINS must be origins/],
    ["null", TOKEN, /HTTP_CORS_ORIGINS must be origins/],
    [PAGE, "", /HTTP_CORS_ORIGINS needs HTTP_TOKEN/],
  ])("is refused as %s with the token %j", async (origins, token, sentence) => {
    const stage = await openHttp();

    await expect(stage.start({ HTTP_TOKEN: token, HTTP_CORS_ORIGINS: origins })).rejects.toMatchObject({
      exitStatus: 3,
      message: expect.stringMatching(sentence) as string,
    });
  });
});
