import { describe, expect, test } from "vitest";

import { fieldOf, flagged, KEY_1, openBench, parseLines } from "./program.ts";

const URL_TEXT = "hxxps://user:s3cret@evil[.]example-shop[.]com/login?next=/a#top";
const ASKED_URL = "https://evil.example-shop.com/login?next=/a";

describe.concurrent("URL_LOOKUP", () => {
  test.for([
    ["host", [["evil.example-shop.com", "domain"]]],
    ["url", [[ASKED_URL, "url"]]],
    [
      "both",
      [
        [ASKED_URL, "url"],
        ["evil.example-shop.com", "domain"],
      ],
    ],
  ] as const)("%s", async ([mode, expected], context) => {
    const bench = await openBench(context, {
      objects: {
        "evil.example-shop.com": flagged(5),
        [ASKED_URL]: flagged(1),
        [`${ASKED_URL}#top`]: flagged(1),
      },
      env: { URL_LOOKUP: mode },
    });

    const { status, stdout } = await bench.run(["scan", "--json", URL_TEXT]);

    expect(status).toBe(0);
    const { lines, summary } = parseLines(stdout);
    expect(lines.map((line) => [String(line["indicator"]).replace(/#top$/, ""), line["kind"]])).toEqual(
      expected,
    );
    expect(summary).toMatchObject({ indicators: expected.length, requests: expected.length });
    expect(bench.asked().map((value) => value.replace(/#top$/, ""))).toEqual(
      expect.arrayContaining(expected.map(([value]) => value)),
    );
    expect(JSON.stringify(bench.standin.requests)).not.toMatch(/s3cret|user:/);
    expect(stdout.replaceAll(/"input":"[^"]*"/g, "")).not.toContain("s3cret");
  });
});

/** All that is wrong in one of them is named at once. */
const WRONG = [
  [
    "settings",
    {
      VT_API_URL: "http://virustotal.example.com/api/v3",
      VT_WINDOW_SECONDS: "a minute",
      VT_TIMEOUT_SECONDS: "-1",
      INTERACTIVE_RESERVE: "1.5",
      UNSAFE_ABOVE: "three",
      COUNT_AS_DETECTION: "malicious,suspicius",
      URL_LOOKUP: "everything",
      CACHE_HOURS: "-2",
      LOG_LEVEL: "loud",
    },
  ],
  ["limits", { VT_KEY1_PER_MINUTE: "-4", VT_KEY1_PER_DAY: "many", VT_KEY1_PER_MONTH: "1e999" }],
  ["a key", { VT_APIKEY1: "clé" }],
] as const;

test.concurrent.for(WRONG)(
  "wrong values of %s end with 3 and are all named, before a request",
  async ([, env], context) => {
    const bench = await openBench(context, { env });

    const { status, stdout, stderr } = await bench.run(["scan", "45.10.0.1"]);

    expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
    expect(stderr).toMatch(/^vtip: .+\n$/);
    for (const name of Object.keys(env)) expect(stderr).toContain(name);
    expect(bench.asked()).toEqual([]);
  },
);

describe.concurrent("keys", () => {
  test("API_KEY alone works as the first", async (context) => {
    const bench = await openBench(context, { env: { VT_APIKEY1: "", API_KEY: KEY_1 } });

    const { status } = await bench.run(["-s", "45.10.0.1", "--json"]);

    expect(status).toBe(0);
    expect(bench.standin.counted(KEY_1).taken).toBe(1);
  });

  test("come from .env too, and the environment wins over it", async (context) => {
    const bench = await openBench(context, {
      objects: { "45.10.0.1": flagged(3) },
      env: { UNSAFE_ABOVE: "3" },
    });
    const env = { VT_APIKEY1: undefined } as unknown as Record<string, string>;
    bench.write(".env", `# mine\nVT_APIKEY1="${KEY_1}"\nUNSAFE_ABOVE=1\n`);

    const { status, stdout } = await bench.run(["-s", "45.10.0.1", "--json"], { env });

    expect(status).toBe(0);
    expect(fieldOf(stdout, "status")).toEqual({ "45.10.0.1": "suspicious" });
  });

  test("one given twice is used once and told", async (context) => {
    const bench = await openBench(context, {
      env: { VT_APIKEY2: KEY_1, VT_KEY1_PER_MINUTE: "2", VT_KEY2_PER_MINUTE: "2" },
    });

    const { status, stdout, stderr } = await bench.run(["quota"]);

    expect(status).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/VT_APIKEY2 is the same key as VT_APIKEY1/);
  });
});

test.concurrent("a verdict is asked again when it is older than CACHE_HOURS, an unknown one sooner", async (context) => {
  const bench = await openBench(context, { objects: { "45.10.0.1": flagged(0), "45.10.0.2": "missing" } });
  const args = ["scan", "--json", "45.10.0.1", "45.10.0.2"];
  await bench.run(args);

  const old = await bench.run(args, { env: { CACHE_HOURS_UNKNOWN: "0" } });
  const kept = await bench.run([...args, "--cached-only"], {
    env: { CACHE_HOURS: "0", CACHE_HOURS_UNKNOWN: "0" },
  });

  expect(parseLines(old.stdout).summary).toMatchObject({ clean: 1, unknown: 1, cached: 1, requests: 1 });
  expect(bench.asked().slice(2)).toEqual(["45.10.0.2"]);
  expect(kept.status).toBe(0);
  expect(parseLines(kept.stdout).summary).toMatchObject({ clean: 1, unknown: 1, cached: 2, requests: 0 });
});
