import { z } from "zod";

import {
  apiUrl,
  commandWords,
  decimal,
  readEnv,
  serverUrl,
  targetUrl,
  wholeNumber,
  withSecretFiles,
  words,
  type Env,
} from "./env.ts";
import { UserError } from "./errors.ts";
import { toOwnNetwork } from "./lists/own-networks.ts";
import type { VerdictRule } from "./model.ts";

/** One API key with its own limits; 0 = no limit. */
export interface KeyConfig {
  /** The variable that holds it, which is how a person knows it. */
  readonly name: string;
  readonly secret: string;
  readonly perMinute: number;
  readonly perDay: number;
  readonly perMonth: number;
}

/** Which indicator a URL gives to a scan: its host, the URL itself, or both. */
export type UrlLookup = "host" | "url" | "both";

/** The settings of the core; every adapter parses its own. */
export interface Config {
  readonly keys: readonly KeyConfig[];
  /** Sentences about the keys that a person should read at start, such as a key given twice. */
  readonly warnings: readonly string[];
  readonly vtUrl: string;
  readonly windowMs: number;
  readonly timeoutMs: number;
  readonly interactiveReserve: number;
  readonly rule: VerdictRule;
  readonly urlLookup: UrlLookup;
  readonly cacheMs: number;
  readonly cacheUnknownMs: number;
  readonly whitelistFile: string;
  readonly blacklistFile: string;
  /** A folder of MISP warning lists; null: none. */
  readonly warningListsDir: string | null;
  /** Where the warning lists are fetched from: what stands before `/lists/<name>/list.json`. */
  readonly warningListsUrl: string;
  /** Addresses and networks that are never proposed, as they were written. */
  readonly ownNetworks: readonly string[];
  /** Who may change the blacklist, such as `local:console`; nobody by default. */
  readonly approvers: readonly string[];
  /** Whether an approver may not approve the scan that they asked for. */
  readonly isFourEyes: boolean;
  /** The default life of a block in days; 0: until it is removed. */
  readonly blockDays: number;
  /** Of the day in UTC: when channels are told which blocks end. */
  readonly digestHour: number;
  /** More addresses than this are asked about once more. */
  readonly maxBlocksPerApproval: number;
  /** A chat scan that needs more requests than this asks first. */
  readonly confirmOver: number;
  /** What is told of each change of the blacklist, and what messages are signed with; null: nobody, nothing. */
  readonly blockWebhookUrl: string | null;
  readonly blockWebhookSecret: string | null;
  /** The program that gets the blacklist, and its arguments; null: none. */
  readonly blockCommand: readonly string[] | null;
  /** The chat platforms to serve; empty: all that have credentials. */
  readonly adapters: readonly string[];
  readonly dataDir: string;
  /** A PostgreSQL database that several processes keep their records in; null: SQLite in `dataDir`. */
  readonly databaseUrl: string | null;
  /** A Redis in which several processes share what VirusTotal answered; null: each has a cache of its own. */
  readonly redisUrl: string | null;
  readonly logLevel: string;
  readonly logFile: string;
}

/** The limits of a public key: docs.virustotal.com, "Public vs Premium API". */
const PUBLIC_KEY = { perMinute: 4, perDay: 500, perMonth: 15_500 } as const;

const HOUR_MS = 3_600_000;

/** All that VirusTotal sorts engines into: docs.virustotal.com, "last_analysis_stats" of files and URLs. */
const CATEGORIES = [
  "malicious",
  "suspicious",
  "harmless",
  "undetected",
  "timeout",
  "confirmed-timeout",
  "failure",
  "type-unsupported",
];

const Settings = z.object({
  VT_API_URL: apiUrl("https://www.virustotal.com/api/v3"),
  VT_WINDOW_SECONDS: decimal(60, 0.01),
  VT_TIMEOUT_SECONDS: decimal(30, 0.01),
  INTERACTIVE_RESERVE: wholeNumber(1),
  UNSAFE_ABOVE: wholeNumber(3),
  COUNT_AS_DETECTION: words("malicious,suspicious").refine(
    (list) => list.length > 0 && list.every((category) => CATEGORIES.includes(category)),
    `must be some of ${CATEGORIES.join(", ")}`,
  ),
  URL_LOOKUP: z.enum(["host", "url", "both"], "must be host, url or both").default("host"),
  CACHE_HOURS: decimal(24, 0),
  CACHE_HOURS_UNKNOWN: decimal(6, 0),
  WHITELIST_FILE: z.string().default("whitelist.txt"),
  BLACKLIST_FILE: z.string().default("blacklist.txt"),
  WARNING_LISTS_DIR: z.string().default(""),
  WARNING_LISTS_URL: apiUrl("https://raw.githubusercontent.com/MISP/misp-warninglists/main"),
  OWN_NETWORKS: words("").superRefine((list, context) => {
    for (const text of list.filter((network) => toOwnNetwork(network) === null)) {
      context.addIssue({
        code: "custom",
        message: `has "${text}", which is no address and no network such as 198.51.100.0/24`,
      });
    }
  }),
  APPROVERS: words(""),
  FOUR_EYES: z.enum(["true", "false"], "must be true or false").default("false"),
  BLOCK_DAYS: wholeNumber(0),
  DIGEST_HOUR: wholeNumber(8, 0, 23),
  MAX_BLOCKS_PER_APPROVAL: wholeNumber(200, 1),
  CONFIRM_OVER: wholeNumber(100),
  BLOCK_WEBHOOK_URL: targetUrl(),
  BLOCK_WEBHOOK_SECRET: z.string().default(""),
  BLOCK_COMMAND: commandWords(),
  ADAPTERS: words(""),
  DATA_DIR: z.string().default("data"),
  DATABASE_URL: serverUrl(["postgres:", "postgresql:"], "postgres://user:password@host:5432/vtip"),
  REDIS_URL: serverUrl(["redis:", "rediss:"], "redis://host:6379"),
  LOG_LEVEL: z
    .enum(
      ["silent", "fatal", "error", "warn", "info", "debug", "trace"],
      "must be debug, info, warn, error or silent",
    )
    .default("info"),
  LOG_FILE: z.string().default("app.log"),
});

