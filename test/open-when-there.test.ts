import { pino } from "pino";
import { expect, test } from "vitest";

import { openRedisStore } from "../src/lookup/redis-store.ts";
import { openWhenThere } from "../src/open-when-there.ts";
import { openRecords } from "../src/records/records.ts";
import { freePort } from "./free-port.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const never = new AbortController().signal;

function listen() {
  const said: string[] = [];
  return { said, onNotice: (sentence: string) => void said.push(sentence) };
}

/** A clock on which nothing takes time. */
function listenToWaits() {
  const waitsMs: number[] = [];
  return { waitsMs, clock: { now: () => 0, wait: async (ms: number) => void waitsMs.push(ms) } };
}

test.each([
  {
    what: "PostgreSQL",
    sentence:
      /^The records in PostgreSQL at 127\.0\.0\.1.* cannot be used \(.*ECONNREFUSED.*\)\. Check DATABASE_URL/u,
    open: async (port: number) =>
      openRecords({ dataDir: temporaryFolder(), databaseUrl: `postgres://vtip@127.0.0.1:${port}/vtip` }),
  },
  {
    what: "Redis",
    sentence: /^The cache in Redis at 127\.0\.0\.1.* cannot be used \(.*ECONNREFUSED.*\)\. Check REDIS_URL/u,
    open: async (port: number) => openRedisStore(`redis://127.0.0.1:${port}`, pino({ enabled: false })),
  },
])("$what that is not there is waited for, and that is said once", async ({ open, sentence }) => {
  const port = await freePort();
  const { said, onNotice } = listen();
  const { clock, waitsMs } = listenToWaits();
  let tries = 0;
  const opened = await openWhenThere(
    async () => {
      tries += 1;
      return tries < 4 ? open(port) : "opened";
    },
    { clock, signal: never, onNotice },
  );

  expect(opened).toBe("opened");
  expect(said).toEqual([expect.stringMatching(sentence)]);
  expect(said[0]).toMatch(/It is tried again until it is there\.$/u);
  expect(waitsMs).toEqual([1000, 2000, 4000]);
});

test("what is wrong otherwise is not waited for", async () => {
  const { said, onNotice } = listen();
  const refused = new Error("password authentication failed");

  const opening = openWhenThere(async () => Promise.reject(refused), {
    ...listenToWaits(),
    signal: never,
    onNotice,
  });

  await expect(opening).rejects.toBe(refused);
  expect(said).toEqual([]);
});

test("waiting ends when the program is to end", async () => {
  const ending = new AbortController();
  const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

  const opened = await openWhenThere(async () => Promise.reject(away), {
    ...listenToWaits(),
    signal: ending.signal,
    onNotice: () => ending.abort(),
  });

  expect(opened).toBeNull();
});
