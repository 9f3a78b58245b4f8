import { expect, onTestFinished, test, vi } from "vitest";

import { callPatiently, type Unanswered } from "../src/platform-call.ts";

/** A platform that answers so, one call after the other. */
function platform(...afterMs: readonly number[]) {
  let calls = 0;
  async function call(): Promise<Unanswered | { readonly kind: "done" }> {
    const pauseMs = afterMs[calls];
    calls += 1;
    return pauseMs === undefined ? { kind: "done" } : { kind: "later", afterMs: pauseMs, reason: "busy" };
  }
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  return { call, calls: () => calls };
}

test("what is to be tried later is tried when it is to be", async () => {
  const { call, calls } = platform(1000, 20_000, 0);

  const called = callPatiently(call);

  await vi.advanceTimersByTimeAsync(999);
  expect(calls()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls()).toBe(2);
  await vi.advanceTimersByTimeAsync(20_100);
  expect(await called).toEqual({ kind: "done" });
});

test("for half a minute in all, and not at all where that is known before", async () => {
  const { call, calls } = platform(20_000, 20_000);

  const called = callPatiently(call);
  await vi.advanceTimersByTimeAsync(20_000);

  expect(await called).toMatchObject({ kind: "later" });
  expect(calls()).toBe(2);
});
