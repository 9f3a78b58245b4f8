import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";

import { describe, expect, test } from "vitest";

import { createServer } from "../../adapters/http/server.ts";
import { createSessions } from "../../adapters/http/session.ts";
import type { Tickets } from "../../src/contract.ts";
import { flagged } from "../cli/program.ts";
import { askBare, KEY, openHttp, scanOver, shareHttp, type ScanBody } from "./stage.ts";

const TOKEN = "user-token-of-the-test";
const RIGHT = { authorization: `Bearer ${TOKEN}` };

/** What no answer may hold: places in the code and on the machine, and stack traces. */
const INSIDE = /node_modules|\/src\/|\/adapters\/|\bat \w+ \(|\.ts:\d|vtip-test-/;

/** Nobody logs in there. */
const NO_TICKETS: Tickets = { issue: async () => "", find: async () => null, take: async () => false };

describe("beyond loopback", () => {
  test.each(["0.0.0.0", "::", "192.168.1.2"])(
    "nothing starts without HTTP_TOKEN, with exit status 3 (%s)",
    async (host) => {
      const stage = await openHttp();

      await expect(stage.start({ HTTP_HOST: host })).rejects.toMatchObject({
        exitStatus: 3,
        message: expect.stringMatching(/HTTP_TOKEN is missing: .* openssl rand/) as string,
      });
    },
  );

  test.each([
    ["short", /HTTP_TOKEN.*16 characters/],
    ["with some spaces in it", /HTTP_TOKEN.*visible/],
  ])("a token that is %s is refused at the start", async (token, sentence) => {
    const stage = await openHttp();

    await expect(stage.start({ HTTP_HOST: "0.0.0.0", HTTP_TOKEN: token })).rejects.toThrow(sentence);
  });

  test("it is asked with the token, under any name", async () => {
    const stage = await openHttp();
    const site = await stage.start({ HTTP_HOST: "0.0.0.0", HTTP_TOKEN: TOKEN });
    const headers = { ...RIGHT, host: "vtip.example.com" };

    expect((await askBare(site, "/api/scans")).status).toBe(401);
    expect((await askBare(site, "/api/scans", { headers })).status).toBe(200);
    expect(readFileSync(stage.path("app.log"), "utf8")).not.toContain(TOKEN);
  });
});

/** As a proxy on this machine names its client; the rest is what the client claims. */
function by(client: string): Readonly<Record<string, string>> {
  return { "x-forwarded-for": `1.1.1.1, ${client}` };
}

function silent(): void {}

describe("with HTTP_TOKEN", () => {
  test("nothing is told or done without it, or with another one", async () => {
    const stage = await openHttp();
    const site = await stage.start({ HTTP_TOKEN: TOKEN });
    const paths = ["/api/scans", "/api/blocks", "/api/audit", "/api/quota", "/metrics", "/logs", "/nothing"];
    const wrong = [
      {},
      { authorization: `Bearer ${TOKEN}x` },
      { authorization: "Bearer" },
      { authorization: TOKEN },
    ];

    for (const headers of wrong) {
      for (const path of paths) {
        const answer = await site.get(path, headers);
        expect([path, answer.status, typeof answer.error()]).toEqual([path, 401, "string"]);
        expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      }
    }
    expect((await site.post("/verificar_ip", { ip: "8.8.8.8" })).status).toBe(401);
    expect(stage.asked()).toEqual([]);
    for (const path of paths.slice(0, -1)) expect((await site.get(path, RIGHT)).status, path).toBe(200);
    expect((await site.get("/nothing", RIGHT)).status).toBe(404);
  });

  test("who is refused sixty times in a minute is refused, and nobody else behind the same proxy", async () => {
    const stage = await openHttp();
    const site = await stage.start({ HTTP_TOKEN: TOKEN });
    for (let tries = 0; tries < 60; tries += 1)
      await site.get("/api/scans", { ...by("45.9.9.9"), authorization: `Bearer wrong-${tries}` });

    const late = await site.get("/api/scans", { ...by("45.9.9.9"), ...RIGHT });
    const other = await site.get("/api/scans", { ...by("45.9.9.8"), ...RIGHT });

    expect([late.status, late.error()]).toEqual([429, expect.stringMatching(/minute/)]);
    expect(other.status).toBe(200);
  });
});

describe("on loopback without a token", () => {
  const shared = shareHttp({ objects: { "45.10.0.1": flagged(9) } });

  test.each(["evil.example", "evil.example:5000", "127.0.0.1.evil.example", "localhost.evil.example"])(
    "a page under another name that leads here reads and does nothing (%s)",
    async (host) => {
      for (const [method, path] of [
        ["GET", "/api/scans"],
        ["GET", "/blacklist.txt"],
        ["DELETE", "/api/blocks/45.10.0.1"],
      ] as const) {
        const answer = await askBare(shared().site, path, { method, headers: { host } });
        expect([path, answer.status]).toEqual([path, 421]);
      }
    },
  );

  test.each(["127.0.0.1", "localhost", "localhost:5000", "[::1]:5000"])("%s is its name", async (host) => {
    expect((await askBare(shared().site, "/api/scans", { headers: { host } })).status).toBe(200);
  });

  test.each([
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1:1" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ])("a page of another site does nothing: %j", async (headers) => {
    const { site } = shared();

    const begun = await site.post("/api/scans", { text: "45.10.0.1" }, headers);
    const asked = await site.post("/verificar_ip", { ip: "45.10.0.1" }, headers);
    const unblocked = await site.send("DELETE", "/api/blocks/45.10.0.1", headers);

    expect([begun.status, asked.status, unblocked.status]).toEqual([403, 403, 403]);
    expect(begun.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("its own page does what it is for", async () => {
    const { site } = shared();
    const headers = { origin: site.url, "sec-fetch-site": "same-origin" };

    expect((await site.post("/api/scans", { text: "45.10.0.1" }, headers)).status).toBe(201);
  });

  test.each([
    "/../../etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/package.json",
    "/assets/..%2f..%2fpackage.json",
    "/assets/../../package.json",
    "/api/docs/static/..%2f..%2fpackage.json",
    "/api/scans/..%2f..%2fx/report.xlsx",
    "/feeds/..%2fblacklist",
    "/%",
    "/%ff",
    "//evil.example/",
    "/api/scans/S-0000/../../../etc/passwd",
  ])("nothing is read at %s", async (path) => {
    const answer = await askBare(shared().site, path);

    expect([400, 404]).toContain(answer.status);
    expect(JSON.parse(answer.text)).toEqual({ error: expect.any(String) as string });
    expect(answer.text).not.toMatch(/root:|"dependencies"/);
  });

  test("names of files are shown and nothing else", async () => {
    const { site } = shared();
    const names = [
      "../../etc/passwd",
      "a\r\nset-cookie: x=1.txt",
      "=cmd|'/c calc'!A1.txt",
      "\u202Etxt.txt",
      "<img>",
    ];

    for (const name of names) {
      const form = new FormData();
      form.append("file", new Blob(["45.10.0.1"]), name);
      const begun = await site.post("/api/scans", form);
      expect(begun.status, name).toBe(201);
      const { id } = begun.json() as ScanBody;
      await scanOver(site, id);
      const report = await site.get(`/api/scans/${id}/report.xlsx`);
      expect(report.headers.get("content-disposition")).toBe(`attachment; filename="vtip-${id}.xlsx"`);
      expect([...begun.headers, ...report.headers].flat().join("\n")).not.toMatch(/set-cookie/i);
    }
  });

  test("every answer forbids what a page could do with it", async () => {
    const { site } = shared();

    for (const path of ["/api/scans", "/api/docs", "/nothing", "/blacklist.txt", "/logs", "/healthz"]) {
      const { headers } = await site.get(path);
      const csp = headers.get("content-security-policy") ?? "";
      expect(csp, path).toMatch(/default-src 'none'/);
      expect(csp).toMatch(/frame-ancestors 'none'/);
      expect(csp).not.toMatch(/unsafe|https:|upgrade/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-powered-by")).toBeNull();
    }
  });

  test.each([
    ["large", "/verificar_ip", JSON.stringify({ ips: ["x".repeat(1_100_000)] }), 413],
    ["deep", "/verificar_ip", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, 400],
    ["broken", "/verificar_ip", '{"ips": [', 400],
    ["with a prototype", "/verificar_ip", '{"__proto__": {"ips": ["1.1.1.1"]}}', 400],
    ["with a constructor", "/api/scans", '{"constructor": {"prototype": {"text": "1.1.1.1"}}}', 400],
  ])("JSON that is %s is refused", async (_name, path, body, status) => {
    const answer = await shared().site.post(path, body);

    expect(answer.status).toBe(status);
    expect(answer.error()).toEqual(expect.any(String));
    expect(answer.text).not.toMatch(INSIDE);
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
    "what a form of another page could send is refused (%s)",
    async (type) => {
      const answer = await shared().site.post("/verificar_ip", '{"ip":"45.10.0.1"}', {
        "content-type": type,
      });

      expect([400, 415]).toContain(answer.status);
      expect(answer.error()).toEqual(expect.any(String));
    },
  );

  test("the key is in no answer and not in the log", async () => {
    const { stage, site } = shared();
    const paths = ["/api/quota", "/readyz", "/metrics", "/logs", "/api/scans", "/api/openapi.json"];

    const texts = await Promise.all(paths.map(async (path) => (await site.get(path)).text));

    expect(texts.join("\n")).not.toContain(KEY);
    expect(texts.join("\n")).not.toMatch(/vtip-test-/);
    expect(readFileSync(stage.path("app.log"), "utf8")).not.toContain(KEY);
  });
});

test("when the records fail, nothing of it is told", async () => {
  const stage = await openHttp();
  const site = await stage.start();
  await stage.inRecords(async (records) => records.schema.dropTable("block").execute());

  const answer = await site.get("/api/blocks");

  expect(answer.status).toBe(500);
  expect(answer.error()).toMatch(/^Something went wrong here; the log has it/);
  expect(answer.text).not.toMatch(INSIDE);
  expect(answer.text).not.toMatch(/block|table|sqlite/i);
});

test("who sends a body too slowly is cut off, and others are answered meanwhile", async () => {
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const settings = {
    host: "127.0.0.1",
    port: 0,
    holders: [],
    feedToken: null,
    isAutoBlock: false,
    waitMs: 0,
    corsOrigins: new Set<string>(),
  };
  const server = await createServer(settings, log, createSessions(NO_TICKETS, settings), {
    requestMs: 300,
    lookMs: 50,
  });
  server.post("/take", async () => ({}));
  const url = new URL(await server.listen({ host: "127.0.0.1", port: 0 }));

  const socket = connect(Number(url.port), "127.0.0.1");
  socket.on("error", silent);
  socket.write(
    "POST /take HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{",
  );
  const drip = setInterval(() => socket.write(" "), 50);
  const quick = await fetch(new URL("/take", url), { method: "POST" });
  const startedAt = Date.now();
  await once(socket.resume(), "close");
  clearInterval(drip);
  await server.close();

  expect(quick.status).toBe(200);
  expect(Date.now() - startedAt).toBeLessThan(5000);
});

test("a database that is away is no wrong token: who has the right one is let in", async () => {
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const [token, user] = ["token-of-anna-0123456789", { id: "local:anna", name: "anna" }];
  const settings = {
    host: "127.0.0.1",
    port: 0,
    holders: [{ user, token }],
    feedToken: null,
    isAutoBlock: false,
    waitMs: 0,
    corsOrigins: new Set<string>(),
  };
  const away = { ...NO_TICKETS, find: async () => Promise.reject(new Error("ECONNREFUSED")) };
  const server = await createServer(settings, log, createSessions(away, settings));
  server.get("/look", async () => ({}));
  const ask = async (headers: Readonly<Record<string, string>>) =>
    (await server.inject({ method: "GET", url: "/look", headers })).statusCode;

  const statuses = new Set<number>();
  for (let n = 0; n < 70; n += 1) statuses.add(await ask({ cookie: "vtip=some-ticket" }));
  const bearer = await ask({ authorization: `Bearer ${token}` });
  await server.close();

  expect([...statuses]).toEqual([500]);
  expect(bearer).toBe(200);
});
