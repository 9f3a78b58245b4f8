import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { verifyAudit } from "../../src/records/audit-trail.ts";
import { openRecords, type Records } from "../../src/records/records.ts";
import { addresses, allAs, flagged, until } from "../cli/program.ts";
import { gone } from "../engines/engine.ts";
import { createPostgres } from "../engines/postgres.ts";
import { createRedis } from "../engines/redis.ts";
import { isOverPostgres } from "../records/place.ts";
import { KEY, openStage, PLATFORMS, type Mode, type Stage } from "./stage.ts";

const PROGRAM = resolve(import.meta.dirname, "../../dist/main.js");

const folder = mkdtempSync(join(tmpdir(), "vtip-processes-"));
// They take a minute and a half: `npm run test:postgres` runs them, `npm test` names them as skipped.
const postgres = isOverPostgres ? await createPostgres(folder) : null;
const redis = isOverPostgres ? await createRedis(folder) : null;
const isHere = postgres !== null && redis !== null;
beforeAll(async () => {
  await postgres?.start();
  await redis?.start();
});
afterAll(async () => {
  await postgres?.stop("SIGKILL");
  await redis?.stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});
let databases = 0;

/** Ten requests in two seconds, over all programs together. */
const WINDOW_MS = 2000;
const LIMITS = { VT_KEY1_PER_MINUTE: "10", VT_WINDOW_SECONDS: String(WINDOW_MS / 1000) };

/** Several programs on the same records, lists and platform. */
interface Crew {
  readonly records: Records;
  readonly programs: readonly ChildProcess[];
  start(): Promise<ChildProcess>;
}

async function openCrew(
  stage: Stage,
  size: number,
  extra: Readonly<Record<string, string>> = {},
): Promise<Crew> {
  if (postgres === null || redis === null) throw new Error("PostgreSQL and Redis are not installed");
  databases += 1;
  const databaseUrl = postgres.databaseUrl(`crew_${process.pid}_${databases}`);
  const shared = { DATABASE_URL: databaseUrl, REDIS_URL: `${redis.url}/${databases}` };
  const env = { ...(await stage.environment()), ...shared, ...extra };
  const programs: ChildProcess[] = [];

  async function start(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [PROGRAM, "serve"], {
      cwd: stage.folder,
      env: { PATH: process.env["PATH"] ?? "", ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    programs.push(child);
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await gone(child);
    });
    let said = "";
    await new Promise<void>((serving, failed) => {
      child.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString("utf8");
        if (said.includes("vtip serves")) serving();
      });
      child.once("exit", () => failed(new Error(`ended: ${said}`)));
    });
    return child;
  }

  for (let at = 0; at < size; at += 1) await start();
  const records = await openRecords({ dataDir: stage.folder, databaseUrl });
  onTestFinished(() => records.destroy());
  return { records, programs, start };
}

/** The program that works on a scan now. */
async function workerOf({ records, programs }: Crew): Promise<ChildProcess> {
  const { owner } = await records.selectFrom("scan").select("owner").executeTakeFirstOrThrow();
  const worker = programs.find(({ pid }) => pid === Number.parseInt(owner, 10));
  if (worker === undefined) throw new Error(`nobody is ${owner}`);
  return worker;
}

async function openSlowStage(mode: Mode, ips: readonly string[]): Promise<Stage> {
  return openStage({ mode, objects: allAs(ips, flagged(9)), latencyMs: 150, windowMs: WINDOW_MS });
}

