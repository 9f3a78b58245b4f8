import { openSync } from "node:fs";
import { dirname } from "node:path";

import { pino, type DestinationStream, type Logger } from "pino";

import { makeFolder } from "./folder.ts";

export type Log = Logger;

/** Field names whose values never reach the log. */
const SECRET_FIELDS = ["key", "secret", "token", "apikey", "authorization", "x-apikey"];

/** As LOG_FILE: the log goes to standard error, for people where that is a terminal. */
const STANDARD_ERROR = "-";

/**
 * JSON lines in `file`, each on disk when the call returns, so that a crash loses none.
 * A file that cannot be written is no reason to stop: `onProblem` gets one sentence and logging is off.
 */
export async function openLog(options: {
  level: string;
  file: string;
  onProblem: (sentence: string) => void;
}): Promise<Log> {
  const { level, file, onProblem } = options;
  const settings = {
    level,
    base: null,
    redact: { paths: SECRET_FIELDS.flatMap((name) => [`["${name}"]`, `*["${name}"]`]), censor: "[hidden]" },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  if (level === "silent") return pino({ ...settings, enabled: false });
  try {
    return pino(settings, file === STANDARD_ERROR ? await standardError() : openFile(file));
  } catch (error) {
    onProblem(
      `No log: ${file} cannot be written (${error instanceof Error ? error.message : String(error)}). Set LOG_FILE.`,
    );
    return pino({ ...settings, enabled: false });
  }
}

/** A full disk later on must not end the program: that line is lost, the scan is not. */
function openFile(file: string): DestinationStream {
  makeFolder(dirname(file));
  const destination = pino.destination({ dest: openSync(file, "a"), sync: true });
  destination.on("error", () => undefined);
  return destination;
}

async function standardError(): Promise<DestinationStream> {
  if (!process.stderr.isTTY) return pino.destination({ dest: 2, sync: true });
  const { PinoPretty } = await import("pino-pretty");
  return PinoPretty({ destination: 2, sync: true });
}
