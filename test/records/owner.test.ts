import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

import { describe, expect, onTestFinished, test } from "vitest";

import { isAlive, lookElsewhere, thisOwner } from "../../src/records/owner.ts";

const isTold = existsSync("/proc/self/stat");

function sleeper(): number {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => undefined, 60_000)"]);
  onTestFinished(() => void child.kill());
  return child.pid ?? 0;
}

test("this run works, and one that is gone or had this process id before does not", () => {
  expect(isAlive(thisOwner)).toBe(true);
  expect(isAlive("999999999-gone")).toBe(false);
  expect(isAlive(`${process.pid}-before`)).toBe(false);
});

test("where nothing is noted but the process id, a process of that id counts", () => {
  expect(isAlive(`${sleeper()}-0a1b2c3d`)).toBe(true);
});

test.skipIf(!isTold)("another program that got the process id of a run that is gone is not that run", () => {
  const pid = sleeper();

  expect(isAlive(`${pid}-0a1b2c3d-00000000.1`)).toBe(false);
});

test.skipIf(!isTold)("when a run began, and where process ids are counted, is noted with it", () => {
  expect(thisOwner).toMatch(/^\d+-[0-9a-f]{8}-([0-9a-f]{8})\.\d+-\1\.\d+$/);
});

describe.skipIf(!isTold)("a run in another container or on another machine", () => {
  const elsewhere = `${process.ppid}-0a1b2c3d-00000000.1-00000000.2`;

  test("does not work, whatever has its process id here", () => {
    expect(isAlive(elsewhere)).toBe(false);
  });

  test("works while it is seen in the records", () => {
    const stopLooking = lookElsewhere((owner) => owner === elsewhere);
    onTestFinished(stopLooking);

    expect(isAlive(elsewhere)).toBe(true);

    stopLooking();
    expect(isAlive(elsewhere)).toBe(false);
  });
});
