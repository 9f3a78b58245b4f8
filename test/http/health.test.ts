import { mkdirSync, rmSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { serve } from "../../src/serve.ts";
import { flagged } from "../cli/program.ts";
import { openHttp, proposals } from "./stage.ts";

interface Ready {
  readonly status: string;
  readonly checks: readonly {
    readonly name: string;
    readonly isReady: boolean;
    readonly reason: string | null;
  }[];
}

/** Figures of the text format of Prometheus, by name and labels. @throws Error at a line that is none. */
function figuresOf(text: string): ReadonlyMap<string, number> {
  const figures = new Map<string, number>();
  for (const line of text.split("\n").filter((line) => line !== "" && !line.startsWith("# "))) {
    const [, name, value] =
      /^([a-z_][a-z0-9_]*(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*\})?) (\S+)$/i.exec(line) ?? [];
    if (name === undefined || value === undefined || Number.isNaN(Number(value.replace("Nan", "NaN"))))
      throw new Error(`no figure: ${line}`);
    figures.set(name, Number(value));
  }
  return figures;
}

describe("GET /healthz and /readyz", () => {
  test("are 200 without a token, though one is set", async () => {
    const stage = await openHttp();
    const site = await stage.start({ HTTP_TOKEN: "user-token-of-the-test" });

    const [health, ready] = [await site.get("/healthz"), await site.get("/readyz")];

    expect([health.status, health.text]).toEqual([200, '{"status":"ok"}']);
    expect(ready.status).toBe(200);
    expect((ready.json() as Ready).checks.map(({ name, isReady }) => [name, isReady])).toEqual([
      ["records", true],
      ["lists", true],
      ["keys", true],
      ["http", true],
    ]);
  });

  test("is 503 with the reason when VirusTotal refuses every key, and no part of a key is told", async () => {
    const key = "a-long-key-that-is-refused-0123456789";
    const stage = await openHttp();
    const site = await stage.start({ VT_APIKEY1: key });
    await site.post("/verificar_ip", { ip: "45.10.0.1" });

    const ready = await site.get("/readyz");

    expect(ready.status).toBe(503);
    expect((ready.json() as Ready).status).toBe("not ready");
    expect((ready.json() as Ready).checks[2]?.reason).toMatch(/VT_APIKEY1: \w/);
    expect(ready.text).not.toContain("6789");
    expect((await site.get("/healthz")).status).toBe(200);
  });

  test("is 503 while a platform that has credentials cannot be reached", async () => {
    const stage = await openHttp();
    const stopping = new AbortController();
    const notices: string[] = [];
    const serving = serve({
      env: {
        ...(await stage.environment()),
        HTTP_PORT: "0",
        SLACK_BOT_TOKEN: "xoxb-test",
        SLACK_APP_TOKEN: "xapp-test",
        SLACK_API_URL: "http://127.0.0.1:1/api",
      },
      signal: stopping.signal,
      onNotice: (sentence) => void notices.push(sentence),
    });

    const toPort = () => notices.map((sentence) => /^Console.*:(\d+)/u.exec(sentence)?.[1]).find(Boolean);
    await stage.until(async () => toPort() !== undefined, "the console");
    const ready = await fetch(`http://127.0.0.1:${toPort()}/readyz`);
    const { checks } = (await ready.json()) as Ready;
    stopping.abort();
    await serving;

    expect(ready.status).toBe(503);
    expect(checks.filter(({ isReady }) => !isReady).map(({ name }) => name)).toEqual(["slack"]);
  });

  test("is 503 with the reason while blacklist.txt is a folder, and 200 again after that", async () => {
    const stage = await openHttp();
    const site = await stage.start();
    rmSync(stage.path("blacklist.txt"), { force: true });
    mkdirSync(stage.path("blacklist.txt"));

    const ready = await site.get("/readyz");
    const feed = await site.get("/blacklist.txt");
    rmSync(stage.path("blacklist.txt"), { recursive: true });

    expect(ready.status).toBe(503);
    expect((ready.json() as Ready).checks[1]?.reason).toMatch(/blacklist\.txt/);
    expect(ready.text).not.toContain(stage.folder);
    expect([feed.status, feed.error()]).toEqual([422, expect.stringMatching(/blacklist\.txt/)]);
    expect((await site.get("/readyz")).status).toBe(200);
  });
});

describe("GET /metrics", () => {
  test("has figures of look-ups, keys, queue, lists, questions and requests", async () => {
    const stage = await openHttp({
      objects: { "45.10.0.1": flagged(9), "45.10.0.2": flagged(0), "45.10.0.3": "missing" },
    });
    stage.write("blacklist.txt", "45.99.0.1\n45.99.0.2\n");
    const site = await stage.start({ VT_KEY1_PER_DAY: "500" });
    await site.post("/verificar_ip", { ips: ["45.10.0.1", "45.10.0.2", "45.10.0.3"] });
    await proposals(site, 1);

    const answer = await site.get("/metrics");

    expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const figures = figuresOf(answer.text);
    expect(figures.get('vtip_look_ups_ended{outcome="answered"}')).toBe(3);
    expect(figures.get('vtip_key_day_used{key="VT_APIKEY1"}')).toBe(3);
    expect(figures.get('vtip_key_day_left{key="VT_APIKEY1"}')).toBe(497);
    expect(figures.get('vtip_key_parked{key="VT_APIKEY1"}')).toBe(0);
    expect(figures.get("vtip_blocked_addresses")).toBe(2);
    expect(figures.get('vtip_proposals{state="open"}')).toBe(1);
    expect(figures.get('vtip_requests{key="VT_APIKEY1",outcome="answered"}')).toBe(3);
    expect(figures.get('vtip_ready{name="http"}')).toBe(1);
    expect(figures.get("vtip_still_seconds")).toBe(0);
    expect(figures.get('vtip_queue{lane="person"}')).toBe(0);
    expect(figures.get("process_resident_memory_bytes")).toBeGreaterThan(1_000_000);
    const name = 'vtip_http_request_seconds_count{method="POST",route="/verificar_ip",status="200"}';
    expect(figures.get(name)).toBe(1);
  });

  test("has no name that who asks has made up", async () => {
    const stage = await openHttp();
    const site = await stage.start();
    for (const path of ["/x1", "/x2", "/api/scans/S-AAAA", "/api/scans/S-BBBB"]) await site.get(path);

    const { text } = await site.get("/metrics");

    expect(text).not.toMatch(/x1|AAAA/);
    expect(text).toContain('route="/api/scans/:id"');
  });
});
