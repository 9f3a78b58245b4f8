import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";

import { request } from "undici";
import { describe, expect, onTestFinished, test } from "vitest";

import { type Standin, type StandinOptions, startStandin } from "../../src/demo/standin.ts";
import { createMovedClock } from "../moved-clock.ts";

const KEY = "a-demo-key";
const PACKED = { "accept-encoding": "gzip", "user-agent": "some tool (gzip)" };

interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  readonly text: string;
}

async function stand(options: Partial<StandinOptions> = {}): Promise<Standin> {
  const standin = await startStandin({ keys: { [KEY]: {} }, ...options });
  onTestFinished(() => standin.close());
  return standin;
}

/** A request by a client that knows nothing of vtip. */
async function get(
  standin: Standin,
  path: string,
  {
    key = KEY,
    headers = {},
    form,
  }: { key?: string | null; headers?: Record<string, string>; form?: string } = {},
): Promise<Seen> {
  const response = await request(standin.url + path, {
    method: form === undefined ? "GET" : "POST",
    headers: { ...(key !== null && { "x-apikey": key }), ...headers },
    ...(form !== undefined && { body: form }),
  });
  const bytes = Buffer.from(await response.body.arrayBuffer());
  const isPacked = response.headers["content-encoding"] === "gzip";
  const text = (isPacked ? gunzipSync(bytes) : bytes).toString();
  return { status: response.statusCode, headers: response.headers, bytes, text };
}

function dataOf(seen: Seen) {
  return JSON.parse(seen.text).data;
}

function errorOf(seen: Seen) {
  return { status: seen.status, ...JSON.parse(seen.text).error };
}

function sumOf(stats: Record<string, number>): number {
  return Object.values(stats).reduce((sum, count) => sum + count, 0);
}

describe("who asks", () => {
  const keys = { [KEY]: {}, sleepy: { state: "inactive" }, barred: { state: "forbidden" } } as const;

  test.each([
    [null, 401, "AuthenticationRequiredError"],
    ["nobody's", 401, "WrongCredentialsError"],
    ["sleepy", 401, "UserNotActiveError"],
    ["barred", 403, "ForbiddenError"],
  ])("the key %s gets %i %s, whatever it asks for", async (key, status, code) => {
    const standin = await stand({ keys });

    for (const path of ["/ip_addresses/203.0.113.1", "/nothing/here", `/users/${KEY}/overall_quotas`]) {
      expect(errorOf(await get(standin, path, { key }))).toMatchObject({ status, code });
    }
  });

  test("it listens on loopback only", async () => {
    expect((await stand()).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v3$/);
  });
});

