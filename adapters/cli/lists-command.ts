import { userInfo } from "node:os";

import { wordCount, wordTime } from "../../src/card.ts";
import type { AuditFormat, AuditRow } from "../../src/contract.ts";
import { withCore, type CliContext } from "./scan-command.ts";
import { printable } from "./terminal.ts";

/** Takes an address off the blacklist. */
export async function unblockCommand(
  context: CliContext,
  ip: string,
  reason: readonly string[],
): Promise<number> {
  return withCore(context, undefined, async (core) => {
    const unblocked = await core.unblock(ip, reason.join(" ") || null, userInfo().username);
    await context.terminal.print(`${unblocked} is off the blacklist.`);
    return 0;
  });
}

/** Tells which whitelist entry covers an indicator. */
export async function whitelistCheckCommand(context: CliContext, indicator: string): Promise<number> {
  return withCore(context, undefined, async (core) => {
    const { indicator: checked, line, isOwnerKnown } = await core.checkWhitelist(indicator);
    const unknown = isOwnerKnown ? "" : " (its owner and AS number are not known yet; a scan finds them)";
    await context.terminal.print(
      line === null
        ? `${checked} is not whitelisted${unknown}`
        : `${checked} is whitelisted by "${printable(line.entry)}", line ${line.line}`,
    );
    return 0;
  });
}

/** Shows what is blocked. */
export async function blocklistListCommand(context: CliContext): Promise<number> {
  return withCore(context, undefined, async (core) => {
    const { addresses, whitelisted } = core.blockList();
    for (const address of addresses) {
      await context.terminal.print(whitelisted.includes(address) ? `${address}  (whitelisted too)` : address);
    }
    context.terminal.say(`${wordCount(addresses.length, "address", "addresses")} blocked`);
    return 0;
  });
}

/** The options of `blocklist export`, as commander gives them. */
export interface ExportFlags {
  readonly format: string;
  readonly collapse?: boolean;
  readonly comments?: boolean;
  readonly rules?: boolean;
  readonly out?: string;
}

/** Writes what is blocked for a firewall, to standard output or a file. */
export async function blocklistExportCommand(context: CliContext, flags: ExportFlags): Promise<number> {
  const { format, collapse = false, comments = false, rules = false, out } = flags;
  return withCore(context, undefined, async (core) => {
    const list = await core.exportBlockList({ format, collapse, comments, rules });
    if (out !== undefined) {
      await list.writeTo(out);
    } else {
      // `print` ends the line itself.
      for await (const chunk of list.chunks()) await context.terminal.print(chunk.replace(/\n$/, ""));
    }
    for (const note of list.notes) context.terminal.say(note);
    if (out !== undefined) context.terminal.say(`${wordCount(list.entries, "entry", "entries")} in ${out}`);
    return 0;
  });
}

/** Makes the file that is set the blacklist of the records. */
export async function blocklistAdoptCommand(
  context: CliContext,
  { yes = false }: { readonly yes?: boolean },
): Promise<number> {
  return withCore(context, undefined, async (core) => {
    const user = userInfo().username;
    const { file, isDone, added, removed } = await core.adoptBlockList({ user, isSure: yes });
    const extra = wordCount(added, "address", "addresses");
    const lost = wordCount(removed, "address", "addresses");
    await context.terminal.print(`On ${file} and not in the records: ${extra}`);
    await context.terminal.print(`In the records and not on ${file}: ${lost}`);
    if (isDone) {
      context.terminal.say(`${file} is the blacklist of these records now.`);
      return 0;
    }
    context.terminal.say(
      `vtip: ${lost} would be blocked no longer, so nothing was changed. If that is meant, run it again with --yes.`,
    );
    return 1;
  });
}

/** Shows the audit trail. */
export async function auditCommand(context: CliContext): Promise<number> {
  return withCore(context, undefined, async (core) => {
    for await (const row of core.audit()) await context.terminal.print(toActLine(row));
    return 0;
  });
}

/** Writes the audit trail with its hashes to standard output. */
export async function auditExportCommand(context: CliContext, format: AuditFormat): Promise<number> {
  return withCore(context, undefined, async (core) => {
    // `print` ends the line itself.
    for await (const text of core.exportAudit(format)) await context.terminal.print(text.replace(/\n$/, ""));
    return 0;
  });
}

/** Checks that nobody changed the audit trail. */
export async function auditVerifyCommand(context: CliContext): Promise<number> {
  return withCore(context, undefined, async (core) => {
    const check = await core.verifyAudit();
    const words = check.whole
      ? `The audit trail is whole: ${wordCount(check.entries, "entry", "entries")}.`
      : `The audit trail was changed at entry ${check.brokenAt}: what follows cannot be trusted.`;
    await context.terminal.print(words);
    return check.whole ? 0 : 2;
  });
}

function toActLine({ at, who, action, subject, detail }: AuditRow): string {
  const { reason, refused, detections, total, scan, until } = detail;
  const words = [
    reason,
    refused,
    typeof detections === "number" ? `${detections}/${String(total)}` : null,
    scan,
    typeof until === "string" ? `until ${until.slice(0, 10)}` : null,
  ].flatMap((word) => (typeof word === "string" ? [printable(word)] : []));
  const more = words.length === 0 ? "" : ` (${words.join(", ")})`;
  return `${wordTime(at)}  ${printable(who, 60)}  ${action}  ${printable(subject, 60)}${more}`;
}
