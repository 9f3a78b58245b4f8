import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, onTestFinished, test } from "vitest";

import type { Facts, Indicator, Kind } from "../../src/model.ts";
import { clientOf, errorOf, KEY, standAndClient } from "./virustotal-stand.ts";

const IP: Indicator = { kind: "ip", value: "203.0.113.9" };
const STATS = { malicious: 2, suspicious: 1, harmless: 60, undetected: 30, timeout: 0 };
const URL_VALUE = "http://example.test/a?b=ÿ#c";

/** The facts on `indicator` when its attributes are these. */
async function factsOf(
  indicator: Indicator,
  attributes: Readonly<Record<string, unknown>>,
  others: { id?: string; type?: string } = {},
): Promise<Facts | null> {
  const { client } = await standAndClient({
    objects: { [indicator.value]: { stats: STATS, attributes, ...others } },
  });
  return await client.ask(indicator, KEY);
}

describe("a question", () => {
  test.each<[Kind, string, string]>([
    ["ip", "203.0.113.9", "/api/v3/ip_addresses/203.0.113.9"],
    ["ip", "2001:db8::1:0:ff", "/api/v3/ip_addresses/2001:db8::1:0:ff"],
    ["domain", "xn--mnchen-3ya.test", "/api/v3/domains/xn--mnchen-3ya.test"],
    ["url", URL_VALUE, "/api/v3/urls/aHR0cDovL2V4YW1wbGUudGVzdC9hP2I9w78jYw"],
    ["hash", "44d88612fea8a8f36de82e1278abb02f", "/api/v3/files/44d88612fea8a8f36de82e1278abb02f"],
  ])("about the %s %s asks for %s", async (kind, value, path) => {
    const { standin, client } = await standAndClient({ objects: { [value]: { stats: STATS } } });

    const facts = await client.ask({ kind, value }, KEY);

    expect(facts?.stats).toEqual(STATS);
    expect(standin.requests).toMatchObject([{ method: "GET", path, kind, value, key: KEY, status: 200 }]);
  });

  test("what would lead to another path stays within its own", async () => {
    const { standin, client } = await standAndClient();

    await errorOf(client.ask({ kind: "domain", value: "a/../../users?x#y" }, KEY));

    expect(standin.requests).toMatchObject([
      { path: "/api/v3/domains/a%2F..%2F..%2Fusers%3Fx%23y", status: 400 },
    ]);
  });

  test("the address may end with a slash", async () => {
    const { standin } = await standAndClient({ objects: { [IP.value]: {} } });

    expect(await clientOf(`${standin.url}/`).ask(IP, KEY)).not.toBeNull();
    expect(standin.requests).toMatchObject([{ path: "/api/v3/ip_addresses/203.0.113.9" }]);
  });

  test("asks for a packed answer in the way that VirusTotal's front end listens to", async () => {
    const { url, seen } = await listener();

    await errorOf(clientOf(url).ask(IP, KEY));

    expect(seen).toHaveLength(1);
    expect(seen[0]?.headers).toMatchObject({ "x-apikey": KEY, "accept-encoding": "gzip" });
    expect(seen[0]?.headers["user-agent"]).toMatch(/^vtip .*gzip/);
  });

  test("questions one after the other share connections", async () => {
    const { url, seen } = await listener();
    const client = clientOf(url);

    for (let nth = 0; nth < 20; nth += 1) await errorOf(client.ask(IP, KEY));

    // The next one may come before the last connection is free again.
    expect(new Set(seen.map(({ socket }) => socket)).size).toBeLessThanOrEqual(2);
  });
});

