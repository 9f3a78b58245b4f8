import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Demo } from "../contract.ts";
import { SAMPLE_REPORT } from "./sample.ts";
import { startStandin } from "./standin.ts";

/** The minute of the demo: with two keys and the sample's look-ups it takes some 15 s, so that one sees the limits at work. */
const WINDOW_SECONDS = 2;

const DEMO_KEYS = ["demo-key-one-not-a-real-key", "demo-key-two-not-a-real-key"];

/** What the stand-in says about some of the sample, so that the demo shows every verdict. */
const OBJECTS = {
  "28.14.203.77": { stats: { malicious: 17, suspicious: 2, harmless: 41, undetected: 34, timeout: 0 } },
  "28.14.203.78": { stats: { malicious: 9, suspicious: 1, harmless: 50, undetected: 34, timeout: 0 } },
  "29.61.7.190": { stats: { malicious: 21, suspicious: 0, harmless: 39, undetected: 34, timeout: 0 } },
  "30.5.99.12": { stats: { malicious: 2, suspicious: 1, harmless: 57, undetected: 34, timeout: 0 } },
  "22.9.71.160": { stats: { malicious: 6, suspicious: 0, harmless: 54, undetected: 34, timeout: 0 } },
  "8.8.8.8": { stats: { malicious: 0, suspicious: 0, harmless: 60, undetected: 34, timeout: 0 } },
  "1.1.1.1": { stats: { malicious: 0, suspicious: 0, harmless: 60, undetected: 34, timeout: 0 } },
  "9.9.9.9": { stats: { malicious: 0, suspicious: 0, harmless: 60, undetected: 34, timeout: 0 } },
  "26.44.150.9": "missing",
} as const;

/** Starts the stand-in, and makes a folder with lists and records that have nothing to do with the real ones. */
export async function startDemo(): Promise<Demo> {
  const limits = { perMinute: 4, perDay: 500, perMonth: 15_500 };
  const keys = Object.fromEntries(DEMO_KEYS.map((key) => [key, limits]));
  const standin = await startStandin({
    keys,
    windowMs: WINDOW_SECONDS * 1000,
    objects: OBJECTS,
    latencyMs: 150,
  });
  const folder = await mkdtemp(join(tmpdir(), "vtip-demo-"));
  await writeFile(join(folder, "whitelist.txt"), "# DEMO\n9.9.9.9\n8.8.8.0/24\n");
  await writeFile(join(folder, "blacklist.txt"), "# DEMO\n22.9.71.160\n");
  return {
    folder,
    sample: { kind: "text", name: "DEMO report", text: SAMPLE_REPORT },
    setting: {
      env: {
        VT_APIKEY1: DEMO_KEYS[0] ?? "",
        VT_APIKEY2: DEMO_KEYS[1] ?? "",
        VT_API_URL: standin.url,
        VT_WINDOW_SECONDS: String(WINDOW_SECONDS),
        WHITELIST_FILE: join(folder, "whitelist.txt"),
        BLACKLIST_FILE: join(folder, "blacklist.txt"),
        DATA_DIR: join(folder, "data"),
        LOG_FILE: join(folder, "app.log"),
      },
    },
    close: standin.close,
  };
}
