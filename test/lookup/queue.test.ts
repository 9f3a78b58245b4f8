import { expect, test } from "vitest";

import { createQueue, type Queue } from "../../src/lookup/queue.ts";
import type { Work } from "../../src/lookup/work.ts";

function work(value: string, lane: Work["lane"], listId = value): Work {
  return {
    indicator: { kind: "ip", value },
    listId,
    knownAt: 0,
    knownAtMs: 0,
    waiters: new Set(),
    lane,
    retries: 0,
  };
}

function takeNext(queue: Queue): Work | undefined {
  const next = queue.peek();
  if (next !== undefined) queue.take(next);
  return next;
}

function drain(queue: Queue): string[] {
  const order: string[] = [];
  for (let next = takeNext(queue); next !== undefined; next = takeNext(queue))
    order.push(next.indicator.value);
  return order;
}

test("people go before lists, in the order in which they came", () => {
  const queue = createQueue();
  queue.add(work("list", "list"));
  queue.add(work("ann", "person"));
  queue.add(work("bob", "person"));

  expect(queue.next()).toBe("person");
  expect(drain(queue)).toEqual(["ann", "bob", "list"]);
  expect(queue.next()).toBeNull();
});

test("lists take turns, whatever their length", () => {
  const queue = createQueue();
  for (const value of ["a1", "a2", "a3", "a4"]) queue.add(work(value, "list", "a"));
  for (const value of ["b1", "b2"]) queue.add(work(value, "list", "b"));
  queue.add(work("c1", "list", "c"));

  expect(drain(queue)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
});

test("a list that comes later has its turn before the first list's next one", () => {
  const queue = createQueue();
  for (const value of ["a1", "a2", "a3"]) queue.add(work(value, "list", "a"));
  takeNext(queue);
  queue.add(work("b1", "list", "b"));

  expect(drain(queue)).toEqual(["a2", "b1", "a3"]);
});

test("work that is put back is the next of its line", () => {
  const queue = createQueue();
  queue.add(work("a1", "list", "a"));
  queue.add(work("a2", "list", "a"));
  const first = takeNext(queue);
  if (first === undefined) throw new Error("the queue gave nothing");
  queue.add(first, "front");

  expect(drain(queue)).toEqual(["a1", "a2"]);
});

test("a list's work that a person waits for too goes before all lists", () => {
  const queue = createQueue();
  const wanted = work("a2", "list", "a");
  queue.add(work("a1", "list", "a"));
  queue.add(wanted);
  queue.promote(wanted, { lane: "person", listId: "ann" });

  expect(wanted.lane).toBe("person");
  expect(drain(queue)).toEqual(["a2", "a1"]);
});

test("removed work is not handed out, and removing it twice says so", () => {
  const queue = createQueue();
  const gone = work("a1", "list", "a");
  queue.add(gone);

  expect(queue.remove(gone)).toBe(true);
  expect(queue.remove(gone)).toBe(false);
  expect(queue.next()).toBeNull();
});

test("what nobody waits for comes after people and lists, until one of them wants it too", () => {
  const queue = createQueue();
  const wanted = work("s2", "spare");
  queue.add(work("s1", "spare"));
  queue.add(wanted);
  queue.add(work("a1", "list", "a"));
  queue.promote(wanted, { lane: "list", listId: "b" });
  queue.promote(wanted, { lane: "spare", listId: "x" });
  queue.add(work("ann", "person"));

  expect(wanted).toMatchObject({ lane: "list", listId: "b" });
  expect(queue.next()).toBe("person");
  expect(drain(queue)).toEqual(["ann", "a1", "s2", "s1"]);
});