describe("an answer", () => {
  test("gives the facts that reports use", async () => {
    const facts = await factsOf(IP, {
      as_owner: "Example Hosting",
      asn: 64_500,
      country: "XA",
      network: "203.0.113.0/24",
      reputation: -12,
      tags: ["vpn", "tor"],
      last_analysis_date: 1_795_000_000,
      last_analysis_results: {
        Zebra: { category: "malicious", engine_name: "Zebra Scan" },
        Äther: { category: "suspicious" },
        Alpha: { category: "malicious", engine_name: "Alpha" },
        Fine: { category: "harmless", engine_name: "Fine" },
      },
    });

    expect(facts).toEqual({
      stats: STATS,
      flaggedBy: [
        { engine: "Alpha", category: "malicious" },
        { engine: "Äther", category: "suspicious" },
        { engine: "Zebra Scan", category: "malicious" },
      ],
      owner: "Example Hosting",
      asn: 64_500,
      country: "XA",
      network: "203.0.113.0/24",
      reputation: -12,
      tags: ["vpn", "tor"],
      analysedAt: 1_795_000_000_000,
    });
  });

  test("without any attribute but the stats has null for all of them", async () => {
    const { client } = await standAndClient({
      fault: () => ({ status: 200, body: bodyOf({ last_analysis_stats: STATS }) }),
    });

    expect(await client.ask(IP, KEY)).toEqual({
      stats: STATS,
      flaggedBy: [],
      owner: null,
      asn: null,
      country: null,
      network: null,
      reputation: null,
      tags: [],
      analysedAt: null,
    });
  });

  test.each([
    ["as_owner", 5, "owner", null],
    ["as_owner", "  \u0007 ", "owner", null],
    ["as_owner", " A\u0000B\r\nC\u202E ", "owner", "ABC"],
    ["as_owner", "x".repeat(299) + "😀😀", "owner", "x".repeat(299)],
    ["asn", "64500", "asn", null],
    ["asn", -1, "asn", null],
    ["asn", 1.5, "asn", null],
    ["country", "USA", "country", null],
    ["country", "us", "country", "US"],
    ["network", ["203.0.113.0/24"], "network", null],
    ["reputation", "7", "reputation", null],
    ["reputation", 0, "reputation", 0],
    ["tags", "vpn", "tags", []],
    ["tags", ["vpn", 7, null, " ", "tor "], "tags", ["vpn", "tor"]],
    ["last_analysis_date", "yesterday", "analysedAt", null],
    ["last_analysis_date", 0, "analysedAt", null],
    ["last_analysis_date", 1_795_000_000_000, "analysedAt", null],
    ["last_analysis_results", [1, 2], "flaggedBy", []],
    ["last_analysis_results", { A: 1, B: null, C: { category: 5 } }, "flaggedBy", []],
    [
      "last_analysis_results",
      { A: { category: "malicious", engine_name: 5 } },
      "flaggedBy",
      [{ engine: "A", category: "malicious" }],
    ],
  ])("%s %j gives %s %j", async (attribute, value, field, expected) => {
    expect(await factsOf(IP, { [attribute]: value })).toHaveProperty(field, expected);
  });

  test.each([
    ["are absent", undefined],
    ["are null", null],
    ["are empty", {}],
    ["are all zero", { malicious: 0, suspicious: 0, harmless: 0, undetected: 0, timeout: 0 }],
  ])("has no stats when they %s", async (_, stats) => {
    expect(await factsOf(IP, { last_analysis_stats: stats })).toMatchObject({ stats: null });
  });

  test.each([
    ["negative", { malicious: -1, harmless: 90 }],
    ["a fraction", { malicious: 0.5, harmless: 90 }],
    ["text", { malicious: "3", harmless: 90 }],
    ["null", { malicious: null, harmless: 90 }],
    ["beyond all engines", { malicious: 0, harmless: 1e9 }],
    ["under a strange name", { "=1+1": 1 }],
    ["a list", [1, 2]],
    ["a number", 7],
  ])("whose stats are %j is an error, never a verdict", async (_, stats) => {
    const { client } = await standAndClient({
      objects: { [IP.value]: { attributes: { last_analysis_stats: stats } } },
    });

    expect(await errorOf(client.ask(IP, KEY))).toMatchObject({ code: "UnexpectedBody", remedy: "retry" });
  });

  test("counts of categories that are new are kept", async () => {
    const stats = { ...STATS, "confirmed-timeout": 1, "type-unsupported": 13 };

    expect(await factsOf(IP, { last_analysis_stats: stats })).toMatchObject({ stats });
  });

  test("without a record is null", async () => {
    const { standin, client } = await standAndClient({ objects: { [IP.value]: "missing" } });

    expect(await client.ask(IP, KEY)).toBeNull();
    expect(standin.requests).toMatchObject([{ status: 404 }]);
  });
});

