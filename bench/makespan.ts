import { scanInProcess } from "./core-run.ts";
import { indicators } from "./indicators.ts";
import { atMost, type Measure, type Row } from "./row.ts";
import { keySettings, standinKeys } from "./settings.ts";
import { withStandin } from "./standin-child.ts";
import { inWorkspace } from "./workspace.ts";

interface Load {
  readonly lookUps: number;
  readonly keys: number;
  readonly windowMs: number;
}

const PER_MINUTE = 4;

/** The windows are scaled so that each run takes 6 to 25 s: the shorter the window, the more a millisecond weighs. */
const LOADS: readonly Load[] = [
  { lookUps: 40, keys: 1, windowMs: 1000 },
  { lookUps: 40, keys: 3, windowMs: 2000 },
  { lookUps: 400, keys: 1, windowMs: 400 },
  { lookUps: 400, keys: 3, windowMs: 500 },
];

/** The first scan of a process loads and compiles code; what that takes is a part of start-up. */
const WARM_UP: Load = { lookUps: 8, keys: 1, windowMs: 100 };

const REAL_WINDOW_MS = 60_000;

/** How long lists take beside the least time that the limits allow, and whether the limits are kept at the server. */
export const measureMakespan: Measure = async (say) => {
  const rows: Row[] = [];
  await measureLoad(WARM_UP);
  for (const load of LOADS) {
    say(`${nameOf(load)}, about ${Math.ceil(idealMs(load) / 1000)} s`);
    rows.push(...(await measureLoad(load)));
  }
  return rows;
};

async function measureLoad(load: Load): Promise<readonly Row[]> {
  const { lookUps, keys, windowMs } = load;
  const limits = { perMinute: PER_MINUTE };
  return withStandin({ keys: standinKeys(keys, limits), windowMs, known: lookUps }, async (standin) =>
    inWorkspace(async ({ env }) => {
      const { wallMs, report } = await scanInProcess(
        {
          ...env,
          ...keySettings(keys, limits),
          VT_API_URL: standin.url,
          VT_WINDOW_SECONDS: String(windowMs / 1000),
        },
        indicators(lookUps, { withDomains: true }).join("\n"),
      );
      const { worstWindow, taken, refused } = await standin.count();
      const name = nameOf(load);
      const ratio = wallMs / idealMs(load);
      const lostMs = (wallMs - idealMs(load)) / (idealMs(load) / windowMs);
      const perIndicator = Math.max(taken, report.summary.requests) / lookUps;
      return [
        {
          name: `${name}: time, against the ideal`,
          figure: wallMs / 1000,
          unit: "s",
          ratio,
          ...atMost(ratio, 1.05),
        },
        {
          name: `${name}: lost per window, against a window of 60 s`,
          figure: lostMs,
          unit: "ms",
          ratio: (REAL_WINDOW_MS + lostMs) / REAL_WINDOW_MS,
        },
        {
          name: `${name}: worst window at the server`,
          figure: worstWindow,
          unit: "requests",
          ...atMost(worstWindow, PER_MINUTE),
        },
        {
          name: `${name}: requests per indicator`,
          figure: perIndicator,
          unit: "requests",
          ...atMost(perIndicator, 1),
        },
        { name: `${name}: 429s provoked`, figure: refused, unit: "replies", ...atMost(refused, 0) },
      ];
    }),
  );
}

/** The first round of places goes at once; every further round waits one window. */
function idealMs({ lookUps, keys, windowMs }: Load): number {
  return (Math.ceil(lookUps / (keys * PER_MINUTE)) - 1) * windowMs;
}

function nameOf({ lookUps, keys, windowMs }: Load): string {
  return `${lookUps} look-ups, ${keys} key${keys === 1 ? "" : "s"}, window ${windowMs / 1000} s`;
}
