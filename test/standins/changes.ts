/** What a wait gives: never what made it wait. */
type Found<T> = Exclude<T, undefined | null | false | 0 | "">;

/** Waits that end with the state change that they wait for, without looking again and again. */
export interface Changes {
  /** To be called after every change of the state. */
  changed(): void;
  /** Resolves with what `look` gives as soon as that is something. Gives up with `what` and the state. */
  until<T>(look: () => T, what: string, withinMs?: number): Promise<Found<T>>;
  /** Resolves when nothing has changed for so long: for what is not to happen. */
  quiet(forMs?: number): Promise<void>;
  /** Ends all waits: nothing will change any more. */
  stop(): void;
}

interface Watcher {
  look(): void;
  giveUp(why: string): void;
}

/** Only a wait in vain takes it all: machines that run tests are busy. */
const PATIENCE_MS = 20_000;

const QUIET_MS = 100;

/** `dump` describes the state in a few lines, for the error of a wait that is given up. */
export function createChanges(dump: () => string): Changes {
  const watchers = new Set<Watcher>();
  let lastAtMs = performance.now();

  function watch<T>(look: () => T, what: string, withinMs: number): Promise<Found<T>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => watcher.giveUp(`within ${withinMs} ms`), withinMs);
      const end = () => {
        clearTimeout(timer);
        watchers.delete(watcher);
      };
      const watcher: Watcher = {
        look() {
          try {
            const found = look();
            if (!found) return;
            end();
            resolve(found as Found<T>);
          } catch (error) {
            end();
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
        giveUp(why) {
          end();
          reject(new Error(`never came ${why}: ${what}\n${dump()}`));
        },
      };
      watchers.add(watcher);
      watcher.look();
    });
  }

  return {
    changed() {
      lastAtMs = performance.now();
      for (const watcher of watchers) watcher.look();
    },
    until: (look, what, withinMs = PATIENCE_MS) => watch(look, what, withinMs),
    async quiet(forMs = QUIET_MS) {
      const since = performance.now();
      for (let left = forMs; left > 0; left = forMs - (performance.now() - Math.max(since, lastAtMs))) {
        await new Promise((resolve) => setTimeout(resolve, left));
      }
    },
    stop() {
      for (const watcher of watchers) watcher.giveUp("before the stand-in was stopped");
    },
  };
}
