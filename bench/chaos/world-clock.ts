import { writeFileSync } from "node:fs";

const HOOK = new URL("./world-clock.mjs", import.meta.url);

/** The clock just before it was set back. */
interface Peak {
  readonly worldMs: number;
  readonly atMs: number;
}

/** The time of day of everybody in a run. Timers take no notice of it. */
export interface WorldClock {
  /** What a program is started with so that it has this time. */
  readonly nodeArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The programs' time, in ms since 1970. */
  now(): number;
  /** The latest that it ever was. */
  latest(): number;
  /** What it was when it was set back, each time: in ms since 1970, and by `performance.now`. */
  peaks(): readonly Peak[];
  /** How often it was moved. */
  moves(): number;
  /** Sets it forward to a moment, in ms since 1970, if that is still to come. */
  moveTo(at: number): void;
  /** Sets the programs' time back. The platforms go on as before: theirs is never set back. */
  setBack(byMs: number): void;
}

/** From now on `Date` follows what stands in `file` in programs, and what stands beside it in this process. */
export async function startWorldClock(file: string): Promise<WorldClock> {
  const programs = createOffset(file);
  const platforms = createOffset(`${file}.platforms`);
  let moves = 0;
  const peaks: Peak[] = [];
  process.env["CLOCK_FILE"] = `${file}.platforms`;
  await import(HOOK.href);
  const now = () => Date.now() - platforms.get() + programs.get();
  return {
    nodeArgs: ["--import", HOOK.href],
    env: { CLOCK_FILE: file },
    now,
    latest: () => Math.max(now(), ...peaks.map(({ worldMs }) => worldMs)),
    peaks: () => peaks,
    moves: () => moves,
    moveTo(at) {
      const byMs = at - now();
      if (byMs <= 0) return;
      moves += 1;
      programs.set(programs.get() + byMs);
      platforms.set(Math.max(platforms.get(), programs.get()));
    },
    setBack(byMs) {
      moves += 1;
      peaks.push({ worldMs: now(), atMs: performance.now() });
      programs.set(programs.get() - byMs);
    },
  };
}

/** Milliseconds ahead of the machine, in a file that those who look have open. */
function createOffset(file: string): { get(): number; set(aheadMs: number): void } {
  const bytes = Buffer.alloc(8);
  let current = 0;
  writeFileSync(file, bytes);
  return {
    get: () => current,
    set(aheadMs) {
      current = aheadMs;
      bytes.writeDoubleLE(aheadMs);
      // In place, since it is open.
      writeFileSync(file, bytes, { flag: "r+" });
    },
  };
}
