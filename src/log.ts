import { pino, type Logger } from "pino";

export type Log = Logger;

/** Field names whose values never reach the log. */
const SECRET_FIELDS = ["key", "secret", "token", "apikey", "authorization", "x-apikey"];

/**
 * JSON lines in `file`, each on disk when the call returns, so that a crash loses none.
 * A file that cannot be written is no reason to stop: `onProblem` gets one sentence and logging is off.
 */
export function createLog(options: {
  level: string;
  file: string;
  onProblem: (sentence: string) => void;
}): Log {
  const { level, file, onProblem } = options;
  const settings = {
    level,
    base: null,
    redact: { paths: SECRET_FIELDS.flatMap((name) => [`["${name}"]`, `*["${name}"]`]), censor: "[hidden]" },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  if (level === "silent") return pino({ ...settings, enabled: false });
  try {
    const destination = pino.destination({ dest: file, sync: true, mkdir: true });
    destination.on("error", () => undefined);
    return pino(settings, destination);
  } catch (error) {
    onProblem(
      `No log: ${file} cannot be written (${error instanceof Error ? error.message : String(error)}). Set LOG_FILE.`,
    );
    return pino({ ...settings, enabled: false });
  }
}
