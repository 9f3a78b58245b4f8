import type { Core, Extraction, Input, WarningListUpdate } from "./contract.ts";
import type { MovedRecords } from "./records/move.ts";

/** How an adapter that is a command line gets at the core: nothing is loaded or opened before it is needed. */
export interface CommandLineTools {
  readonly version: string;
  /** Whether stack traces may be shown. */
  isDebug(): boolean;
  /** What was thrown, if it is something that the person can mend. */
  toUserError(error: unknown): { readonly message: string; readonly exitStatus: number } | null;
  /** Finds indicators; needs no configuration. @throws UserError */
  extract(input: Input): Promise<Extraction>;
  /** `onProblem` hears of what is wrong and does not stop the work. @throws UserError */
  openCore(options: {
    readonly demo?: DemoSetting;
    readonly onProblem: (sentence: string) => void;
  }): Promise<Core>;
  /** Fetches the warning lists into WARNING_LISTS_DIR; needs no key. @throws UserError when none is set or it cannot be used. */
  updateWarningLists(): Promise<WarningListUpdate>;
  /** Copies the records of DATA_DIR into the database of DATABASE_URL. @throws UserError when that cannot be done. */
  moveRecords(): Promise<MovedRecords>;
  /** Starts the stand-in with sample data in a temporary folder. */
  startDemo(): Promise<Demo>;
  /** Runs the bot until `signal` aborts; `onNotice` hears what a person at the terminal should read. @throws UserError */
  serve(signal: AbortSignal, onNotice: (sentence: string) => void): Promise<void>;
  /** The console on the sample data of a demo, until `signal` aborts: a scan that is over, one that waits for approval, one that runs. */
  serveDemo(demo: DemoSetting, signal: AbortSignal, onNotice: (sentence: string) => void): Promise<void>;
}

/** Settings that make a core work on sample data. */
export interface DemoSetting {
  readonly env: Readonly<Record<string, string>>;
}

/** A running demo: a stand-in for VirusTotal, and a report to scan. */
export interface Demo {
  readonly setting: DemoSetting;
  readonly folder: string;
  readonly sample: Input;
  close(): Promise<void>;
}

/** What `adapters/cli` exports. `run` resolves to the exit status and never rejects. */
export interface CommandLine {
  run(argv: readonly string[], tools: CommandLineTools): Promise<number>;
}
