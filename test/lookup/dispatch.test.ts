import { expect, test } from "vitest";

import { VirusTotalError } from "../../src/lookup/virustotal-error.ts";
import type { Answer, Facts, Indicator } from "../../src/model.ts";
import { createMovedClock } from "../moved-clock.ts";
import { CLEAN, key, MINUTE_MS, openDesk, worstWindow } from "./desk.ts";

function values(count: number, prefix = "1.0.0."): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`);
}

test("a list takes all places of a window at once and goes on as they come free", async () => {
  const desk = await openDesk({});
  const start = desk.clock.now();

  await desk.finish(values(10).map((value) => desk.lookUp(value)));

  expect(desk.asked.map(({ at }) => Math.floor((at - start) / MINUTE_MS))).toEqual([
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2,
  ]);
  expect(worstWindow(desk.asked, "VT_APIKEY1")).toBe(4);
});

test("several keys share a list, each within its own limit", async () => {
  const keys = [key(1), key(2, { perMinute: 2 }), key(3, { perMinute: 1 })];
  const desk = await openDesk({ keys });
  const start = desk.clock.now();

  await desk.finish(values(21).map((value) => desk.lookUp(value)));

  expect(desk.asked).toHaveLength(21);
  for (const { name, perMinute } of keys) expect(worstWindow(desk.asked, name)).toBe(perMinute);
  expect(Math.max(...desk.asked.map(({ at }) => at)) - start).toBe(2 * MINUTE_MS);
});

test("one indicator that many wait for is asked once", async () => {
  const desk = await openDesk({});

  const answers = await desk.finish(values(5).map(() => desk.lookUp("1.2.3.4")));

  expect(desk.asked).toHaveLength(1);
  expect(answers.map((answer) => answer.outcome)).toEqual(Array.from({ length: 5 }, () => "answered"));
});

test("what was found after the asker looked at what is known is not asked again", async () => {
  const desk = await openDesk({});
  const knownAt = desk.clock.now();
  await desk.finish([desk.lookUp("1.2.3.4")]);

  const [late, anew] = await desk.finish([desk.lookUp("1.2.3.4", { knownAt }), desk.lookUp("5.6.7.8")]);

  expect(late).toMatchObject({ outcome: "answered", cached: true });
  expect(anew).toMatchObject({ outcome: "answered", cached: false });
  expect(desk.asked.map(({ value }) => value)).toEqual(["1.2.3.4", "5.6.7.8"]);
});

test("what another process was keeping just when the asker looked is not asked again", async () => {
  const clock = createMovedClock();
  const checkedAt = clock.now() - 5;
  const known: Answer = { outcome: "answered", facts: CLEAN, checkedAt, cached: true };
  const found = ({ value }: Indicator, sinceMs: number) =>
    value === "9.9.9.9" && checkedAt >= sinceMs ? known : null;
  const desk = await openDesk({ clock, found });

  const answers = await desk.finish([...values(4), "9.9.9.9"].map((value) => desk.lookUp(value)));

  expect(answers.at(-1)).toEqual(known);
  expect(desk.asked.map(({ value }) => value)).toEqual(values(4));
});

test("the reserve keeps a place for a person while a list works", async () => {
  const desk = await openDesk({ reserve: 1 });
  const list = values(9).map((value) => desk.lookUp(value));
  await desk.clock.advance(1000);
  expect(desk.asked).toHaveLength(3);

  const person = desk.lookUp("9.9.9.9", { lane: "person", listId: "ann" });
  await desk.clock.advance(1);

  expect(desk.asked.map(({ value }) => value)).toContain("9.9.9.9");
  await desk.finish([...list, person]);
  expect(worstWindow(desk.asked, "VT_APIKEY1")).toBe(4);
});

test("what nobody waits for holds at most half of a window, and goes on when nobody else does", async () => {
  const desk = await openDesk({ reserve: 1 });
  const start = desk.clock.now();
  const spare = values(3).map((value) => desk.lookUp(value, { lane: "spare" }));
  await desk.clock.advance(1000);
  expect(desk.asked.map(({ value }) => value)).toEqual(["1.0.0.0"]);

  const list = values(4, "2.0.0.").map((value) => desk.lookUp(value));
  await desk.finish([...list, ...spare]);

  expect(desk.asked.map(({ value, at }) => `${value} ${Math.floor((at - start) / MINUTE_MS)}`)).toEqual([
    "1.0.0.0 0",
    "2.0.0.0 0",
    "2.0.0.1 0",
    "2.0.0.2 1",
    "2.0.0.3 1",
    "1.0.0.1 1",
    "1.0.0.2 2",
  ]);
});

test("a list that wants what nobody waited for makes no second request", async () => {
  const desk = await openDesk({ keys: [key(1, { perMinute: 1 })] });
  const spare = values(3).map((value) => desk.lookUp(value, { lane: "spare" }));
  await desk.clock.advance(1);

  const answers = await desk.finish([...spare, desk.lookUp("1.0.0.2")]);

  expect(desk.asked.map(({ value }) => value)).toEqual(["1.0.0.0", "1.0.0.2", "1.0.0.1"]);
  expect(answers.every((answer) => answer.outcome === "answered")).toBe(true);
});

test("a key of one request a minute still works lists off", async () => {
  const desk = await openDesk({ keys: [key(1, { perMinute: 1 })], reserve: 1 });

  const answers = await desk.finish(values(3).map((value) => desk.lookUp(value)));

  expect(answers.every((answer) => answer.outcome === "answered")).toBe(true);
  expect(worstWindow(desk.asked, "VT_APIKEY1")).toBe(1);
});

test("a person who waits for what a list has queued does not wait for the list", async () => {
  const desk = await openDesk({});
  const list = values(12).map((value) => desk.lookUp(value));
  await desk.clock.advance(1);

  const person = desk.lookUp("1.0.0.11", { lane: "person", listId: "ann" });
  await desk.finish([person]);

  expect(desk.asked.findIndex(({ value }) => value === "1.0.0.11")).toBe(4);
  await desk.finish(list);
  expect(desk.asked).toHaveLength(12);
});

test("two lists take turns", async () => {
  const desk = await openDesk({});
  const first = values(12, "1.0.0.").map((value) => desk.lookUp(value, { listId: "a" }));
  const second = values(4, "2.0.0.").map((value) => desk.lookUp(value, { listId: "b" }));

  await desk.finish(second);
  const askedBefore = desk.asked.filter(({ value }) => value.startsWith("1.")).length;
  expect(askedBefore).toBeLessThanOrEqual(8);
  await desk.finish(first);
});

test("a 429 with a time rests the key that long, and its work goes to another key at once", async () => {
  let isFirst = true;
  const desk = await openDesk({
    keys: [key(1), key(2)],
    async ask(_, { name }) {
      if (name !== "VT_APIKEY1" || !isFirst) return CLEAN;
      isFirst = false;
      throw new VirusTotalError("", {
        status: 429,
        code: "QuotaExceededError",
        remedy: "park",
        retryAfterMs: 300_000,
      });
    },
  });
  const start = desk.clock.now();

  const [answer] = await desk.finish([desk.lookUp("1.2.3.4")]);

  expect(answer?.outcome).toBe("answered");
  expect(desk.asked.map((request) => request.key)).toEqual(["VT_APIKEY1", "VT_APIKEY2"]);
  expect(desk.clock.now() - start).toBeLessThan(1000);
  await desk.finish(
    values(8).map((value) => desk.lookUp(value)),
    240_000,
  );
  expect(desk.asked.slice(2).every((request) => request.key === "VT_APIKEY2")).toBe(true);
});

test("429s without a time rest the key one window, then two", async () => {
  let refusals = 3;
  const desk = await openDesk({
    keys: [key(1, { perMinute: 0 })],
    async ask() {
      refusals -= 1;
      if (refusals < 0) return CLEAN;
      throw new VirusTotalError("", { status: 429, code: "TooManyRequestsError", remedy: "park" });
    },
  });
  const start = desk.clock.now();

  await desk.finish([desk.lookUp("1.2.3.4")]);

  expect(desk.asked.map(({ at }) => (at - start) / MINUTE_MS)).toEqual([0, 1, 3, 7]);
});

test("a key that is refused is not asked again, and its work goes to another", async () => {
  const desk = await openDesk({
    keys: [key(1), key(2)],
    async ask(_, { name }) {
      if (name === "VT_APIKEY2") return CLEAN;
      throw new VirusTotalError("", { status: 401, code: "WrongCredentialsError", remedy: "refuse" });
    },
  });

  const answers = await desk.finish(values(6).map((value) => desk.lookUp(value)));

  expect(answers.every((answer) => answer.outcome === "answered")).toBe(true);
  expect(desk.asked.filter((request) => request.key === "VT_APIKEY1").length).toBeLessThanOrEqual(4);
});

test("when every key is refused, everybody is told VirusTotal's code", async () => {
  const desk = await openDesk({
    async ask() {
      throw new VirusTotalError("", { status: 403, code: "ForbiddenError", remedy: "refuse" });
    },
  });

  const answers = await desk.finish(values(3).map((value) => desk.lookUp(value)));

  for (const answer of answers) expect(answer).toMatchObject({ outcome: "failed", code: "ForbiddenError" });
});

test("a passing fault is tried again three times, each in a place of its own, then it is a failure", async () => {
  const desk = await openDesk({
    async ask() {
      throw new VirusTotalError("", { status: 503, code: "TransientError", remedy: "retry" });
    },
  });

  const [answer] = await desk.finish([desk.lookUp("1.2.3.4")]);

  expect(answer).toMatchObject({ outcome: "failed", code: "TransientError" });
  expect(desk.asked).toHaveLength(4);
  expect((await desk.ledger.usage(desk.keys[0] ?? fail())).day).toBe(4);
});

test("a fault of the indicator fails it alone, at once", async () => {
  const desk = await openDesk({
    async ask({ value }) {
      if (value !== "1.0.0.1") return CLEAN;
      throw new VirusTotalError("", { status: 400, code: "InvalidArgumentError", remedy: "fail" });
    },
  });

  const answers = await desk.finish(values(3).map((value) => desk.lookUp(value)));

  expect(answers.map((answer) => answer.outcome)).toEqual(["answered", "failed", "answered"]);
  expect(desk.asked).toHaveLength(3);
});

test("who does not wait for midnight is told when the day's budget is used up; who does gets it then", async () => {
  const desk = await openDesk({ keys: [key(1, { perDay: 2, perMinute: 0 })] });
  const patient = desk.lookUp("7.7.7.7", { listId: "patient" });
  const others = ["1.0.0.1", "1.0.0.2"].map((value) => desk.lookUp(value, { patienceMs: 900_000 }));

  const answers = await desk.finish(others, 60_000);

  expect(answers[1]).toMatchObject({ outcome: "skipped", cause: "over-budget" });
  expect(answers[1]).toHaveProperty("reason", expect.stringContaining("2026-11-22 00:00 UTC"));
  await desk.finish([patient], 24 * 3_600_000);
  expect(desk.asked.map(({ value }) => value)).toEqual(["7.7.7.7", "1.0.0.1"]);
});

test("the month's budget holds over days", async () => {
  const desk = await openDesk({ keys: [key(1, { perMonth: 3, perDay: 2, perMinute: 0 })] });

  await desk.finish(
    values(4).map((value) => desk.lookUp(value)),
    40 * 24 * 3_600_000,
  );

  expect(desk.asked.map(({ at }) => new Date(at).toISOString().slice(0, 10))).toEqual([
    "2026-11-21",
    "2026-11-21",
    "2026-11-22",
    "2026-12-01",
  ]);
});

test("who leaves the queue costs no request", async () => {
  const desk = await openDesk({ keys: [key(1, { perMinute: 1 })] });
  const leaving = new AbortController();
  const first = desk.lookUp("1.0.0.1");
  const second = desk.lookUp("1.0.0.2", { signal: leaving.signal });
  await desk.clock.advance(1);

  leaving.abort();

  expect(await second).toMatchObject({ outcome: "skipped", cause: "cancelled" });
  await first;
  await desk.clock.advance(5 * MINUTE_MS);
  expect(desk.asked).toHaveLength(1);
});

test("a slow answer holds its place until a window after it came", async () => {
  const slow: ((facts: Facts) => void)[] = [];
  const desk = await openDesk({
    keys: [key(1, { perMinute: 1 })],
    ask: async ({ value }) => (value === "1.0.0.1" ? new Promise((resolve) => slow.push(resolve)) : CLEAN),
  });
  const start = desk.clock.now();
  const both = ["1.0.0.1", "1.0.0.2"].map((value) => desk.lookUp(value));
  await desk.clock.advance(25_000);

  slow[0]?.(CLEAN);
  await desk.finish(both);

  expect(desk.asked.map(({ at }) => at - start)).toEqual([0, 25_000 + MINUTE_MS]);
});

function fail(): never {
  throw new Error("the desk has no key");
}

test("no look-up is lost, whenever the next one comes", async () => {
  const desk = await openDesk({ keys: [key(1, { perMinute: 0 })] });

  for (let turns = 0; turns < 60; turns += 1) {
    const first = desk.lookUp(`1.0.0.${turns}`);
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    const second = desk.lookUp(`2.0.0.${turns}`);
    await desk.finish([first, second]);
  }

  expect(desk.asked).toHaveLength(120);
});

test("a 429 that cannot be written down fails the look-up instead of the program", async () => {
  const desk = await openDesk({
    async ask() {
      await desk.records.schema.dropTable("key_park").execute();
      throw new VirusTotalError("", { status: 429, code: "QuotaExceededError", remedy: "park" });
    },
  });

  const [answer] = await desk.finish([desk.lookUp("1.2.3.4")]);

  expect(answer).toMatchObject({ outcome: "failed" });
});

test("shortly before midnight, too, nobody waits for the next day who does not always wait", async () => {
  const desk = await openDesk({
    keys: [key(1, { perDay: 1, perMinute: 0 })],
    clock: createMovedClock("2026-11-21T23:58:00Z"),
  });

  const answers = await desk.finish(
    values(2).map((value) => desk.lookUp(value, { patienceMs: 900_000 })),
    60_000,
  );

  expect(answers.map((answer) => answer.outcome)).toEqual(["answered", "skipped"]);
});