describe("an answer about something else is an error", () => {
  const SHA = "a".repeat(64);
  const MD5 = "b".repeat(32);

  test.each<[string, Kind, string, object]>([
    ["another address", "ip", IP.value, { id: "203.0.113.8" }],
    ["no address", "ip", IP.value, { id: "example.test" }],
    ["another address of six", "ip", "2001:db8::1", { id: "2001:db8::2" }],
    ["another domain", "domain", "example.test", { id: "example.test.evil.test" }],
    ["its parent", "domain", "www.example.test", { id: "example.test" }],
    ["another file", "hash", SHA, { id: "c".repeat(64) }],
    ["a file with another MD5", "hash", MD5, { attributes: { md5: "d".repeat(32) } }],
    ["another type", "domain", "example.test", { type: "ip_address" }],
    ["a file for a URL", "url", "http://example.test/", { type: "file" }],
  ])("%s", async (_, kind, value, known) => {
    const { client } = await standAndClient({ objects: { [value]: { stats: STATS, ...known } } });

    const error = await errorOf(client.ask({ kind, value }, KEY));

    expect(error).toMatchObject({ status: 200, code: "UnexpectedBody", remedy: "retry" });
  });

  test.each<[string, Kind, string, object]>([
    ["IPv6 written out", "ip", "2001:db8::1", { id: "2001:0DB8:0:0:0:0:0:1" }],
    ["a domain in capitals with its dot", "domain", "example.test", { id: "Example.TEST." }],
    ["a domain in its own letters", "domain", "xn--mnchen-3ya.test", { id: "münchen.test" }],
    ["a file by MD5 under its SHA-256", "hash", MD5, { id: SHA, attributes: { md5: MD5.toUpperCase() } }],
    ["a file by SHA-1 without one", "hash", "e".repeat(40), { id: SHA, attributes: { sha1: undefined } }],
    ["a URL under VirusTotal's own id", "url", "http://example.test/", { id: SHA }],
  ])("but not %s", async (_, kind, value, known) => {
    const { client } = await standAndClient({ objects: { [value]: { stats: STATS, ...known } } });

    expect(await client.ask({ kind, value }, KEY)).toMatchObject({ stats: STATS });
  });
});

test("closing, once or more, waits for what is under way", async () => {
  const { standin } = await standAndClient({ objects: { [IP.value]: {} }, latencyMs: 30 });
  const client = clientOf(standin.url);

  const asked = client.ask(IP, KEY);
  await Promise.all([client.close(), client.close()]);

  expect(await asked).not.toBeNull();
});

test("a hundred questions at the same time all get their own answers", async () => {
  const values = Array.from({ length: 100 }, (_, n) => `203.0.113.${n}`);
  const objects = Object.fromEntries(
    values.map((value, n) => [value, { stats: { malicious: n, harmless: 1 } }]),
  );
  const { client } = await standAndClient({ objects });

  const all = await Promise.all(values.map((value) => client.ask({ kind: "ip", value }, KEY)));

  expect(all.map((facts) => facts?.stats?.["malicious"])).toEqual(values.map((_, n) => n));
});

function bodyOf(attributes: object): string {
  return JSON.stringify({ data: { id: IP.value, type: "ip_address", attributes } });
}

/** A server that notes what it is asked and has no answer to it. */
async function listener(): Promise<{ url: string; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    response.writeHead(418).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`, seen };
}
