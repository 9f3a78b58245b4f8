import { runNode, runVtip } from "./cli-process.ts";
import { indicatorAt } from "./indicators.ts";
import { atMost, median, type Measure } from "./row.ts";
import { keySettings, standinKeys } from "./settings.ts";
import { withStandin } from "./standin-child.ts";
import { inWorkspace } from "./workspace.ts";

const ROUNDS = 7;
const MOST_SECONDS = 0.5;
const LIMITS = { perMinute: 4 };

/** How long one waits for the shortest commands, beside node with nothing to do. */
export const measureStartUp: Measure = async (say) =>
  inWorkspace(async ({ folder, env }) => {
    const settings = { ...env, ...keySettings(1, LIMITS), VT_API_URL: "http://127.0.0.1:9/api/v3" };
    const value = indicatorAt(0);
    await withStandin({ keys: standinKeys(1, LIMITS), known: 1 }, async ({ url }) =>
      runVtip(["-s", value], { folder, env: { ...settings, VT_API_URL: url } }),
    );
    say(`start-up, ${ROUNDS} times each`);
    const bare: number[] = [];
    const version: number[] = [];
    const scan: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push((await runNode(["-e", "0"], { folder, env })).wallMs);
      version.push((await runVtip(["--version"], { folder, env: settings })).wallMs);
      scan.push((await runVtip(["-s", value], { folder, env: settings })).wallMs);
    }
    return [
      { name: "`node -e 0`", figure: median(bare) / 1000, unit: "s" },
      toRow("`vtip --version`", median(version), median(bare)),
      toRow("`vtip -s` with one cached indicator", median(scan), median(bare)),
    ];
  });

function toRow(name: string, wallMs: number, bareMs: number) {
  const bar = atMost(wallMs / 1000, MOST_SECONDS, " s");
  return {
    name: `${name}, against \`node -e 0\``,
    figure: wallMs / 1000,
    unit: "s",
    ratio: wallMs / bareMs,
    ...bar,
  };
}
