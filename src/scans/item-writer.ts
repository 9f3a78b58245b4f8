import { messageOf, UserError } from "../errors.ts";
import type { Records } from "../records/records.ts";
import type { ItemRow } from "./item-rows.ts";
import { writeItems } from "./item-store.ts";

/** Puts answered rows on disk soon, many at a time: within 50 ms, while a verdict may wait for 500. */
export interface ItemWriter {
  add(row: ItemRow): void;
  /** Resolves when everything added so far is on disk. @throws UserError when it cannot be written. */
  flush(): Promise<void>;
}

const DELAY_MS = 50;

/** `onWritten` is called after each write, with what was written. */
export function createItemWriter(
  records: Records,
  onWritten: (rows: readonly ItemRow[]) => Promise<void>,
): ItemWriter {
  let waiting: ItemRow[] = [];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const rows = waiting;
    waiting = [];
    timer = null;
    if (rows.length === 0) return;
    await writeItems(records, rows).catch((error: unknown) => {
      throw new UserError(
        `The scan's records cannot be written (${messageOf(error)}). Check DATA_DIR and the free space.`,
        {
          cause: error,
        },
      );
    });
    await onWritten(rows);
  }

  function schedule(): void {
    writing = writing.then(write);
    // The error is kept in `writing`, where flush finds it.
    writing.catch(() => undefined);
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
    },
  };
}
