import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { connectPostgres } from "../../src/records/postgres.ts";
import type { Records } from "../../src/records/records.ts";
import { freePort } from "../../test/free-port.ts";
import { openDiscord, type DiscordPlatform } from "../../test/scenarios/discord.ts";
import { openSlack, type SlackPlatform } from "../../test/scenarios/slack.ts";
import type { Chance } from "./chance.ts";
import { type Disk, openDisk } from "./disk.ts";
import { type Engines, PROCESSES } from "./engines.ts";
import { type Launch, type Server, startServer, startServers } from "./program.ts";
import { readRecords } from "./records.ts";
import { openSlackOverHttp } from "./slack-over-http.ts";
import {
  type Gap,
  KEYS,
  startVirusTotal,
  TIMEOUT_MS,
  type TroubledVirusTotal,
  WINDOW_MS,
} from "./virustotal.ts";
import type { WorldClock } from "./world-clock.ts";

/** The program with everything around it: VirusTotal, Slack, Discord, its disk, and the clock of them all. */
export interface House {
  readonly folder: string;
  readonly clock: WorldClock;
  readonly virustotal: TroubledVirusTotal;
  readonly slack: SlackPlatform;
  readonly discord: DiscordPlatform;
  readonly httpUrl: string;
  readonly disk: Disk;
  readonly blacklist: string;
  /** For runs of the command line. */
  readonly launch: Launch;
  readonly server: Server;
  /** What its processes share; null: it has one, with its own records. */
  readonly engines: Engines | null;
  /** What is not the same in all houses. */
  readonly described: string;
  /** The life of its blocks; 0: until removed. */
  readonly blockDays: number;
  /** When processes ended or could not write, of `performance.now`. */
  readonly gaps: Gap[];
  /** How often its clock was moved. */
  moves(): number;
  /** Read beside the program; null until it has made them. */
  records(): Records | null;
  /** The time zone of the next start. */
  setZone(name: string): void;
  /** `look` sees the disk as the program has left it. */
  close(look: () => void): Promise<void>;
}

/** People wait as long as Slack and Discord let them; here a machine with other work counts in. */
const ACK_MS = 5000;
/** Slack repeats an event at once, after a minute and after five; the run has not so much time. */
const RETRY_MS = [0, 1000, 3000] as const;

/** So that some end, and their channel is asked about them before, within a house. */
const BLOCK_DAYS = 3;

const OWN_MACHINE = new URL("./own-machine.mjs", import.meta.url);
/** As the system numbers places where processes are counted. */
const MACHINES = 4_026_540_000;

/** Starts everything in a new folder. */
export async function openHouse(
  folder: string,
  clock: WorldClock,
  chance: Chance,
  engines: Engines | null,
): Promise<House> {
  mkdirSync(folder, { recursive: true });
  const disk = openDisk(join(folder, "disk"));
  const blacklist = join(disk.path, "blacklist.txt");
  writeFileSync(blacklist, "# Kept by hand.\n");
  const virustotal = await startVirusTotal(chance, clock);
  // A port has one listener, and there is no balancer here.
  const isOverHttp = engines === null && chance.happens(0.3);
  const slackOptions = { ackMs: ACK_MS, retryMs: RETRY_MS };
  const slack = isOverHttp
    ? await openSlackOverHttp(slackOptions)
    : await openSlack("socket", undefined, slackOptions);
  const discord = await openDiscord(undefined, { ackMs: ACK_MS });
  const port = await freePort();
  const platforms = { ...(await slack.env()), ...(await discord.env()) };
  const movesBefore = clock.moves();
  const blockDays = chance.happens(0.5) ? BLOCK_DAYS : 0;
  let zone = "UTC";
  const toPlace = (line: number) => shared !== null && { ...shared.env(line), MACHINE: `${MACHINES + line}` };
  const shared = engines?.next() ?? null;
  // Of processes on one machine the others see at once that one is gone; on machines of their own they wait for it.
  const isApart = shared !== null && chance.happens(0.6);
  const launch: Launch = {
    nodeArgs: [...clock.nodeArgs, ...(isApart ? ["--import", OWN_MACHINE.href] : [])],
    folder,
    output: join(folder, "output.txt"),
    env: () => ({
      ...clock.env,
      ...platforms,
      ...ownSettings(folder, disk, virustotal),
      ...toPlace(PROCESSES),
      HTTP_PORT: String(port),
      BLOCK_DAYS: String(blockDays),
      // The clock is moved to midnight, and little passes until it is moved again.
      DIGEST_HOUR: "0",
      APPROVERS: [slack.idOf("bob"), discord.idOf("bob")].join(","),
      TZ: zone,
    }),
  };
  // One of them listens to HTTP: a port has one listener.
  const toServer = (nth: number): Launch => ({
    ...launch,
    env: () => ({ ...launch.env(), ...toPlace(nth), ...(nth > 0 && { ADAPTERS: "slack,discord" }) }),
  });
  const server =
    shared === null
      ? startServer(launch)
      : startServers(Array.from({ length: PROCESSES }, (_, nth) => toServer(nth)));
  let records: Records | null = null;
  return {
    folder,
    clock,
    virustotal,
    slack,
    discord,
    httpUrl: `http://127.0.0.1:${port}`,
    disk,
    blacklist,
    launch,
    server,
    engines,
    described: [
      describe(shared === null, isApart),
      ...(isOverHttp ? ["Slack over HTTP"] : []),
      ...(blockDays > 0 ? [`blocks of ${blockDays} days`] : []),
    ].join(", "),
    blockDays,
    gaps: [],
    moves: () => clock.moves() - movesBefore,
    records: () =>
      (records ??=
        shared === null
          ? readRecords(join(disk.path, "data"))
          : connectPostgres(shared.databaseUrl, () => undefined).records),
    setZone(name) {
      zone = name;
    },
    async close(look) {
      await server.stop();
      await records?.destroy();
      await Promise.all([slack.stop(), discord.stop(), virustotal.standin.close()]);
      look();
      disk.remove();
    },
  };
}

function describe(isAlone: boolean, isApart: boolean): string {
  if (isAlone) return "one process";
  return `three processes, ${isApart ? "each on a machine of its own" : "on one machine"}`;
}

function ownSettings(
  folder: string,
  disk: Disk,
  { standin }: TroubledVirusTotal,
): Readonly<Record<string, string>> {
  const keys = KEYS.flatMap(({ secret, perMinute, perDay, perMonth }, at) => [
    [`VT_APIKEY${at + 1}`, secret],
    [`VT_KEY${at + 1}_PER_MINUTE`, String(perMinute)],
    [`VT_KEY${at + 1}_PER_DAY`, String(perDay)],
    [`VT_KEY${at + 1}_PER_MONTH`, String(perMonth)],
  ]);
  return {
    ...Object.fromEntries(keys),
    VT_API_URL: standin.url,
    VT_WINDOW_SECONDS: String(WINDOW_MS / 1000),
    VT_TIMEOUT_SECONDS: String(TIMEOUT_MS / 1000),
    DATA_DIR: join(disk.path, "data"),
    BLACKLIST_FILE: join(disk.path, "blacklist.txt"),
    WHITELIST_FILE: join(disk.path, "whitelist.txt"),
    LOG_FILE: join(folder, "app.log"),
  };
}
