import { once } from "node:events";
import { stderr, stdout } from "node:process";

/** The reader of standard output has gone, as in `vtip … | head`. Nothing more can be said there. */
export class OutputClosed extends Error {}

/** Where the program writes. Results go to standard output, everything else to standard error. */
export interface Terminal {
  /** How wide it is; Infinity where it is a file or a pipe. */
  readonly columns: number;
  readonly isInteractive: boolean;
  /** One line of results; waits when the reader is slow. @throws OutputClosed */
  print(line: string): Promise<void>;
  /** One line for the person. */
  say(line: string): void;
}

/** The terminal, or the files and pipes, that the program was started with. */
export function openTerminal(): Terminal {
  let isClosed = false;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    isClosed = true;
  });
  stderr.on("error", () => undefined);
  return {
    columns: stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY,
    isInteractive: stderr.isTTY,
    async print(line) {
      if (isClosed) throw new OutputClosed();
      if (!stdout.write(`${line}\n`)) await Promise.race([once(stdout, "drain"), once(stdout, "error")]);
    },
    say: (line) => void stderr.write(`${line}\n`),
  };
}

/** Control characters and those that turn the direction of writing, which text from outside could play tricks with. */
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text from outside made harmless for a terminal, and cut to `most` characters. */
export function printable(text: string, most = 200): string {
  const clean = text.replace(UNPRINTABLE, "·");
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}
