import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { systemClock } from "../src/clock.ts";

const DAY_MS = 86_400_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

test("who waits for a moment goes on soon after the clock was set past it", async () => {
  let isOver = false;
  void systemClock.waitUntil?.(Date.now() + DAY_MS).then(() => (isOver = true));

  await vi.advanceTimersByTimeAsync(60_000);
  expect(isOver).toBe(false);
  vi.setSystemTime(Date.now() + DAY_MS);
  await vi.advanceTimersByTimeAsync(10_000);

  expect(isOver).toBe(true);
});

test("who waits for a length of time waits it out, however the clock is set", async () => {
  let isOver = false;
  void systemClock.wait(60_000).then(() => (isOver = true));

  vi.setSystemTime(Date.now() + DAY_MS);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(2000);

  expect(isOver).toBe(true);
});

test("a wait for a moment ends when it is given up", async () => {
  const leaving = new AbortController();
  let isOver = false;
  void systemClock.waitUntil?.(Date.now() + DAY_MS, leaving.signal).then(() => (isOver = true));

  leaving.abort();
  await vi.advanceTimersByTimeAsync(0);

  expect(isOver).toBe(true);
});

test("who waits for a moment waits no longer because the clock was set back", async () => {
  let isOver = false;
  void systemClock.waitUntil?.(Date.now() + 60_000).then(() => (isOver = true));

  await vi.advanceTimersByTimeAsync(30_000);
  vi.setSystemTime(Date.now() - DAY_MS);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);

  expect(isOver).toBe(true);
});
