import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { runVtip } from "../cli-process.ts";
import { indicators } from "../indicators.ts";
import type { Measure, Row } from "../row.ts";
import { keyNames, keySettings, standinKeys } from "../settings.ts";
import { withStandin } from "../standin-child.ts";
import { inWorkspace, type Workspace } from "../workspace.ts";

const DISTINCT = 16;
/** Alerts repeat themselves: every other address comes twice. */
const LINES = 24;
const PER_MINUTE = 4;
/** A minute is this long here. */
const WINDOW_MS = 2000;
/** 60 s for 4 requests, and half a second more: what a known script pauses, on a minute of that length. */
const PAUSE_S = ((60 / PER_MINUTE + 0.5) * WINDOW_MS) / 60_000;

interface Run extends Workspace {
  readonly list: string;
  readonly url: string;
}

interface Peer {
  readonly name: string;
  /** Why it cannot be measured here, or null. */
  readonly missing: () => string | null;
  /** Resolves to how many lines have an answer. */
  readonly run: (run: Run) => Promise<number>;
}

const PEERS: readonly Peer[] = [
  { name: "vtip scan", missing: () => null, run: runOurs },
  {
    name: "curl with xargs -P 4",
    missing: () => lacks("xargs", "curl"),
    run: async (run) => script("curl-xargs.sh", run),
  },
  {
    name: "a loop with a pause after each request",
    missing: () => lacks("curl"),
    run: async (run) => script("sleep-loop.sh", run),
  },
  {
    name: "vt-py, four at a time",
    missing: lacksVtPy,
    run: async (run) => statuses("python3", "vt_py.py", run),
  },
];

/** The same list through public tools and through vtip, each with the same key on a stand-in of its own. */
export const measurePeers: Measure = async (say) => {
  const rows: Row[] = [];
  for (const peer of PEERS) {
    const missing = peer.missing();
    if (missing === null) rows.push(...(await measurePeer(peer)));
    else say(`${peer.name} left out: ${missing}`);
  }
  return rows;
};

async function measurePeer({ name, run }: Peer): Promise<readonly Row[]> {
  const options = { keys: standinKeys(1, { perMinute: PER_MINUTE }), windowMs: WINDOW_MS, known: DISTINCT };
  return withStandin(options, async ({ url, count }) =>
    inWorkspace(async (workspace) => {
      const list = join(workspace.folder, "list.txt");
      await writeFile(list, `${lines().join("\n")}\n`);
      const startedAt = performance.now();
      const answered = await run({ ...workspace, list, url });
      const tookS = (performance.now() - startedAt) / 1000;
      const { taken, refused } = await count();
      const of = `${LINES} lines, ${DISTINCT} distinct, 4 requests in ${WINDOW_MS / 1000} s: ${name}`;
      return [
        { name: `${of}: lines answered`, figure: answered, unit: "lines" },
        { name: `${of}: time`, figure: tookS, unit: "s" },
        { name: `${of}: requests that counted`, figure: taken, unit: "requests" },
        { name: `${of}: 429s`, figure: refused, unit: "replies" },
      ];
    }),
  );
}

function lines(): readonly string[] {
  return indicators(DISTINCT)
    .flatMap((ip, at) => (at % 2 === 0 ? [ip, ip] : [ip]))
    .slice(0, LINES);
}

async function runOurs({ folder, env, list, url }: Run): Promise<number> {
  const settings = {
    ...env,
    ...keySettings(1, { perMinute: PER_MINUTE }),
    VT_API_URL: url,
    VT_WINDOW_SECONDS: String(WINDOW_MS / 1000),
  };
  const { stdout } = await runVtip(["scan", "-i", list, "--no-out", "--json"], { folder, env: settings });
  const known = new Set(
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { indicator?: string; status?: string })
      .flatMap(({ indicator, status }) =>
        indicator !== undefined && status !== "failed" && status !== "skipped" ? [indicator] : [],
      ),
  );
  return lines().filter((ip) => known.has(ip)).length;
}

async function script(name: string, run: Run): Promise<number> {
  return statuses("sh", name, run);
}

async function statuses(program: string, name: string, { list, url }: Run): Promise<number> {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const env = { ...process.env, LIST: list, URL: url, KEY: keyNames(1)[0], PAUSE: String(PAUSE_S) };
  const child = spawn(program, [path], { env, stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return printed.split("\n").filter((line) => line === "200").length;
}

function lacks(...programs: readonly string[]): string | null {
  const missing = programs.filter((name) => spawnSync(name, ["--version"]).error !== undefined);
  return missing.length === 0 ? null : `${missing.join(" and ")} not installed`;
}

function lacksVtPy(): string | null {
  if (process.env["VT_PY"] === undefined) return "VT_PY does not name a checkout of vt-py";
  const { status } = spawnSync("python3", ["-c", "import aiohttp"]);
  return status === 0 ? null : "python3 has no aiohttp (Debian: python3-aiohttp)";
}
