import { built } from "./built.ts";
import { indicators } from "./indicators.ts";
import type { StandinChildOptions, StandinCounts } from "./standin-child.ts";

/** The stand-in for VirusTotal in a process of its own, so that it shares no event loop with what is measured. */
const { known, ...options } = JSON.parse(process.argv[2] ?? "{}") as StandinChildOptions;
const { startStandin } = await built.standin();
const objects = Object.fromEntries(indicators(known, { withDomains: true }).map((value) => [value, {}]));
let firstAt = Number.NaN;
let lastAt = Number.NaN;
const standin = await startStandin({
  ...options,
  objects,
  keepsRequests: false,
  fault() {
    lastAt = performance.now();
    if (Number.isNaN(firstAt)) firstAt = lastAt;
    return undefined;
  },
});
process.on("message", () => process.send?.(toCounts()));
process.on("disconnect", () => process.exit());
process.send?.({ url: standin.url });

function toCounts(): StandinCounts {
  const keys = Object.keys(options.keys);
  const counted = keys.map((key) => standin.counted(key));
  return {
    worstWindow: Math.max(...keys.map((key) => standin.worstWindow(key))),
    taken: counted.reduce((sum, { taken }) => sum + taken, 0),
    spanMs: lastAt - firstAt,
    refused: counted.reduce((sum, { refused }) => sum + refused, 0),
  };
}
