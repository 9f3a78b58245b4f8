import { join } from "node:path";

import { scanInput, type CliContext, type ScanFlags } from "./scan-command.ts";

/** Scans the sample report against the stand-in. Everything goes to a temporary folder. */
export async function demoCommand(context: CliContext, flags: ScanFlags): Promise<number> {
  const { tools, terminal } = context;
  const demo = await tools.startDemo();
  try {
    terminal.say(
      `DEMO: invented data from a stand-in on this machine. Nothing is sent to VirusTotal; files go to ${demo.folder}`,
    );
    return await scanInput(
      context,
      demo.sample,
      flags,
      join(demo.folder, "output_vt_scan.xlsx"),
      demo.setting,
    );
  } finally {
    await demo.close();
  }
}
