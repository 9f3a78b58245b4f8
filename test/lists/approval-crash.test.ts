import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { approve, endBlocks, recoverChanges, unblock, undo } from "../../src/commands/approval.ts";
import { importBlockList } from "../../src/commands/import-block-list.ts";
import { decisionOf, propose } from "../../src/lists/proposal.ts";
import { verifyAudit } from "../../src/records/audit-trail.ts";
import { TEST_POSTGRES } from "../engines/over-postgres.ts";
import { copyDatabase, databaseEnv } from "../records/place.ts";
import { ANN, DAY_MS, flaggedBy, type ListBench, NOW, openListBench } from "./list-bench.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const BEFORE = "# ours\r\n203.0.113.9 # by hand\r\n45.10.0.3";
const WITH_BOTH = "# ours\r\n203.0.113.9 # by hand\r\n45.10.0.3\r\n45.10.0.1\r\n45.10.0.2\r\n";
const WITHOUT = "# ours\r\n203.0.113.9 # by hand\r\n45.10.0.3\r\n";
const ATTEMPT = { user: ANN, groupsOf: async () => [], link: null };

let folder = "";
let seeded = "";
let blocked = "";

/** Bundled once: a process of the sources themselves takes over a second to start. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vtip-crash-"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  await build({
    entryPoints: { child: fileURLToPath(new URL("decide-child.ts", import.meta.url)) },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What is loaded where it is needed, as PostgreSQL's client, is not loaded by each.
    splitting: true,
    format: "esm",
    platform: "node",
    external: ["better-sqlite3", "pg", "pino", "pino-pretty"],
    logLevel: "error",
  });
  seeded = join(folder, "seeded");
  mkdirSync(seeded);
  const bench = await openListBench(seeded);
  bench.blacklist(BEFORE);
  bench.whitelist("45.10.9.0/24\n");
  const objects = ["45.10.0.1", "45.10.0.2", "45.10.0.3", "45.10.9.1"].map((ip) => [ip, flaggedBy(9)]);
  const scan = await bench.scan(Object.fromEntries(objects));
  proposal = (await propose(bench.tools, scan)) ?? "";
  await bench.close();
  blocked = copyOf(seeded, "blocked");
  const later = await openListBench(blocked);
  const choice = { ips: null, days: 30, reason: "seen twice", isSure: false };
  await approve(later.tools, proposal, { ...ATTEMPT, ...choice });
  await later.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Act {
  readonly act: "approve" | "import" | "undo" | "unblock" | "end";
  /** Of the proposal, or the address. */
  readonly subject: string;
  readonly now: number;
  readonly from: () => string;
  /** The file when it is done. */
  readonly list: string;
  readonly openBlocks: readonly string[];
  /** What is added to the audit trail, each once. */
  readonly acts: readonly string[];
  readonly steps: readonly string[];
}

let proposal = "";

const IN_LIST = [
  "change written down",
  "lock held",
  "change noted",
  "new list written",
  "list replaced",
  "list changed",
  "change closed",
];

const ACTS: readonly Act[] = [
  {
    act: "approve",
    subject: "P",
    now: NOW,
    from: () => seeded,
    list: WITH_BOTH,
    openBlocks: ["45.10.0.1", "45.10.0.2"],
    acts: ["approve P", "block 45.10.0.1", "block 45.10.0.2"],
    steps: [
      "approval worked out",
      "approval set",
      "approval written down",
      "approval audited",
      ...IN_LIST,
      "blocks written",
      "change audited",
      "change settled",
    ],
  },
  {
    act: "import",
    subject: "45.10.0.1\n45.10.0.2\n45.10.9.1\n",
    now: NOW,
    from: () => seeded,
    list: WITH_BOTH,
    openBlocks: ["45.10.0.1", "45.10.0.2"],
    acts: ["import 45.10.0.1", "import 45.10.0.2"],
    steps: [...IN_LIST, "blocks written", "change audited", "change settled"],
  },
  {
    act: "undo",
    subject: "P",
    now: NOW,
    from: () => blocked,
    list: WITHOUT,
    openBlocks: [],
    acts: ["undo P", "undo 45.10.0.1", "undo 45.10.0.2"],
    steps: [
      "undoing set",
      "undoing written down",
      "undoing audited",
      ...IN_LIST,
      "blocks closed",
      "change audited",
      "change settled",
    ],
  },
  {
    act: "unblock",
    subject: "45.10.0.1",
    now: NOW,
    from: () => blocked,
    list: WITH_BOTH.replace("45.10.0.1\r\n", ""),
    openBlocks: ["45.10.0.2"],
    acts: ["unblock 45.10.0.1"],
    steps: [...IN_LIST, "blocks closed", "change audited", "change settled"],
  },
  {
    act: "end",
    subject: "",
    now: NOW + 31 * DAY_MS,
    from: () => blocked,
    list: WITHOUT,
    openBlocks: [],
    acts: ["block ended 45.10.0.1", "block ended 45.10.0.2"],
    steps: [...IN_LIST, "blocks closed", "change audited", "change settled"],
  },
];

/** What removals have in common is gone through with one of them. */
const NEW_IN_REMOVALS = ["change written down", "list replaced", "blocks closed", "change settled"];

const KILLS = ACTS.flatMap((act) =>
  act.steps
    .map((step, at) => ({ ...act, step, fatal: at + 1 }))
    .filter(({ step }) => ["approve", "import", "undo"].includes(act.act) || NEW_IN_REMOVALS.includes(step)),
);