describe("limits", () => {
  const path = "/domains/example.test";

  test("the fifth request within a minute is refused, and taken a minute after the first", async () => {
    const clock = createMovedClock();
    const standin = await stand({ keys: { [KEY]: { perMinute: 4 } }, clock });
    for (let nth = 0; nth < 4; nth += 1) {
      expect((await get(standin, path)).status).not.toBe(429);
      await clock.advance(1000);
    }

    expect(errorOf(await get(standin, path))).toMatchObject({ status: 429, code: "QuotaExceededError" });
    await clock.advance(55_999);
    expect((await get(standin, path)).status).toBe(429);
    await clock.advance(1);
    expect((await get(standin, path)).status).not.toBe(429);
    expect(standin.worstWindow(KEY)).toBe(4);
    expect(standin.counted(KEY)).toEqual({ taken: 5, refused: 2 });
  });

  test("a day's budget comes back at midnight UTC, for each key by itself", async () => {
    const clock = createMovedClock("2026-11-21T23:59:50Z");
    const standin = await stand({ keys: { [KEY]: { perDay: 1 }, other: {} }, clock });
    await get(standin, path);

    expect((await get(standin, path)).headers["retry-after"]).toBe("10");
    expect((await get(standin, path, { key: "other" })).status).not.toBe(429);
    await clock.advance(10_000);
    expect((await get(standin, path)).status).not.toBe(429);
  });

  test.each([
    ["seconds", "35", "application/json"],
    ["date", "Sat, 21 Nov 2026 10:00:35 GMT", "application/json"],
    ["none", undefined, "application/json"],
    ["html", undefined, "text/html"],
  ] as const)("a 429 in the form %s, never packed", async (answer429, retryAfter, type) => {
    const clock = createMovedClock("2026-11-21T10:00:00Z");
    const standin = await stand({ keys: { [KEY]: { perMinute: 1 } }, windowMs: 35_000, clock, answer429 });
    await get(standin, path);

    const refused = await get(standin, path, { headers: PACKED });

    expect(refused.status).toBe(429);
    expect(refused.headers["retry-after"]).toBe(retryAfter);
    expect(refused.headers["content-type"]).toBe(type);
    expect(refused.headers["content-encoding"]).toBeUndefined();
  });

  test.each([
    [true, 429],
    [false, 404],
  ])("not found counts (%s)", async (count404, second) => {
    const objects = { "example.test": "missing" } as const;
    const standin = await stand({ keys: { [KEY]: { perMinute: 1 } }, objects, count404 });

    expect((await get(standin, path)).status).toBe(404);
    expect((await get(standin, path)).status).toBe(second);
  });

  test("no answer tells anything of quotas in its headers", async () => {
    const standin = await stand({ keys: { [KEY]: { perMinute: 4 } }, objects: { "example.test": {} } });

    const { status, headers } = await get(standin, path);

    expect(status).toBe(200);
    expect(Object.keys(headers).filter((name) => /quota|limit|remaining|retry/i.test(name))).toEqual([]);
  });
});

