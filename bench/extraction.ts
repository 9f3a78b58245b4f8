import { extractIOC } from "ioc-extractor";

import { built } from "./built.ts";
import { HOSTILE, hostileText, logText } from "./log-text.ts";
import { atLeast, median, type Measure, type Row } from "./row.ts";

const MB = 1_000_000;
const LEAST_MB_PER_SECOND = 20;
const ROUNDS = 5;
const ROUNDS_OF_YARDSTICK = 3;

/** MB of text a second that the extractor reads, beside the one most used, and on texts made to be slow. */
export const measureExtraction: Measure = async (say) => {
  const { extract } = await built.extract();
  say("extraction from a log of 1 MB and of 10 MB");
  const log = logText(MB);
  const ours = medianSpeed(log, extract, ROUNDS);
  const theirs = medianSpeed(log, extractIOC, ROUNDS_OF_YARDSTICK);
  const large = medianSpeed(logText(10 * MB), extract, ROUNDS);
  say("extraction from hostile texts");
  const hostile = HOSTILE.map((piece): Row => {
    const speed = medianSpeed(hostileText(piece, MB), extract, ROUNDS);
    return { name: `extraction, 1 MB of \`${piece}\``, figure: speed, unit: "MB/s", ...bar(speed) };
  });
  return [
    {
      name: "extraction, log of 1 MB, against ioc-extractor",
      figure: ours,
      unit: "MB/s",
      ratio: ours / theirs,
      ...bar(ours),
    },
    { name: "ioc-extractor, the same log of 1 MB", figure: theirs, unit: "MB/s" },
    { name: "extraction, log of 10 MB", figure: large, unit: "MB/s", ...bar(large) },
    ...hostile,
  ];
};

function bar(speed: number) {
  return atLeast(speed, LEAST_MB_PER_SECOND, " MB/s");
}

/** The texts hold one byte a character. The first run, in which the code is compiled, counts like any other. */
function medianSpeed(text: string, read: (text: string) => unknown, rounds: number): number {
  const times = Array.from({ length: rounds }, () => {
    const startedAt = performance.now();
    read(text);
    return performance.now() - startedAt;
  });
  return text.length / 1000 / median(times);
}
