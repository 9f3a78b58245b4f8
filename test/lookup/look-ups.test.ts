import { expect, onTestFinished, test } from "vitest";

import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config.ts";
import { startStandin } from "../../src/demo/standin.ts";
import { openLog } from "../../src/log.ts";
import { openLookUps } from "../../src/lookup/look-ups.ts";
import type { LookUpOptions } from "../../src/lookup/work.ts";
import { openRecords } from "../../src/records/records.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const KEY = "key-of-the-test";
const PERSONS = "45.16.9.9";
const SLOW_MS = 1500;
/** As many as the connections that lists have. */
const LIST = 64;

test("a person's look-up goes at once while lists use all of their connections", async () => {
  const arrived: (string | null)[] = [];
  const standin = await startStandin({
    keys: { [KEY]: {} },
    fault({ value }) {
      arrived.push(value);
      return value === PERSONS ? undefined : { delayMs: SLOW_MS };
    },
  });
  onTestFinished(() => standin.close());
  const folder = temporaryFolder();
  const config = readConfig({ VT_APIKEY1: KEY, VT_API_URL: standin.url, DATA_DIR: folder, ...NO_LIMITS });
  const records = await openRecords(folder);
  const log = await openLog({ level: "silent", file: "", onProblem: () => undefined });
  const lookUps = await openLookUps({ config, records, clock: systemClock, log });
  onTestFinished(async () => {
    await lookUps.close();
    await records.destroy();
  });
  const order: string[] = [];
  async function lookUp(value: string, lane: LookUpOptions["lane"]): Promise<void> {
    const { signal } = new AbortController();
    await lookUps.lookUp({ kind: "ip", value }, { lane, listId: lane, patienceMs: 0, signal });
    order.push(lane);
  }

  const list = Array.from({ length: LIST }, async (_, at) => lookUp(`45.16.0.${at}`, "list"));
  await expect.poll(() => arrived.length, { interval: 10 }).toBe(LIST);
  await lookUp(PERSONS, "person");
  await Promise.all(list);

  expect(order.indexOf("person")).toBe(0);
  expect(order).toHaveLength(LIST + 1);
});

const NO_LIMITS = { VT_KEY1_PER_MINUTE: "0", VT_KEY1_PER_DAY: "0", VT_KEY1_PER_MONTH: "0" };
