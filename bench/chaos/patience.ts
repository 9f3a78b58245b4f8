import { setTimeout as sleep } from "node:timers/promises";

import { isAway } from "../../src/records/away.ts";

const LOOK_MS = 50;

/** Whether it holds within this time; looks again and again. */
export async function comesTrue(holds: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  for (const end = performance.now() + withinMs; ;) {
    if (await answered(holds)) return true;
    if (performance.now() > end) return false;
    await sleep(LOOK_MS);
  }
}

/** Records that are away say nothing yet. */
async function answered(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await holds();
  } catch (error) {
    if (!isAway(error)) throw error;
    return false;
  }
}

export { sleep };
