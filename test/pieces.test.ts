import { expect, test } from "vitest";

import { atOnce, inTurns, type Pieces } from "../src/pieces.ts";

function* until(isDone: () => boolean): Pieces<string> {
  while (!isDone()) yield;
  return "done";
}

test("work in turns lets in what comes meanwhile, and gives what it comes to", async () => {
  let hasCome = false;
  setTimeout(() => {
    hasCome = true;
  }, 1);
  expect(await inTurns(until(() => hasCome))).toBe("done");
});

test("work at once goes through all of its pieces", () => {
  let left = 3;
  expect(atOnce(until(() => (left -= 1) === 0))).toBe("done");
  expect(left).toBe(0);
});
