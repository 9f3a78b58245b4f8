import { expect, test } from "vitest";

import { UserError } from "../../src/errors.ts";
import { isAway } from "../../src/records/away.ts";

test.each([
  Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" }),
  Object.assign(new Error("terminating connection due to administrator command"), { code: "57P01" }),
  Object.assign(new Error("the database system is starting up"), { code: "57P03" }),
  Object.assign(new Error("terminating connection due to idle-in-transaction timeout"), { code: "25P03" }),
  new Error("Connection terminated unexpectedly"),
  new Error("Client has encountered a connection error and is not queryable"),
  new AggregateError([Object.assign(new Error("connect"), { code: "ECONNREFUSED" })]),
  new UserError("The records cannot be reached.", {
    cause: Object.assign(new Error("read"), { code: "ECONNRESET" }),
  }),
])("the database is away: %s", (error) => {
  expect(isAway(error)).toBe(true);
});

test.each([
  Object.assign(new Error("duplicate key value"), { code: "23505" }),
  new Error("database or disk is full"),
  "away",
])("it is not: %s", (error) => {
  expect(isAway(error)).toBe(false);
});
