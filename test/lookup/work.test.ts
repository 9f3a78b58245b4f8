import { expect, onTestFinished, test, vi } from "vitest";

import { knownSince, toWork } from "../../src/lookup/work.ts";

const HOUR_MS = 3_600_000;
const LOOKED_AT = Date.parse("2026-11-21T10:00:00Z");

/** Work whose asker looked 2 s before it was handed in, and which has waited for 5 s. */
function waiting() {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const options = { lane: "list", listId: "S-AAAA", knownAt: LOOKED_AT } as const;
  const work = toWork({ kind: "ip", value: "45.10.0.1" }, options, LOOKED_AT + 2000);
  vi.advanceTimersByTime(5000);
  return work;
}

test("is when the asker looked", () => {
  expect(knownSince(waiting(), LOOKED_AT + 7000)).toBe(LOOKED_AT);
});

test("is that by the new time where the clock was set back since: what was found after that counts", () => {
  expect(knownSince(waiting(), LOOKED_AT + 7000 - HOUR_MS)).toBe(LOOKED_AT - HOUR_MS);
});

test("stays what it was where the clock was set forward: what was found before that counts as well", () => {
  expect(knownSince(waiting(), LOOKED_AT + 7000 + HOUR_MS)).toBe(LOOKED_AT);
});
