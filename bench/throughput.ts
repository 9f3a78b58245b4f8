import { gunzipSync } from "node:zlib";

import { Pool } from "undici";

import { scanInProcess } from "./core-run.ts";
import { indicators } from "./indicators.ts";
import { atLeast, median, type Measure } from "./row.ts";
import { keyNames, keySettings, standinKeys } from "./settings.ts";
import { withStandin } from "./standin-child.ts";
import { inWorkspace } from "./workspace.ts";

const LOOK_UPS = 5000;
const KEYS = 4;
const CONCURRENCY = 64;
const ROUNDS = 3;
const NO_LIMIT = { perMinute: 0 };

/** The Python client of VirusTotal did this on a server like this one; the limits of real keys are far below. */
const LEAST_PER_SECOND = 800;

/** The whole path without limits, beside a bare client that does nothing but fetch and parse the same bodies. */
export const measureThroughput: Measure = async (say) =>
  withStandin({ keys: standinKeys(KEYS, NO_LIMIT), bodyBytes: 23_000, known: LOOK_UPS }, async ({ url }) => {
    const ours: number[] = [];
    const packed: number[] = [];
    const plain: number[] = [];
    await bareRun(url, "gzip", 1000);
    for (let round = 1; round <= ROUNDS; round += 1) {
      say(`${LOOK_UPS} look-ups without limits, round ${round} of ${ROUNDS}`);
      ours.push(await wholePath(url));
      packed.push(await bareRun(url, "gzip", LOOK_UPS));
      plain.push(await bareRun(url, "identity", LOOK_UPS));
    }
    const perSecond = median(ours);
    const unit = "look-ups/s";
    return [
      {
        name: `whole path, ${KEYS} keys without limits, 23 KB bodies, against undici packed`,
        figure: perSecond,
        unit,
        ratio: perSecond / median(packed),
        ...atLeast(perSecond, LEAST_PER_SECOND, "/s"),
      },
      { name: "undici pool, gzip unpacked, JSON.parse", figure: median(packed), unit },
      { name: "undici pool, plain bodies, JSON.parse", figure: median(plain), unit },
    ];
  });

async function wholePath(url: string): Promise<number> {
  return inWorkspace(async ({ env }) => {
    const settings = { ...env, ...keySettings(KEYS, NO_LIMIT), VT_API_URL: url };
    const text = indicators(LOOK_UPS, { withDomains: true }).join("\n");
    const { report, wallMs } = await scanInProcess(settings, text);
    if (report.summary.requests !== LOOK_UPS)
      throw new Error(`${report.summary.requests} requests were sent.`);
    return (LOOK_UPS * 1000) / wallMs;
  });
}

/** Look-ups a second of as many loops as the program has requests under way. */
async function bareRun(url: string, encoding: "gzip" | "identity", count: number): Promise<number> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONCURRENCY });
  const paths = indicators(count, { withDomains: true }).map(
    (value) => `${pathname}/${value.endsWith(".com") ? "domains" : "ip_addresses"}/${value}`,
  );
  const keys = keyNames(KEYS);
  const turns = paths.entries();
  let parsed = 0;
  async function loop(): Promise<void> {
    for (const [at, path] of turns) {
      const headers = {
        "x-apikey": keys[at % KEYS] ?? "",
        "accept-encoding": encoding,
        "user-agent": "benchmark (gzip)",
      };
      const { body, statusCode } = await pool.request({ method: "GET", path, headers });
      const bytes = Buffer.from(await body.arrayBuffer());
      JSON.parse((encoding === "gzip" ? gunzipSync(bytes) : bytes).toString());
      if (statusCode === 200) parsed += 1;
    }
  }
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, loop));
  const wallMs = performance.now() - startedAt;
  await pool.close();
  if (parsed !== count) throw new Error(`${count - parsed} of ${count} look-ups of the bare client failed.`);
  return (count * 1000) / wallMs;
}
