import { extractIOC } from "ioc-extractor";

import { built } from "./built.ts";
import { HOSTILE, hostileText, listText, logText } from "./log-text.ts";
import { atLeast, median, type Measure, type Row } from "./row.ts";

const MB = 1_000_000;
const LEAST_MB_PER_SECOND = 20;
const ROUNDS = 5;

/** MB of text a second that the extractor reads, beside the one most used, and on texts made to be slow. */
export const measureExtraction: Measure = async (say) => {
  const { extract } = await built.extract();
  say("extraction from a log of 1 MB and of 10 MB");
  const log = logText(MB);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(speedOf(extract, log));
    theirs.push(speedOf(extractIOC, log));
  }
  const ratio = median(ours) / median(theirs);
  const rows = [
    toRow("extraction, log of 1 MB, against ioc-extractor", ours, { ratio }),
    { name: "ioc-extractor, the same log of 1 MB", figure: median(theirs), unit: "MB/s" },
    toRow("extraction, log of 10 MB", speedsOf(extract, logText(10 * MB))),
    {
      name: "extraction, list of 1 MB, every line another address",
      figure: median(speedsOf(extract, listText(MB))),
      unit: "MB/s",
    },
  ];
  say("extraction from hostile texts");
  const hostile = HOSTILE.map((piece) =>
    toRow(`extraction, 1 MB of \`${piece}\``, speedsOf(extract, hostileText(piece, MB))),
  );
  return [...rows, ...hostile];
};

function toRow(name: string, speeds: readonly number[], ratio: Pick<Row, "ratio"> = {}): Row {
  const figure = median(speeds);
  return { name, figure, unit: "MB/s", ...ratio, ...atLeast(figure, LEAST_MB_PER_SECOND, " MB/s") };
}

function speedsOf(read: (text: string) => unknown, text: string): readonly number[] {
  return Array.from({ length: ROUNDS }, () => speedOf(read, text));
}

/** The texts hold one byte a character. */
function speedOf(read: (text: string) => unknown, text: string): number {
  const startedAt = performance.now();
  read(text);
  return text.length / 1000 / (performance.now() - startedAt);
}
