import type { User } from "./chat.ts";
import { systemClock } from "./clock.ts";
import { adoptBlockList } from "./commands/adopt-block-list.ts";
import { approveBySetting } from "./commands/approve-by-setting.ts";
import { CONSOLE } from "./commands/console-right.ts";
import { exportBlockList } from "./commands/export-block-list.ts";
import { extractFrom } from "./commands/extract.ts";
import { importBlockList } from "./commands/import-block-list.ts";
import { blockList, checkWhitelist, why } from "./commands/lists.ts";
import { planOf } from "./commands/plan.ts";
import { resume, scan } from "./commands/scan.ts";
import { cancel, recentScans } from "./commands/scans.ts";
import type { Tools } from "./commands/tools.ts";
import { unblock } from "./commands/unblock.ts";
import { createViews, type ChatViews } from "./commands/views.ts";
import type { Config } from "./config.ts";
import type { Core } from "./contract.ts";
import type { Attempt } from "./lists/approver.ts";
import { createListings } from "./lists/listings.ts";
import { openLog } from "./log.ts";
import { openLookUps } from "./lookup/look-ups.ts";
import type { Clock } from "./model.ts";
import { readAudit, verifyAudit } from "./records/audit-trail.ts";
import { isPostgres } from "./records/postgres-only.ts";
import { startPresence } from "./records/presence.ts";
import { openRecords } from "./records/records.ts";
import { createTickets } from "./records/tickets.ts";
import { toAuditText } from "./report/audit-text.ts";
import { toRecord } from "./report/record.ts";
import { warningsOf } from "./warnings.ts";

/** Opens the records, the cache and the lists. @throws UserError when one cannot be used. */
export async function openTools(
  config: Config,
  options: { isDemo: boolean; onProblem: (sentence: string) => void; clock?: Clock; mayLead?: boolean },
): Promise<{ readonly tools: Tools; close(): Promise<void> }> {
  const log = await openLog({ level: config.logLevel, file: config.logFile, onProblem: options.onProblem });
  const { clock = systemClock } = options;
  const records = await openRecords({
    ...config,
    onFault: (error) => log.warn({ err: error }, "a connection to the records ended"),
  });
  const closing: (() => Promise<void>)[] = [async () => records.destroy()];
  const close = async () => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    const presence = isPostgres(records)
      ? await startPresence(records, log, { mayLead: options.mayLead ?? false })
      : null;
    if (presence !== null) closing.push(async () => presence.end());
    const lookUps = await openLookUps({ config, records, clock, log });
    closing.push(async () => lookUps.close());
    const listings = createListings(config);
    return {
      tools: { config, clock, log, records, lookUps, listings, presence, isDemo: options.isDemo },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens everything, and offers the commands. @throws UserError when something cannot be used. */
export async function openCore(
  config: Config,
  options: { isDemo: boolean; onProblem: (sentence: string) => void },
): Promise<Core> {
  const { tools, close } = await openTools(config, options);
  return { ...toCore(tools), close };
}

const NO_CHAT: ChatViews = { platforms: () => [], linkOf: async () => null };

/** The commands on what is open. Closing it is left to who opened it. */
export function toCore(tools: Tools, chat: ChatViews = NO_CHAT): Core {
  const { config, records, lookUps, listings } = tools;
  return {
    ...createViews(tools, chat),
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
    unblock: async (ip, reason, user) => unblock(tools, ip, reason, toAttempt(user)),
    blockList: () => blockList(tools),
    exportBlockList: async (request) => exportBlockList(tools, request),
    approveBySetting: async (proposalId) => approveBySetting(tools, proposalId),
    importBlockList: async (input, options) =>
      importBlockList(tools, input, options, toAttempt(options.user)),
    adoptBlockList: async ({ user, isSure }) => adoptBlockList(tools, { isSure }, toAttempt(user)),
    checkWhitelist: async (indicator) => checkWhitelist(tools, indicator),
    audit: () => readAudit(records),
    exportAudit: (format) => toAuditText(readAudit(records), format),
    verifyAudit: async () => verifyAudit(records),
    toRecord: (result) => toRecord(result, config.rule),
    tickets: createTickets(records, tools.clock),
    close: async () => undefined,
  };
}

/** A name is of whoever sits at this machine. Nobody who is known by the name `local:` is in a group. */
function toAttempt(user: User | string): Attempt {
  return { user: typeof user === "string" ? { id: CONSOLE, name: user } : user, groupsOf: async () => [] };
}
