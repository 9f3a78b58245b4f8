import { cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { adoptBlockList } from "../../src/commands/adopt-block-list.ts";
import { approve, unblock } from "../../src/commands/approval.ts";
import { takeOverEdits } from "../../src/lists/hand-edits.ts";
import { checkOurList } from "../../src/lists/our-list.ts";
import { decisionOf, propose } from "../../src/lists/proposal.ts";
import { isOverPostgres } from "../records/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { ANN, BOB, flaggedBy, type ListBench, openListBench } from "./list-bench.ts";

const attempt = { user: ANN, groupsOf: async () => [], link: null };
const choice = { ips: null, days: 30, reason: null, isSure: false };
const OTHER = /other\/blacklist\.txt is not the blacklist of these records: all processes/u;

/** Records with a list in `ours`, and a process on the same records whose list is in `other`. */
async function openTwo(): Promise<{ ours: ListBench; other: ListBench; folder: string }> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "ours"));
  mkdirSync(join(folder, "other"));
  const ours = await openListBench(join(folder, "ours"));
  const { databaseUrl } = ours.tools.config;
  const env = databaseUrl === null ? { DATA_DIR: join(folder, "ours/data") } : { DATABASE_URL: databaseUrl };
  const other = await openListBench(join(folder, "other"), env);
  onTestFinished(async () => {
    await other.close();
    await ours.close();
  });
  return { ours, other, folder };
}

function folderOf({ tools }: ListBench): string {
  return dirname(tools.config.blacklistFile);
}

async function blockOne({ tools, scan }: ListBench, ip: string): Promise<void> {
  const proposal = (await propose(tools, await scan({ [ip]: flaggedBy(9) }))) ?? "";
  expect(await approve(tools, proposal, { ...attempt, ...choice })).toMatchObject({ kind: "decided" });
}

async function blockedIn({ tools }: ListBench): Promise<readonly string[]> {
  const rows = await tools.records
    .selectFrom("block")
    .select("ip")
    .where("ended_at", "is", null)
    .orderBy("ip")
    .execute();
  return rows.map(({ ip }) => ip);
}

describe.skipIf(!isOverPostgres)("records in PostgreSQL, opened where the blacklist is another file", () => {
  test("lose no block because that file lacks it", async () => {
    const { ours, other } = await openTwo();
    await blockOne(ours, "45.10.0.1");
    other.blacklist("203.0.113.9\n");

    await expect(takeOverEdits(other.tools)).rejects.toThrow(OTHER);

    expect(await blockedIn(ours)).toEqual(["45.10.0.1"]);
    expect(await takeOverEdits(ours.tools)).toEqual({ added: [], removed: [] });
  });

  test("are not served", async () => {
    const { ours, other } = await openTwo();
    await checkOurList(ours.tools);

    await expect(checkOurList(other.tools)).rejects.toMatchObject({
      exitStatus: 3,
      message: expect.stringMatching(OTHER),
    });
  });

  test("change nothing by Block or unblock, and say why", async () => {
    const { ours, other } = await openTwo();
    await blockOne(ours, "45.10.0.1");
    other.blacklist("45.10.0.1\n");
    const proposal = (await propose(other.tools, await other.scan({ "45.10.0.2": flaggedBy(9) }))) ?? "";

    expect(await approve(other.tools, proposal, { ...attempt, ...choice })).toMatchObject({
      kind: "failed",
      reason: expect.stringMatching(OTHER),
    });
    await expect(unblock(other.tools, "45.10.0.1", null, attempt)).rejects.toThrow(OTHER);

    expect(other.blacklist()).toBe("45.10.0.1\n");
    expect(await blockedIn(ours)).toEqual(["45.10.0.1"]);
    expect(await decisionOf(ours.tools, { id: proposal })).toBeNull();
  });

  test("take the same list in another place, when its lock came along", async () => {
    const { ours, other } = await openTwo();
    await blockOne(ours, "45.10.0.1");
    for (const name of ["blacklist.txt", "blacklist.txt.lock"])
      cpSync(join(folderOf(ours), name), join(folderOf(other), name));

    await checkOurList(other.tools);
    await blockOne(other, "45.10.0.2");

    expect(other.blacklist()).toBe("45.10.0.1\n45.10.0.2\n");
  });

  test("adopt that file when an approver says so, once more where blocks end by it", async () => {
    const { ours, other } = await openTwo();
    await blockOne(ours, "45.10.0.1");
    other.blacklist("45.10.0.3\n45.10.0.4\n");
    const differences = { file: other.tools.config.blacklistFile, added: 2, removed: 1 };

    expect(await adoptBlockList(other.tools, { isSure: false }, attempt)).toEqual({
      ...differences,
      isDone: false,
    });
    await expect(checkOurList(other.tools)).rejects.toThrow(OTHER);
    expect(await adoptBlockList(other.tools, { isSure: true }, attempt)).toEqual({
      ...differences,
      isDone: true,
    });

    await checkOurList(other.tools);
    await expect(checkOurList(ours.tools)).rejects.toThrow("is not the blacklist of these records");
    await takeOverEdits(other.tools);
    expect(await blockedIn(other)).toEqual(["45.10.0.3", "45.10.0.4"]);
    expect((await other.acts())[2]).toBe(`adopt list ${differences.file}`);
  });

  test("adopt nothing for who is no approver, and no file that is not there", async () => {
    const { ours, other } = await openTwo();
    await checkOurList(ours.tools);

    await expect(adoptBlockList(other.tools, { isSure: true }, attempt)).rejects.toThrow(
      "is not there: make it first",
    );
    other.blacklist("45.10.0.3\n");
    await expect(adoptBlockList(other.tools, { isSure: true }, { ...attempt, user: BOB })).rejects.toThrow(
      "approve",
    );

    expect(await other.acts()).toEqual([`adopt list refused ${other.tools.config.blacklistFile}`]);
    await expect(checkOurList(other.tools)).rejects.toThrow(OTHER);
  });
});

test.skipIf(isOverPostgres)("records in SQLite are of one machine, whose list may be moved", async () => {
  const { ours, other } = await openTwo();
  await blockOne(ours, "45.10.0.1");
  other.blacklist("45.10.0.1\n");

  await checkOurList(other.tools);
  await blockOne(other, "45.10.0.2");

  expect(other.blacklist()).toBe("45.10.0.1\n45.10.0.2\n");
  await expect(adoptBlockList(other.tools, { isSure: true }, attempt)).rejects.toThrow("Nothing to adopt");
});
