import type { Records } from "../records/records.ts";
import { toUnwritable } from "../records/unwritable.ts";
import type { ItemRow } from "./item-rows.ts";
import { writeItems } from "./item-store.ts";

/** Puts answered rows on disk soon, many at a time: within 50 ms, while a verdict may wait for 500. */
export interface ItemWriter {
  add(row: ItemRow): void;
  /** Resolves when all rows so far are on disk and were told. @throws what went wrong first. */
  flush(): Promise<void>;
}

export interface ItemWriterOptions {
  readonly records: Records;
  /** Told of what was written. That it fails, as when nobody reads any more, keeps no row from the disk. */
  readonly onWritten: (rows: readonly ItemRow[]) => Promise<void>;
  /** Called once, at once, when rows cannot be written or told: nothing more should be asked. */
  readonly onFailure: () => void;
}

const DELAY_MS = 50;

/** Starts with nothing to write. */
export function createItemWriter({ records, onWritten, onFailure }: ItemWriterOptions): ItemWriter {
  let waiting: ItemRow[] = [];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let telling: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const rows = waiting;
    waiting = [];
    if (rows.length === 0) return;
    await writeItems(records, rows).catch((error: unknown) => {
      throw toUnwritable(error);
    });
    telling = telling.then(() => onWritten(rows));
    telling.catch(onFailure);
  }

  function schedule(): void {
    timer = null;
    writing = writing.then(write);
    writing.catch(onFailure);
  }

  return {
    add(row) {
      waiting.push(row);
      timer ??= setTimeout(schedule, DELAY_MS);
    },
    async flush() {
      if (timer !== null) clearTimeout(timer);
      schedule();
      await writing;
      await telling;
    },
  };
}