describe("objects", () => {
  test("are the same for a value every time, under the id that was asked for", async () => {
    const clock = createMovedClock();
    const [one, other] = [await stand({ clock }), await stand({ clock })];
    const path = "/ip_addresses/198.51.100.7";

    const first = await get(one, path);

    expect(dataOf(first)).toMatchObject({ id: "198.51.100.7", type: "ip_address" });
    expect(dataOf(await get(other, path)).attributes).toEqual(dataOf(first).attributes);
  });

  test("look like VirusTotal's: 20 to 64 KB, printed over many lines, about 94 engines, some of each verdict", async () => {
    const standin = await stand();
    const bodies = await Promise.all(
      Array.from({ length: 200 }, (_, n) => get(standin, `/ip_addresses/198.51.100.${n}`)),
    );
    const found = bodies.filter(({ status }) => status === 200);
    const analysed = found.map((seen) => dataOf(seen).attributes).filter((each) => each.last_analysis_stats);
    const sums = analysed.map((each) => sumOf(each.last_analysis_stats));
    const engines = analysed.map((each) => Object.keys(each.last_analysis_results).length);
    const flagged = analysed.map(
      (each) => each.last_analysis_stats.malicious + each.last_analysis_stats.suspicious,
    );

    expect(found.length).toBeGreaterThan(160);
    expect(found.length).toBeLessThan(200);
    expect(analysed.length).toBeLessThan(found.length);
    for (const { bytes, text } of found.filter((seen) => dataOf(seen).attributes.last_analysis_stats)) {
      expect(bytes.length).toBeGreaterThan(20_000);
      expect(bytes.length).toBeLessThan(64_000);
      expect(text.split("\n").length).toBeGreaterThan(500);
    }
    expect(new Set(sums)).toEqual(new Set([91, 92, 93, 94]));
    expect(engines.filter((count, n) => count === sums[n]).length).toBeGreaterThan(100);
    expect(engines.some((count, n) => count + 1 === sums[n])).toBe(true);
    expect(new Set(analysed.map((each) => Object.keys(each.last_analysis_stats)[0])).size).toBeGreaterThan(3);
    expect(flagged.filter((count) => count === 0).length).toBeGreaterThan(60);
    expect(flagged.filter((count) => count > 0 && count <= 3).length).toBeGreaterThan(10);
    expect(flagged.filter((count) => count > 3).length).toBeGreaterThan(30);
    for (const name of ["as_owner", "country", "network", "last_analysis_date"]) {
      expect(analysed.some((each) => !(name in each))).toBe(true);
    }
  });

  test("whatever names an owner says that it is none", async () => {
    const standin = await stand({ objects: { "198.51.100.7": {} } });

    const { text } = await get(standin, "/ip_addresses/198.51.100.7");

    expect(/"as_owner": "([^"]*)"/.exec(text)?.[1] ?? "(DEMO)").toContain("(DEMO)");
  });

  test("of every kind have their type and id", async () => {
    const url = "http://example.test/x";
    const sha256 = createHash("sha256").update(url).digest("hex");
    const md5 = "44d88612fea8a8f36de82e1278abb02f";
    const objects = { "2001:db8::1": {}, "example.test": {}, [url]: {}, [md5]: {}, ["f".repeat(64)]: {} };
    const standin = await stand({ objects });
    const base64 = Buffer.from(url).toString("base64url");

    const expected = [
      ["/ip_addresses/2001:db8::1", "ip_address", "2001:db8::1"],
      ["/domains/EXAMPLE.test", "domain", "example.test"],
      [`/urls/${base64}`, "url", sha256],
      [`/urls/${base64}${"=".repeat((4 - (base64.length % 4)) % 4)}`, "url", sha256],
      [`/urls/${sha256}`, "url", sha256],
      [`/files/${"f".repeat(64)}`, "file", "f".repeat(64)],
    ];
    for (const [path, type, id] of expected) {
      expect(dataOf(await get(standin, path ?? ""))).toMatchObject({ type, id });
    }
    const file = dataOf(await get(standin, `/files/${md5}`));
    expect(file.id).toMatch(/^[0-9a-f]{64}$/);
    expect(file.attributes.md5).toBe(md5);
  });

  test("have exactly what a test gives, and lack what it leaves out", async () => {
    const stats = { malicious: 1, suspicious: 2, harmless: 3 };
    const attributes = { as_owner: "Mine", country: undefined };
    const standin = await stand({
      objects: {
        "198.51.100.7": { stats, attributes },
        "198.51.100.8": { stats: null },
        "198.51.100.9": "missing",
      },
    });

    const given = dataOf(await get(standin, "/ip_addresses/198.51.100.7")).attributes;
    const never = dataOf(await get(standin, "/ip_addresses/198.51.100.8")).attributes;

    expect(given).toMatchObject({ last_analysis_stats: stats, as_owner: "Mine" });
    expect(given).not.toHaveProperty("country");
    expect(never).not.toHaveProperty("last_analysis_stats");
    expect(never).not.toHaveProperty("last_analysis_results");
    expect(errorOf(await get(standin, "/ip_addresses/198.51.100.9"))).toMatchObject({
      status: 404,
      code: "NotFoundError",
    });
  });

  test.each([23_500, 25_000, 40_000])("have the size that was asked for (%i bytes)", async (bodyBytes) => {
    const standin = await stand({ bodyBytes, objects: { "example.test": {} } });

    const { bytes } = await get(standin, "/domains/example.test");

    expect(Math.abs(bytes.length - bodyBytes)).toBeLessThan(100);
  });

  test.each([
    ["/domains/subdomains", `Domain "b'subdomains'" is not a valid domain pattern`],
    ["/ip_addresses/256.1.1.1", 'IP address "256.1.1.1" is not valid'],
    ["/urls/!!", 'URL "!!" is not valid'],
  ])("%s is no valid question", async (path, message) => {
    expect(errorOf(await get(await stand(), path))).toEqual({
      status: 400,
      code: "InvalidArgumentError",
      message,
    });
  });

  test.each(["/", "/ip_addresses", "/ip_addresses/1.1.1.1/votes", "/analyses/u-none", "/nothing"])(
    "%s does not exist",
    async (path) => {
      expect(errorOf(await get(await stand(), path))).toMatchObject({ status: 404, code: "NotFoundError" });
    },
  );
});

