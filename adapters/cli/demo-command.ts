import { join } from "node:path";

import type { DemoSetting } from "../../src/contract.ts";
import { scanInput, type CliContext, type ScanFlags } from "./scan-command.ts";
import { stopSignal } from "./stop-signal.ts";

/** The flags of `demo`. */
export interface DemoFlags extends ScanFlags {
  /** Left out: where a person is at the terminal. */
  readonly console?: boolean;
}

/**
 * Scans the sample report against the stand-in; then, for a person at a terminal, the console on it, until Ctrl-C.
 * Everything goes to a temporary folder.
 */
export async function demoCommand(context: CliContext, flags: DemoFlags): Promise<number> {
  const { tools, terminal } = context;
  const demo = await tools.startDemo();
  try {
    terminal.say(
      `DEMO: invented data from a stand-in on this machine. Nothing is sent to VirusTotal; files go to ${demo.folder}`,
    );
    const status = await scanInput(
      context,
      demo.sample,
      flags,
      join(demo.folder, "output_vt_scan.xlsx"),
      demo.setting,
    );
    const isConsole = flags.console ?? terminal.isTerminal;
    if (status === 0 && isConsole) await showConsole(context, demo.setting);
    return status;
  } finally {
    await demo.close();
  }
}

async function showConsole({ tools, terminal }: CliContext, setting: DemoSetting): Promise<void> {
  const stop = stopSignal(terminal);
  try {
    await tools.serveDemo(setting, stop.signal, terminal.say);
  } finally {
    stop.release();
  }
}