describe.concurrent("a decision", () => {
  test.each(ACTS)("to $act passes all its steps", async ({ act, subject, now, from, steps, ...done }) => {
    const { stdout, signal } = await decide(copyOf(from(), `${act}-whole`), { act, subject, now, fatal: 0 });

    expect(signal).toBeNull();
    expect(stdout.filter((line) => !line.startsWith("="))).toEqual(steps);
    const bench = await openListBench(join(folder, `${act}-whole`), {}, now);
    await expectDone(bench, from(), done);
    await bench.close();
  });

  test.each(KILLS)(
    "to $act that is killed at: $step",
    async ({ act, subject, now, from, fatal, ...done }) => {
      const place = copyOf(from(), `${act}-${fatal}`);
      const { signal } = await decide(place, { act, subject, now, fatal });
      expect(signal).toBe("SIGKILL");

      const bench = await openListBench(place, {}, now);
      await recoverChanges(bench.tools);
      expect(await openChanges(bench)).toBe(0);
      expect([done.list, ["approve", "import"].includes(act) ? BEFORE : WITH_BOTH]).toContain(
        bench.blacklist(),
      );

      // What was not written down is asked for again; what was is not done twice.
      await again(bench, act, subject);
      await expectDone(bench, from(), done);
      if (act === "approve") await expectUndoable(bench);
      await bench.close();
    },
  );
});

test("two processes that approve at once add once", async () => {
  const place = copyOf(seeded, "both");
  const both = await Promise.all(
    [1, 2].map(async () => decide(place, { act: "approve", subject: "P", now: NOW, fatal: 0 })),
  );

  expect(both.map(({ stdout }) => String(stdout.at(-1))).toSorted()).toEqual(["= already", "= decided"]);
  const bench = await openListBench(place);
  const { list, openBlocks, acts } = ACTS[0] as Act;
  await expectDone(bench, seeded, { list, openBlocks, acts });
  await bench.close();
});

async function again(bench: ListBench, act: Act["act"], subject: string): Promise<void> {
  const choice = { ips: null, days: null, reason: "seen twice", isSure: false };
  switch (act) {
    case "approve":
      expect((await approve(bench.tools, proposal, { ...ATTEMPT, ...choice })).kind).toMatch(
        /decided|already/,
      );
      return;
    case "import": {
      const input = { kind: "text", name: "old.txt", text: subject } as const;
      const tools = { ...bench.tools, lookUps: { known: async () => [] } };
      const options = { reason: null, isDryRun: false, isSure: false };
      expect((await importBlockList(tools, input, options, ATTEMPT)).state).toBe("done");
      return;
    }
    case "undo":
      expect((await undo(bench.tools, proposal, ATTEMPT)).kind).toMatch(/decided|already/);
      return;
    case "unblock":
      await unblock(bench.tools, subject, "ours", ATTEMPT).catch((error: unknown) => {
        expect(String(error)).toContain("is not on");
      });
      return;
    case "end":
      await endBlocks(bench.tools);
  }
}

async function expectDone(
  bench: ListBench,
  from: string,
  { list, openBlocks, acts }: Pick<Act, "list" | "openBlocks" | "acts">,
): Promise<void> {
  expect(bench.blacklist()).toBe(list);
  const blocks = await bench.tools.records.selectFrom("block").selectAll().orderBy("ip").execute();
  expect(blocks.map(({ ip }) => ip)).toEqual(["45.10.0.1", "45.10.0.2"]);
  expect(blocks.filter((block) => block.ended_at === null).map(({ ip }) => ip)).toEqual(openBlocks);
  const before = from === blocked ? ["approve P", "block 45.10.0.1", "block 45.10.0.2"] : [];
  const inAll = [...before, ...acts];
  expect((await bench.acts()).map((act) => act.replace(proposal, "P"))).toEqual(inAll);
  expect(await verifyAudit(bench.tools.records)).toEqual({ whole: true, entries: inAll.length });
  expect(readdirSync(dirname(bench.tools.config.blacklistFile))).not.toContain(".blacklist.txt.tmp");
}

async function expectUndoable(bench: ListBench): Promise<void> {
  expect(await decisionOf(bench.tools, { id: proposal })).toMatchObject({
    state: "blocked",
    by: ANN.id,
    added: ["45.10.0.1", "45.10.0.2"],
    listed: ["45.10.0.3"],
    protectedOnes: [{ ip: "45.10.9.1", by: { entry: "45.10.9.0/24", line: 1 } }],
    leftOut: [],
  });
  expect(await undo(bench.tools, proposal, ATTEMPT)).toMatchObject({
    kind: "decided",
    decision: { state: "undone", undoneBy: ANN.id, removed: ["45.10.0.1", "45.10.0.2"] },
  });
  expect(bench.blacklist()).toBe(WITHOUT);
}

async function openChanges({ tools }: ListBench): Promise<number> {
  return (await tools.records.selectFrom("list_change").select("id").where("state", "=", "open").execute())
    .length;
}

function copyOf(from: string, name: string): string {
  const copy = join(folder, name);
  cpSync(from, copy, { recursive: true });
  copyDatabase(join(from, "data"), join(copy, "data"));
  return copy;
}

async function decide(
  place: string,
  { act, subject, now, fatal }: { act: string; subject: string; now: number; fatal: number },
): Promise<{ stdout: readonly string[]; signal: string | null }> {
  const about = subject === "P" ? proposal : subject;
  const records = databaseEnv(join(place, "data"));
  const child = spawn(
    process.execPath,
    [join(folder, "child.mjs"), place, act, about, String(now), String(fatal)],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, [TEST_POSTGRES]: undefined, ...records } },
  );
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  await once(child, "close");
  return { stdout: stdout.trimEnd().split("\n"), signal: child.signalCode };
}