describe("packing", () => {
  const path = "/domains/example.test";

  test.each([
    [PACKED, true],
    [{ "accept-encoding": "br, gzip", "user-agent": "Mozilla/5.0" }, true],
    [{ "accept-encoding": "gzip", "user-agent": "some tool" }, false],
    [{ "user-agent": "some tool (gzip)" }, false],
  ])("with %j: %s", async (headers, isPacked) => {
    const standin = await stand({ objects: { "example.test": {} } });

    const plain = await get(standin, path);
    const seen = await get(standin, path, { headers });

    expect(seen.headers["content-encoding"] === "gzip").toBe(isPacked);
    expect(seen.bytes.length < plain.bytes.length).toBe(isPacked);
    expect(seen.text).toBe(plain.text);
  });

  test("not found is packed too, and both forms of the content type occur", async () => {
    const standin = await stand({ objects: { "example.test": {}, "other.test": "missing" } });

    const found = await get(standin, path, { headers: PACKED });
    const missing = await get(standin, "/domains/other.test", { headers: PACKED });

    expect(errorOf(missing)).toMatchObject({ status: 404, code: "NotFoundError" });
    expect(missing.headers).toMatchObject({ "content-encoding": "gzip", "content-type": "application/json" });
    expect(found.headers["content-type"]).toBe("application/json; charset=utf-8");
  });

  test("bodies beyond one block come whole", async () => {
    const standin = await stand({ objects: { "example.test": {} }, bodyBytes: 300_000 });

    const seen = await get(standin, path, { headers: PACKED });

    expect(Math.abs(seen.text.length - 300_000)).toBeLessThan(100);
    expect(dataOf(seen).attributes.demo_filler.length).toBeGreaterThan(200_000);
  });
});

describe("analyses", () => {
  test("a URL handed in is queued, then in progress, then done", async () => {
    const url = "http://example.test/new";
    const standin = await stand({ objects: { [url]: { stats: { malicious: 5, harmless: 60 } } } });
    const sha256 = createHash("sha256").update(url).digest("hex");

    const submitted = dataOf(await get(standin, "/urls", { form: new URLSearchParams({ url }).toString() }));
    const looks = [];
    for (let nth = 0; nth < 4; nth += 1) looks.push(dataOf(await get(standin, `/analyses/${submitted.id}`)));

    expect(submitted).toMatchObject({ type: "analysis", id: expect.stringMatching(`^u-${sha256}-\\d{10}$`) });
    expect(looks.map(({ attributes }) => attributes.status)).toEqual([
      "queued",
      "in-progress",
      "completed",
      "completed",
    ]);
    expect(looks.map(({ attributes }) => attributes.stats.malicious)).toEqual([0, 0, 5, 5]);
    expect(Object.keys(looks[3].attributes.results)).toHaveLength(65);
    expect(dataOf(await get(standin, `/urls/${sha256}`)).id).toBe(sha256);
  });

  test.each([
    ["/ip_addresses/198.51.100.7/analyse", "i"],
    ["/domains/example.test/analyse", "d"],
    ["/urls/aHR0cDovL2V4YW1wbGUudGVzdC8/analyse", "u"],
  ])("POST %s gives an id that begins with %s", async (path, letter) => {
    const { id } = dataOf(await get(await stand(), path, { form: "" }));

    expect(id).toMatch(new RegExp(`^${letter}-[0-9a-f]{64}-\\d{10}$`));
  });

  test("what is no URL is not taken", async () => {
    const seen = await get(await stand(), "/urls", { form: "url=nonsense" });

    expect(errorOf(seen)).toMatchObject({ status: 400, code: "InvalidArgumentError" });
  });
});

