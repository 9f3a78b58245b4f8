import { Command, Option } from "commander";

import { demoCommand } from "./demo-command.ts";
import { extractCommand } from "./extract-command.ts";
import { planCommand } from "./plan-command.ts";
import { quotaCommand } from "./quota-command.ts";
import { resumeCommand, scanCommand, type CliContext } from "./scan-command.ts";
import { cancelCommand, scansCommand } from "./scans-command.ts";
import { serveCommand } from "./serve-command.ts";

/** The commands and their options. `onStatus` hears the exit status of the one that ran. */
export function createProgram(context: CliContext, onStatus: (status: number) => void): Command {
  const program = new Command("vtip")
    .description(
      "Checks suspicious IPs, domains, URLs and hashes with VirusTotal, within every key's limits.",
    )
    .version(context.tools.version, "-V, --version")
    .helpOption("-h, --help")
    .showHelpAfterError("See: vtip --help")
    .showSuggestionAfterError()
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
  return program;
}

function addScanCommands(program: Command, context: CliContext, onStatus: (status: number) => void): void {
  withReport(withInput(program.command("scan [INDICATOR...]", { isDefault: true })))
    .description(
      "look up indicators: arguments, a file, or standard input (this is what vtip does by default)",
    )
    .option("--fresh", "ignore cached verdicts")
    .option("--cached-only", "spend no request")
    .action(async (words: string[], flags) => onStatus(await scanCommand(context, words, flags)));
  withReport(program.command("resume [SCAN]"))
    .description("go on with a scan that was interrupted; without SCAN the newest one")
    .action(async (id: string | undefined, flags) => onStatus(await resumeCommand(context, id, flags)));
  withReport(program.command("demo"))
    .description("scan a sample report with invented data; needs no key and no network")
    .action(async (flags) => onStatus(await demoCommand(context, flags)));
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
