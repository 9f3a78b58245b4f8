import { once } from "node:events";
import { stderr, stdin, stdout } from "node:process";

/** The reader of standard output has gone, as in `vtip … | head`. Nothing more can be said there. */
export class OutputClosed extends Error {}

/** The results could not be written, as on a full disk. */
export class OutputFailed extends Error {
  constructor(cause: Error) {
    super(`The results cannot be written (${cause.message}). What is known is kept: see vtip scans.`, {
      cause,
    });
  }
}

/** Where the program writes. Results go to standard output, everything else to standard error. */
export interface Terminal {
  /** How wide it is; Infinity where it is a file or a pipe. */
  readonly columns: number;
  readonly isInteractive: boolean;
  /** Whether a person is there who reads the results and can answer. */
  readonly isTerminal: boolean;
  /** One line of results; waits when the reader is slow. @throws OutputClosed, OutputFailed */
  print(line: string): Promise<void>;
  /** Waits until all results are out. @throws OutputClosed, OutputFailed */
  flush(): Promise<void>;
  /** One line for the person; what is in it from outside is made harmless. */
  say(line: string): void;
}

/** The terminal, or the files and pipes, that the program was started with. */
export function openTerminal(): Terminal {
  let fault: Error | null = null;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    fault = error.code === "EPIPE" ? new OutputClosed() : new OutputFailed(error);
  });
  stderr.on("error", () => undefined);
  return {
    columns: stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY,
    isInteractive: stderr.isTTY,
    isTerminal: stdin.isTTY && stdout.isTTY,
    async print(line) {
      if (fault === null && !stdout.write(`${line}\n`)) await drained();
      if (fault !== null) throw fault;
    },
    async flush() {
      if (fault === null) await new Promise<void>((resolve) => stdout.write("", () => resolve()));
      if (fault !== null) throw fault;
    },
    say(line) {
      // Lines and cells are kept: what is to be copied has them.
      const parts = line.split(/([\n\t])/);
      const harmless = parts.map((part) =>
        /^[\n\t]$/.test(part) ? part : printable(part, Number.POSITIVE_INFINITY),
      );
      stderr.write(`${harmless.join("")}\n`);
    },
  };
}

/** Whether it can be written on, or never again, is for the caller to see. */
async function drained(): Promise<void> {
  await once(stdout, "drain").catch(() => undefined);
}

/** Control characters and those that turn the direction of writing, which text from outside could play tricks with. */
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text from outside made harmless for a terminal, and cut to `most` characters. */
export function printable(text: string, most = 200): string {
  const clean = text.replace(UNPRINTABLE, "·");
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}