describe("quotas", () => {
  const keys = {
    [KEY]: { perMinute: 4, perDay: 500, perMonth: 15_500, user: "ann" },
    other: { user: "bob" },
  };

  test.each([KEY, "ann"])("are told under %s, and cost nothing", async (id) => {
    const standin = await stand({ keys });
    await get(standin, "/domains/example.test");
    for (let nth = 0; nth < 9; nth += 1) await get(standin, `/users/${id}/overall_quotas`);

    expect(dataOf(await get(standin, `/users/${id}/overall_quotas`))).toEqual({
      api_requests_hourly: { user: { allowed: 240, used: 1 } },
      api_requests_daily: { user: { allowed: 500, used: 1 } },
      api_requests_monthly: { user: { allowed: 15_500, used: 1 } },
    });
  });

  test.each(["other", "bob", "nobody"])("of %s are nobody else's business", async (id) => {
    const seen = await get(await stand({ keys }), `/users/${id}/overall_quotas`);

    expect(errorOf(seen)).toMatchObject({ status: 403, code: "ForbiddenError" });
  });
});

describe("faults", () => {
  const path = "/domains/example.test";
  const objects = { "example.test": {} };

  test("come from a function that sees the request, and count like any other", async () => {
    const standin = await stand({
      objects,
      fault: ({ nth, value }) => (value === "example.test" && nth === 2 ? { status: 503 } : undefined),
    });

    const seen = [await get(standin, path), await get(standin, path), await get(standin, path)];

    expect(seen.map(({ status }) => status)).toEqual([200, 503, 200]);
    expect(errorOf(seen[1] as Seen)).toMatchObject({ code: "TransientError" });
    expect(standin.requests.map(({ status, nth }) => [status, nth])).toEqual([
      [200, 1],
      [503, 2],
      [200, 3],
    ]);
    expect(standin.counted(KEY).taken).toBe(3);
  });

  test.each([
    ["html", 502, "text/html"],
    ["truncated", 200, "application/json; charset=utf-8"],
  ] as const)("%s", async (fault, status, type) => {
    const seen = await get(await stand({ objects, fault: () => fault }), path);

    expect(seen.status).toBe(status);
    expect(seen.headers["content-type"]).toBe(type);
    expect(() => JSON.parse(seen.text)).toThrow();
  });

  test.each(["reset", "reset-mid-body", "close-mid-body"] as const)(
    "%s ends the connection",
    async (fault) => {
      const standin = await stand({ objects, fault: () => fault });

      await expect(get(standin, path)).rejects.toThrow();
      expect(standin.requests).toMatchObject([{ status: fault === "reset" ? 0 : 200 }]);
    },
  );

  test("what hangs ends when the stand-in closes", async () => {
    const standin = await stand({ objects, fault: () => "hang" });

    const asked = get(standin, path);
    while (standin.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([expect(asked).rejects.toThrow(), standin.close()]);
  });

  test("delays and latency take their time", async () => {
    const standin = await stand({ objects, latencyMs: 20, fault: () => ({ delayMs: 20 }) });
    const start = performance.now();

    expect((await get(standin, path)).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(38);
  });
});

describe("the record of requests", () => {
  test("has the key, the value behind an id, and how often it came", async () => {
    const clock = createMovedClock("2026-11-21T10:00:00Z");
    const standin = await stand({ clock });
    const base64 = Buffer.from("http://example.test/").toString("base64url");

    await get(standin, `/urls/${base64}`);
    await get(standin, `/urls/${base64}=`, { key: null });

    const common = { at: clock.now(), method: "GET", kind: "url", value: "http://example.test/" };
    expect(standin.requests).toMatchObject([
      { ...common, key: KEY, path: `/api/v3/urls/${base64}`, nth: 1 },
      { ...common, key: null, nth: 2, status: 401 },
    ]);
  });

  test("is left out where it would grow too long, while the counts stay", async () => {
    const standin = await stand({ keepsRequests: false });

    await get(standin, "/domains/example.test");

    expect(standin.requests).toEqual([]);
    expect(standin.counted(KEY).taken).toBe(1);
    expect(standin.worstWindow(KEY)).toBe(1);
    expect(standin.worstWindow("nobody")).toBe(0);
  });
});
