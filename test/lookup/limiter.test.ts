import { expect, onTestFinished, test, vi } from "vitest";

import { createLimiter } from "../../src/lookup/limiter.ts";
import { createMovedClock } from "../moved-clock.ts";

const DAY_MS = 86_400_000;

test("jobs run at once, as many as there are places, and their errors are told", async () => {
  const limiter = createLimiter(2, createMovedClock());
  const ends: (() => void)[] = [];
  const running = Array.from({ length: 5 }, async () =>
    limiter.run(async () => new Promise<void>((resolve) => ends.push(resolve))),
  );

  for (const most of [2, 3, 4, 5, 5]) {
    await vi.waitFor(() => expect(ends).toHaveLength(most));
    ends[most === 5 ? 4 : most - 2]?.();
  }
  for (const end of ends) end();
  await Promise.all(running);

  await expect(limiter.run(async () => Promise.reject(new Error("no answer")))).rejects.toThrow("no answer");
});

test("jobs that were to start when the clock was set back start once each, and those that ran go on", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
  const clock = createMovedClock();
  const limiter = createLimiter(5, clock);
  const ends: (() => void)[] = [];
  const started: string[] = [];
  const start = async (name: string) =>
    limiter.run(async () => {
      started.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
    });
  const first = start("before");
  await vi.waitFor(() => expect(started).toEqual(["before"]));

  vi.setSystemTime(Date.now() - DAY_MS);
  const later = ["one", "two", "three"].map(start);
  await clock.runUntil(() => started.length === 4, 60_000);
  for (const end of ends) end();
  await Promise.all([first, ...later]);

  expect(started).toEqual(["before", "one", "two", "three"]);
});
