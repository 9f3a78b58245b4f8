import { Command, Option } from "commander";

import type { AuditFormat } from "../../src/contract.ts";
import { demoCommand } from "./demo-command.ts";
import { extractCommand } from "./extract-command.ts";
import { blocklistImportCommand, type ImportFlags } from "./import-command.ts";
import {
  auditCommand,
  auditExportCommand,
  auditVerifyCommand,
  blocklistAdoptCommand,
  blocklistExportCommand,
  blocklistListCommand,
  unblockCommand,
  whitelistCheckCommand,
  type ExportFlags,
} from "./lists-command.ts";
import { planCommand } from "./plan-command.ts";
import { quotaCommand } from "./quota-command.ts";
import { recordsMoveCommand } from "./records-command.ts";
import { resumeCommand, scanCommand, type CliContext, type ScanFlags } from "./scan-command.ts";
import { cancelCommand, scansCommand } from "./scans-command.ts";
import { serveCommand } from "./serve-command.ts";
import { UsageError } from "./usage-error.ts";
import { warningListsUpdateCommand } from "./warning-lists-command.ts";
import { whyCommand } from "./why-command.ts";

/** The commands and their options. `onStatus` hears the exit status of the one that ran. */
export function createProgram(context: CliContext, onStatus: (status: number) => void): Command {
  const program = new Command("vtip")
    .description(
      "Checks suspicious IPs, domains, URLs and hashes with VirusTotal, within every key's limits.",
    )
    .version(context.tools.version, "-V, --version")
    .helpOption("-h, --help")
    .configureOutput({ outputError: (text, write) => write(toOneLine(text)) })
    .enablePositionalOptions()
    .helpCommand("help [COMMAND]", "the same as -h")
    .exitOverride();
  addScanCommands(program, context, onStatus);
  program
    .command("extract [FILE]")
    .description("list the indicators of a file or of standard input; asks nobody")
    .option("--json", "one JSON object a line")
    .action(async (file: string | undefined, flags) => onStatus(await extractCommand(context, file, flags)));
  withInput(program.command("plan [INDICATOR...]"))
    .description("what a scan would cost; spends no request")
    .action(async (words: string[], flags) => onStatus(await planCommand(context, words, flags)));
  program
    .command("quota")
    .description("what each key has used and left")
    .action(async () => onStatus(await quotaCommand(context)));
  program
    .command("scans")
    .description("the newest scans")
    .action(async () => onStatus(await scansCommand(context)));
  program
    .command("cancel <SCAN>")
    .description("stop a scan; what is known stays")
    .action(async (id: string) => onStatus(await cancelCommand(context, id)));
  program
    .command("serve")
    .description("run the bot: every adapter that has credentials")
    .action(async () => onStatus(await serveCommand(context)));
  addListCommands(program, context, onStatus);
  return program;
}

function addListCommands(program: Command, context: CliContext, onStatus: (status: number) => void): void {
  program
    .command("why <IP>")
    .description("is it blocked or protected, and all that happened to it")
    .action(async (ip: string) => onStatus(await whyCommand(context, ip)));
  program
    .command("unblock <IP> [REASON...]")
    .description("take an address off the blacklist (for approvers)")
    .action(async (ip: string, reason: string[]) => onStatus(await unblockCommand(context, ip, reason)));
  const whitelist = program.command("whitelist").description("what must never be blocked");
  whitelist
    .command("check <INDICATOR>")
    .description("which entry protects it")
    .action(async (indicator: string) => onStatus(await whitelistCheckCommand(context, indicator)));
  addBlocklistCommands(program, context, onStatus);
  addUpkeepCommands(program, context, onStatus);
}

function addBlocklistCommands(
  program: Command,
  context: CliContext,
  onStatus: (status: number) => void,
): void {
  const blocklist = program.command("blocklist").description("what is blocked");
  blocklist
    .command("list")
    .description("show it")
    .action(async () => onStatus(await blocklistListCommand(context)));
  blocklist
    .command("export")
    .description("write it for a firewall; see docs/firewalls.md")
    .option(
      "--format <FORMAT>",
      "plain (an address a line), csv, json, nftables, ipset, suricata, nginx, haproxy, cisco-asa, mikrotik, stix2.1",
      "plain",
    )
    .option("--collapse", "join neighbours into networks that hold exactly the same addresses")
    .option("--comments", "who, when and why, in comments")
    .option("--rules", "rules that drop what is listed (nftables)")
    .option("--out <FILE>", "a file, replaced whole, instead of standard output")
    .action(async (flags: ExportFlags) => onStatus(await blocklistExportCommand(context, flags)));
  blocklist
    .command("import <FILE>")
    .description("put the addresses of a list, csv or json on it (for approvers); - is standard input")
    .option("--reason <TEXT>", "why (default: the file's name)")
    .option("--dry-run", "only say what would be taken and refused")
    .option("--yes", "also more than MAX_BLOCKS_PER_APPROVAL addresses")
    .option("--json", "one JSON object an entry on standard output, and the sums")
    .action(async (file: string, flags: ImportFlags) =>
      onStatus(await blocklistImportCommand(context, file, flags)),
    );
  blocklist
    .command("adopt")
    .description(
      "make BLACKLIST_FILE the list of records in PostgreSQL that had another file (for approvers)",
    )
    .option("--yes", "also where blocks end because they are not on it")
    .action(async (flags: { yes?: boolean }) => onStatus(await blocklistAdoptCommand(context, flags)));
}

