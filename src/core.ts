import { systemClock } from "./clock.ts";
import { approveBySetting } from "./commands/approve-by-setting.ts";
import { exportBlockList } from "./commands/export-block-list.ts";
import { extractFrom } from "./commands/extract.ts";
import { importBlockList } from "./commands/import-block-list.ts";
import { blockList, checkWhitelist, why } from "./commands/lists.ts";
import { planOf } from "./commands/plan.ts";
import { resume, scan } from "./commands/scan.ts";
import { cancel, recentScans } from "./commands/scans.ts";
import type { Tools } from "./commands/tools.ts";
import { CONSOLE, unblock } from "./commands/unblock.ts";
import { createViews } from "./commands/views.ts";
import type { Config } from "./config.ts";
import type { Core } from "./contract.ts";
import { createListings } from "./lists/listings.ts";
import { openLog } from "./log.ts";
import { openLookUps } from "./lookup/look-ups.ts";
import type { Clock } from "./model.ts";
import { readAudit, verifyAudit } from "./records/audit-trail.ts";
import { openRecords } from "./records/records.ts";
import { toAuditText } from "./report/audit-text.ts";
import { toRecord } from "./report/record.ts";
import type { Readiness } from "./views.ts";
import { warningsOf } from "./warnings.ts";

/** Opens the records, the cache and the lists. @throws UserError when one cannot be used. */
export async function openTools(
  config: Config,
  options: { isDemo: boolean; onProblem: (sentence: string) => void; clock?: Clock },
): Promise<{ readonly tools: Tools; close(): Promise<void> }> {
  const log = await openLog({ level: config.logLevel, file: config.logFile, onProblem: options.onProblem });
  const { clock = systemClock } = options;
  const records = await openRecords(config.dataDir);
  const lookUps = await openLookUps({ config, records, clock, log });
  const listings = createListings(config);
  return {
    tools: { config, clock, log, records, lookUps, listings, isDemo: options.isDemo },
    async close() {
      await lookUps.close();
      await records.destroy();
    },
  };
}

/** Opens everything, and offers the commands. @throws UserError when something cannot be used. */
export async function openCore(
  config: Config,
  options: { isDemo: boolean; onProblem: (sentence: string) => void },
): Promise<Core> {
  const { tools, close } = await openTools(config, options);
  return { ...toCore(tools), close };
}

/** The commands on what is open; `platforms` tells which of them are there. Closing it is left to who opened it. */
export function toCore(tools: Tools, platforms: () => readonly Readiness[] = () => []): Core {
  const { config, records, lookUps, listings } = tools;
  return {
    ...createViews(tools, platforms),
    warnings: [...warningsOf(config), ...listings.problems()],
    rule: config.rule,
    isDemo: tools.isDemo,
    extract: async (input) => extractFrom(input),
    plan: async (input) => planOf(tools, await extractFrom(input), { fresh: false }),
    scan: async (request, watcher, signal) => scan(tools, request, watcher, signal),
    resume: async (id, run, watcher, signal) => resume(tools, id, run, watcher, signal),
    scans: async () => recentScans(tools),
    cancel: async (id) => cancel(tools, id),
    quota: lookUps.quota,
    why: async (ip) => why(tools, ip),
    unblock: async (ip, reason, user) => unblock(tools, ip, reason, atConsole(user)),
    blockList: () => blockList(tools),
    exportBlockList: async (request) => exportBlockList(tools, request),
    approveBySetting: async (proposalId) => approveBySetting(tools, proposalId),
    importBlockList: async (input, options) =>
      importBlockList(tools, input, options, atConsole(options.user)),
    checkWhitelist: async (indicator) => checkWhitelist(tools, indicator),
    audit: () => readAudit(records),
    exportAudit: (format) => toAuditText(readAudit(records), format),
    verifyAudit: async () => verifyAudit(records),
    toRecord: (result) => toRecord(result, config.rule),
    close: async () => undefined,
  };
}

/** Whoever sits at this machine: nobody there is in a group. */
function atConsole(name: string) {
  return { user: { id: CONSOLE, name }, groupsOf: async () => [] };
}
