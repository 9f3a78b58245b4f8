import { expect, test } from "vitest";

import { turn } from "../src/turn.ts";

function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

test("the event loop comes round between two turns, however many wait for theirs", async () => {
  const order: string[] = [];
  const workers = ["a", "b", "c"].map(async (name) => {
    await turn();
    if (name === "a") setTimeout(() => order.push("came in"), 0);
    order.push(name);
    work(5);
  });

  await Promise.all(workers);

  expect(order).toEqual(["a", "came in", "b", "c"]);
});

test("short work is not held up by turns", async () => {
  work(5);
  await turn();
  const order: string[] = [];
  setImmediate(() => order.push("came in"));

  await turn();
  order.push("went on");

  expect(order).toEqual(["went on"]);
});

test("who works for long goes to the end of the line", async () => {
  const order: string[] = [];
  async function workTwice(name: string): Promise<void> {
    for (const half of [1, 2]) {
      await turn();
      order.push(`${name}${half}`);
      work(5);
    }
  }

  await Promise.all([workTwice("a"), workTwice("b")]);

  expect(order).toEqual(["a1", "b1", "a2", "b2"]);
});

test("the patient let the others go first, and get one turn of five all the same", async () => {
  const order: string[] = [];
  async function workOnce(name: string, isPatient: boolean): Promise<void> {
    await turn({ isPatient });
    order.push(name);
    work(3);
  }

  const names = Array.from({ length: 9 }, (_, at) => `${at + 1}`);
  await Promise.all([
    ...["a", "b"].map(async (name) => workOnce(name, true)),
    ...names.map(async (name) => workOnce(name, false)),
  ]);

  expect(order.filter((name) => names.includes(name))).toEqual(names);
  expect(order.indexOf("a")).toBeLessThan(5);
  expect(order.indexOf("b") - order.indexOf("a")).toBe(5);
});