/** What may stand in a file that `<name>_FILE` names. An address can hold a password. */
const SECRETS =
  /^(?:VT_APIKEY[1-9]\d*|VT_API_KEY|API_KEY|DATABASE_URL|REDIS_URL|BLOCK_WEBHOOK_URL|BLOCK_WEBHOOK_SECRET)$/u;

/** @throws UserError (exit status 3) that names every wrong variable. No key is no error here: not every command needs one. */
export function readConfig(given: Env): Config {
  const env = withSecretFiles(given, SECRETS);
  const settings = readEnv(Settings, env);
  const { keys, warnings } = readKeys(env);
  return Object.freeze({
    keys,
    warnings,
    vtUrl: settings.VT_API_URL,
    windowMs: settings.VT_WINDOW_SECONDS * 1000,
    timeoutMs: settings.VT_TIMEOUT_SECONDS * 1000,
    interactiveReserve: settings.INTERACTIVE_RESERVE,
    rule: { unsafeAbove: settings.UNSAFE_ABOVE, countAsDetection: settings.COUNT_AS_DETECTION },
    urlLookup: settings.URL_LOOKUP,
    cacheMs: settings.CACHE_HOURS * HOUR_MS,
    cacheUnknownMs: settings.CACHE_HOURS_UNKNOWN * HOUR_MS,
    whitelistFile: settings.WHITELIST_FILE,
    blacklistFile: settings.BLACKLIST_FILE,
    warningListsDir: settings.WARNING_LISTS_DIR === "" ? null : settings.WARNING_LISTS_DIR,
    warningListsUrl: settings.WARNING_LISTS_URL,
    ownNetworks: settings.OWN_NETWORKS,
    approvers: settings.APPROVERS,
    isFourEyes: settings.FOUR_EYES === "true",
    blockDays: settings.BLOCK_DAYS,
    digestHour: settings.DIGEST_HOUR,
    maxBlocksPerApproval: settings.MAX_BLOCKS_PER_APPROVAL,
    confirmOver: settings.CONFIRM_OVER,
    blockWebhookUrl: settings.BLOCK_WEBHOOK_URL,
    blockWebhookSecret: settings.BLOCK_WEBHOOK_SECRET === "" ? null : settings.BLOCK_WEBHOOK_SECRET,
    blockCommand: settings.BLOCK_COMMAND,
    adapters: settings.ADAPTERS,
    dataDir: settings.DATA_DIR,
    databaseUrl: settings.DATABASE_URL,
    redisUrl: settings.REDIS_URL,
    logLevel: settings.LOG_LEVEL,
    logFile: settings.LOG_FILE,
  });
}

function readKeys(env: Env): { keys: KeyConfig[]; warnings: string[] } {
  const warnings: string[] = [];
  const seen = new Map<string, string>();
  const keys: KeyConfig[] = [];
  for (const { name, number, secret } of keyVariables(env)) {
    const twin = seen.get(secret);
    if (twin !== undefined) {
      warnings.push(`${name} is the same key as ${twin} and is not used.`);
      continue;
    }
    seen.set(secret, name);
    keys.push({ name, secret, ...readLimits(env, number) });
  }
  return { keys, warnings };
}

function keyVariables(env: Env): { name: string; number: number; secret: string }[] {
  const found = Object.keys(env)
    .flatMap((name) => {
      const number = /^VT_APIKEY([1-9]\d*)$/.exec(name)?.[1];
      return number === undefined ? [] : [{ name, number: Number(number) }];
    })
    .toSorted((a, b) => a.number - b.number);
  const single = ["VT_API_KEY", "API_KEY"].map((name) => ({ name, number: 1 }));
  const numbered = withSecrets(env, found);
  return numbered.length > 0 ? numbered : withSecrets(env, single).slice(0, 1);
}

function withSecrets<V extends { name: string }>(env: Env, variables: V[]): (V & { secret: string })[] {
  return variables.flatMap((variable) => {
    const secret = env[variable.name]?.trim() ?? "";
    if (secret === "") return [];
    if (!/^[\x21-\x7e]+$/.test(secret)) {
      throw new UserError(
        `${variable.name} holds characters that no API key has. Copy the key again from virustotal.com.`,
        {
          exitStatus: 3,
        },
      );
    }
    return [{ ...variable, secret }];
  });
}

function readLimits(env: Env, number: number): Pick<KeyConfig, "perMinute" | "perDay" | "perMonth"> {
  const minute = `VT_KEY${number}_PER_MINUTE`;
  const day = `VT_KEY${number}_PER_DAY`;
  const month = `VT_KEY${number}_PER_MONTH`;
  const limits = readEnv(
    z.object({
      [minute]: wholeNumber(PUBLIC_KEY.perMinute),
      [day]: wholeNumber(PUBLIC_KEY.perDay),
      [month]: wholeNumber(PUBLIC_KEY.perMonth),
    }),
    env,
  );
  return { perMinute: limits[minute] ?? 0, perDay: limits[day] ?? 0, perMonth: limits[month] ?? 0 };
}
