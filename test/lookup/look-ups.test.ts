import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, onTestFinished, test } from "vitest";

import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config.ts";
import { openLog } from "../../src/log.ts";
import { openLookUps } from "../../src/lookup/look-ups.ts";
import { openRecords } from "../../src/records/records.ts";
import { placeOf } from "../records/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const PERSONS = "45.16.9.9";
/** As many as the connections that lists have. */
const LIST = 64;
const NO_LIMITS = { VT_KEY1_PER_MINUTE: "0", VT_KEY1_PER_DAY: "0", VT_KEY1_PER_MONTH: "0" };

/** A VirusTotal that knows nothing, and says so only to a person until it is released. */
async function startSlow() {
  const held: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url?.endsWith(PERSONS) === true) answer(response);
    else held.push(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, held, release: () => held.forEach(answer) };
}

function answer(response: ServerResponse): void {
  const body = { error: { code: "NotFoundError", message: "not found" } };
  response.writeHead(404, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function openAt(url: string) {
  const folder = temporaryFolder();
  const config = readConfig({ VT_APIKEY1: "key", VT_API_URL: url, DATA_DIR: folder, ...NO_LIMITS });
  const records = await openRecords(placeOf(folder));
  const log = await openLog({ level: "silent", file: "", onProblem: () => undefined });
  const lookUps = await openLookUps({ config, records, clock: systemClock, log });
  onTestFinished(async () => {
    await lookUps.close();
    await records.destroy();
  });
  return async (value: string, lane: "person" | "list") =>
    lookUps.lookUp(
      { kind: "ip", value },
      { lane, listId: lane, patienceMs: 0, signal: new AbortController().signal },
    );
}

test("a person's look-up is answered while lists use all of their connections", async () => {
  const virustotal = await startSlow();
  const lookUp = await openAt(virustotal.url);
  const list = Array.from({ length: LIST }, async (_, at) => lookUp(`45.16.0.${at}`, "list"));
  await expect.poll(() => virustotal.held.length, { timeout: 10_000, interval: 10 }).toBe(LIST);

  expect(await lookUp(PERSONS, "person")).toMatchObject({ outcome: "answered", facts: null });

  virustotal.release();
  expect(await Promise.all(list)).toHaveLength(LIST);
});