function addUpkeepCommands(program: Command, context: CliContext, onStatus: (status: number) => void): void {
  const warningLists = program.command("warninglists").description("shared infrastructure, never blocked");
  warningLists
    .command("update")
    .description("fetch MISP's warning lists into WARNING_LISTS_DIR; what does not come stays as it was")
    .action(async () => onStatus(await warningListsUpdateCommand(context)));
  const records = program.command("records").description("scans, approvals and audit trail");
  records
    .command("move")
    .description("copy those of DATA_DIR into an empty PostgreSQL database, DATABASE_URL; stop the bot first")
    .action(async () => onStatus(await recordsMoveCommand(context)));
  const audit = program.command("audit").description("who changed the lists, and who tried");
  audit
    .command("list")
    .description("show it")
    .action(async () => onStatus(await auditCommand(context)));
  audit
    .command("export")
    .description("write it whole, with its hashes")
    .addOption(
      new Option("--format <FORMAT>", "JSON lines, or csv with headings")
        .choices(["jsonl", "csv"])
        .default("jsonl"),
    )
    .action(async ({ format }: { format: AuditFormat }) =>
      onStatus(await auditExportCommand(context, format)),
    );
  audit
    .command("verify")
    .description("check that nobody changed it")
    .action(async () => onStatus(await auditVerifyCommand(context)));
}

/** Commander spreads an error over several lines; people and logs want one. */
function toOneLine(text: string): string {
  const line = text
    .replace(/^error: /, "")
    .trim()
    .replace(/\s*\n\s*/g, " ");
  return `vtip: ${line}. See: vtip --help\n`;
}

function addScanCommands(program: Command, context: CliContext, onStatus: (status: number) => void): void {
  withScan(
    program.argument("[INDICATOR...]", "what to look up; without any, -i or -s, standard input is read"),
  ).action(async (words: string[], flags: ScanFlags) => {
    assertNoCommand(words, program);
    onStatus(await scanCommand(context, words, flags));
  });
  withScan(program.command("scan [INDICATOR...]"))
    .description("look up indicators: arguments, a file, or standard input (the same as without a command)")
    .action(async (words: string[], flags: ScanFlags) => onStatus(await scanCommand(context, words, flags)));
  withReport(program.command("resume [SCAN]"))
    .description("go on with a scan that is unfinished; without SCAN the newest one")
    .action(async (id: string | undefined, flags) => onStatus(await resumeCommand(context, id, flags)));
  withReport(program.command("demo"))
    .description(
      "scan a sample report with invented data, then open the console on it; needs no key and no network",
    )
    .option("--console", "the console too, where the output is no terminal")
    .option("--no-console", "no console afterwards")
    .action(async (flags) => onStatus(await demoCommand(context, flags)));
}

/** A plain word in front is a mistyped command, not something to look up. @throws UsageError */
function assertNoCommand(words: readonly string[], program: Command): void {
  const [word = ""] = words;
  if (!/^[a-z-]{1,31}$/i.test(word) || word.toLowerCase() === "localhost") return;
  const near = program.commands
    .map((command) => command.name())
    .find((name) => isNear(name, word.toLowerCase()));
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  throw new UsageError(`"${word}" is neither a command nor an indicator.${hint}`);
}

/** One letter too many, too few, or wrong; or the same beginning. */
function isNear(name: string, word: string): boolean {
  if (word.length >= 3 && (name.startsWith(word) || word.startsWith(name))) return true;
  const differing = Array.from(name).filter((letter, at) => letter !== word[at]).length;
  return Math.abs(name.length - word.length) <= 1 && differing <= 1;
}

function withScan(command: Command): Command {
  return withReport(withInput(command))
    .option("--fresh", "ignore cached verdicts")
    .option("--cached-only", "spend no request");
}

function withInput(command: Command): Command {
  return command
    .option("-i, --ip-list <FILE>", "read indicators from a txt, csv, tsv or xlsx file")
    .option("-s, --single-entry <INDICATOR>", "look up this one");
}

function withReport(command: Command): Command {
  return command
    .option("--json", "one JSON object a result on standard output, nothing else")
    .option("--out <FILE>", "the xlsx report (default: output_vt_scan.xlsx where a file was given)")
    .option("--no-out", "no xlsx report")
    .addOption(
      new Option("--copy <WHAT>", "copy indicator and score, or the score alone").choices(["both", "score"]),
    );
}