describe.skipIf(!isHere)("three processes on one PostgreSQL and Redis", () => {
  test.each(PLATFORMS)(
    "a scan whose process is killed is carried on by another in the same message (%s)",
    async (mode) => {
      const ips = addresses(150);
      const stage = await openSlowStage(mode, ips);
      const { chat } = stage;
      const crew = await openCrew(stage, 3);

      await chat.command("alice", "triage", ips.join(" "));
      const plan = await stage.says("triage", "150");
      if (plan.text.includes("Start")) await chat.click("alice", plan, "Start");
      await until(() => stage.asked().length > 20, "some look-ups");
      const worker = await workerOf(crew);
      worker.kill("SIGKILL");

      const head = await stage.says("triage", "150 unsafe");
      await stage.done(head, "proposal");
      expect(chat.messages("triage")).toHaveLength(1);
      expect(new Set(stage.asked())).toEqual(new Set(ips));
      // What was under way when it was killed may have been asked again, and nothing else.
      expect(stage.asked().length).toBeLessThanOrEqual(ips.length + 64);
      expect(await verifyAudit(crew.records)).toMatchObject({ whole: true });
    },
  );

  test("lists that share addresses ask once about each, within the key's limit", async () => {
    const ips = addresses(24);
    const stage = await openSlowStage("slack", ips);
    await openCrew(stage, 3, LIMITS);

    await Promise.all(
      [0, 1, 2].map(async (at) =>
        stage.chat.command("alice", "triage", ips.slice(4 * at, 4 * at + 16).join(" ")),
      ),
    );
    await until(
      () => stage.chat.messages("triage").filter(({ text }) => text.includes("16 unsafe")).length === 3,
      "three reports",
    );

    expect(stage.asked().toSorted()).toEqual(ips.toSorted());
    expect(stage.virustotal.worstWindow(KEY)).toBeLessThanOrEqual(10);
  });

  test.each(PLATFORMS)(
    "one after the other is told to end and started again, and no command is lost (%s)",
    async (mode) => {
      const ips = addresses(40);
      const stage = await openSlowStage(mode, ips);
      const crew = await openCrew(stage, 3);
      let asked = 0;
      const askOne = async () => {
        const ip = ips[asked] ?? "";
        asked += 1;
        await stage.chat.command("alice", "triage", ip);
      };

      for (const child of crew.programs.slice(0, 3)) {
        await askOne();
        const told = performance.now();
        child.kill("SIGTERM");
        await Promise.all([askOne(), askOne(), gone(child)]);
        expect(performance.now() - told).toBeLessThan(10_000);
        expect(child.exitCode).toBe(0);
        await crew.start();
        await askOne();
      }

      for (const ip of ips.slice(0, asked)) await stage.says("triage", ip, "unsafe");
      expect(stage.chat.messages("triage")).toHaveLength(asked);
    },
  );

  test("a program that is told to end while PostgreSQL is away ends within ten seconds", async () => {
    if (postgres === null) throw new Error("not here");
    const stage = await openSlowStage("slack", addresses(1));
    const { programs } = await openCrew(stage, 1);
    const [program] = programs;
    if (program === undefined) throw new Error("nothing runs");
    await postgres.stop();
    onTestFinished(async () => postgres.start());

    const told = performance.now();
    program.kill("SIGTERM");
    await gone(program);

    expect(performance.now() - told).toBeLessThan(10_000);
    expect(program.exitCode).toBe(0);
  });

  test("PostgreSQL and Redis are started anew in mid-scan: it says so, waits, and no look-up is called failed", async () => {
    if (postgres === null || redis === null) throw new Error("not here");
    const ips = addresses(60);
    const stage = await openSlowStage("slack", ips);
    await openCrew(stage, 2, { ...LIMITS, VT_KEY1_PER_MINUTE: "20" });

    await stage.chat.command("alice", "triage", ips.join(" "));
    await until(() => stage.asked().length > 10, "some look-ups");
    await redis.stop("SIGKILL");
    await stage.says("triage", "Redis is away");
    await redis.start();
    await until(() => stage.asked().length > 30, "more look-ups");
    await postgres.stop();
    await postgres.start();

    const head = await stage.says("triage", "60 unsafe");
    await stage.done(head, "proposal");
    expect(new Set(stage.asked())).toEqual(new Set(ips));
    expect(stage.virustotal.worstWindow(KEY)).toBeLessThanOrEqual(20);
    expect(stage.chat.messages("triage")).toHaveLength(1);
  });
});
