import { blockCounts, blockNotes } from "../src/commands/block-list.ts";
import { exportBlockList } from "../src/commands/export-block-list.ts";
import { importBlockList } from "../src/commands/import-block-list.ts";
import { why } from "../src/commands/lists.ts";
import { openLookUps } from "../src/lookup/look-ups.ts";
import { ATTEMPT, openBlockStage } from "./block-stage.ts";

export type GrowthStage = Awaited<ReturnType<typeof openGrowthStage>>;

/** A stage with what needs the cache of verdicts, too: taking a list over, asking, handing on. */
export async function openGrowthStage(env: Readonly<Record<string, string>>) {
  const stage = await openBlockStage(env);
  const lookUps = await openLookUps(stage.tools);
  const tools = { ...stage.tools, lookUps, presence: null, isDemo: false };
  return {
    ...stage,
    async close(): Promise<void> {
      await lookUps.close();
      await stage.close();
    },
    /** Takes a list over as `vtip blocklist import` does. */
    async import(ips: readonly string[]): Promise<void> {
      const input = { kind: "text", name: "old.txt", text: ips.map((ip) => `${ip}\n`).join("") } as const;
      const options = { reason: null, isDryRun: false, isSure: true };
      const report = await importBlockList(tools, input, options, ATTEMPT);
      if (report.taken !== ips.length) throw new Error(`${report.taken} of ${ips.length} were taken`);
    },
    why: async (ip: string) => why(tools, ip),
    async blockList() {
      return { ...(await blockNotes(tools)), ...(await blockCounts(tools)) };
    },
    /** Every byte of the list in a format. */
    async export(format: string): Promise<number> {
      const request = { format, collapse: false, comments: false, rules: false };
      let length = 0;
      for await (const chunk of (await exportBlockList(tools, request)).chunks()) length += chunk.length;
      return length;
    },
  };
}
