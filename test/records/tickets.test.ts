import { expect, onTestFinished, test } from "vitest";

import { openRecords } from "../../src/records/records.ts";
import { createTickets, type Tickets } from "../../src/records/tickets.ts";
import { createMovedClock } from "../moved-clock.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { placeOf } from "./place.ts";

const ANNA = { id: "local:anna", name: "anna" };
const ISSUED = { user: ANNA, purposeOf: () => "session" };
const FOUND = { user: ANNA, purpose: "session" };
const LIFE_MS = 60_000;

/** Two processes on the same records. */
async function openTwo() {
  const place = placeOf(temporaryFolder());
  const clock = createMovedClock();
  async function open(): Promise<Tickets> {
    const records = await openRecords(place);
    onTestFinished(() => records.destroy());
    return createTickets(records, clock);
  }
  const records = await openRecords(place);
  onTestFinished(() => records.destroy());
  return { clock, records, one: await open(), other: await open() };
}

test("a ticket is good at every process until it is over, and only its hash is kept", async () => {
  const { clock, records, one, other } = await openTwo();

  const ticket = await one.issue(ISSUED, LIFE_MS);

  expect(await other.find(ticket)).toEqual(FOUND);
  expect(await other.find(`${ticket}A`)).toBeNull();
  const rows = await records.selectFrom("ticket").selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain(ticket);
  await clock.advance(LIFE_MS);
  expect(await one.find(ticket)).toBeNull();
});

test("of two processes that take it at once one has it", async () => {
  const { one, other } = await openTwo();
  const ticket = await one.issue(ISSUED, LIFE_MS);

  const taken = await Promise.all([one.take(ticket), other.take(ticket)]);

  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await one.find(ticket)).toBeNull();
});

test("what is over does not stay", async () => {
  const { clock, records, one } = await openTwo();
  await one.issue(ISSUED, LIFE_MS);
  await clock.advance(LIFE_MS);

  const ticket = await one.issue(ISSUED, LIFE_MS);

  expect(await records.selectFrom("ticket").select("hash").execute()).toHaveLength(1);
  expect(await one.find(ticket)).toEqual(FOUND);
});
