import { expect, test } from "vitest";

import { createNewcomers } from "../../src/records/presence.ts";

/** After the two beats of a start. */
function started() {
  const newcomers = createNewcomers();
  newcomers.begin()();
  newcomers.begin()();
  return newcomers;
}

test("who is met between two beats may work, until a beat that began later has not seen it", () => {
  const newcomers = started();
  expect(newcomers.mayWork("new")).toBe(true);

  newcomers.begin()();
  expect(newcomers.mayWork("new")).toBe(false);
});

test("a beat that had begun before says nothing about it", () => {
  const newcomers = started();
  const done = newcomers.begin();
  expect(newcomers.mayWork("new")).toBe(true);

  done();
  expect(newcomers.mayWork("new")).toBe(true);
  newcomers.begin()();
  expect(newcomers.mayWork("new")).toBe(false);
});

test("at the start whoever is not seen is dead: its work waits to be taken over", () => {
  const newcomers = createNewcomers();
  newcomers.begin()();

  expect(newcomers.mayWork("gone")).toBe(false);
});
