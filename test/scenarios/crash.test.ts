import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { verifyAudit } from "../../src/records/audit-trail.ts";
import { openRecords, type Records } from "../../src/records/records.ts";
import { insertScan } from "../../src/scans/scan-store.ts";
import { addresses, allAs, flagged, until } from "../cli/program.ts";
import { foundBefore } from "../lists/other-verdict.ts";
import { placeOf } from "../records/place.ts";
import type { Done, SeenMessage } from "./platform.ts";
import { openStage, PLATFORMS, type Mode, type Stage } from "./stage.ts";

const PROGRAM = resolve(import.meta.dirname, "../../dist/main.js");
const HOOK = resolve(import.meta.dirname, "../kill-at-step.mjs");

const DAY_MS = 86_400_000;

/** At so many steps it is killed at least. */
const LEAST: Readonly<Record<Mode, number>> = { slack: 6, "slack over http": 6, discord: 4 };

/** A start takes two seconds of the processor: without SPARED one platform has to do. */
const KILLED_ON = process.env["SPARED"] === undefined ? PLATFORMS.slice(0, 1) : PLATFORMS;
const note = (name: string) =>
  KILLED_ON.length === PLATFORMS.length ? name : `${name} (with SPARED also on the others)`;

/**
 * Where the program is not killed. Killed it is where the most can be lost or done twice;
 * `SPARED=^$ npx vitest run test/scenarios/crash.test.ts` spares no step on no platform, and CI runs that.
 */
function sparedOn(mode: Mode): string {
  const all = process.env["SPARED"];
  if (all !== undefined) return all;
  switch (mode) {
    case "slack":
    case "slack over http":
      return "^(?!(request written|scan written|post sent: live|file sent|approval set|new list written|list changed|undoing set|digest written|decision made|endings decided)$)";
    case "discord":
      return "^(?!(post sent: (live|card)|file sent|request answered|card edited)$)";
  }
}

/** The program under a supervisor that starts it again whenever it was killed, as systemd would. */
interface Supervised {
  /** Where it was killed, in order. */
  steps(): readonly string[];
  /** Whether it came to this step, killed there or not. */
  reached(step: string): boolean;
  /** How often it was started. */
  starts(): number;
  /** Kills it wherever it is; it is started again. */
  kill(): void;
  stop(): Promise<void>;
}

function supervise(stage: Stage, spared: string, env: Readonly<Record<string, string>>): Supervised {
  const stepsFile = join(stage.folder, "steps.txt");
  let child: ChildProcess | null = null;
  let starts = 0;
  let isStopped = false;
  let ended: Promise<void> = Promise.resolve();

  function start(): void {
    starts += 1;
    const running = spawn(process.execPath, ["--import", HOOK, PROGRAM, "serve"], {
      cwd: stage.folder,
      env: { PATH: process.env["PATH"] ?? "", STEPS_FILE: stepsFile, SPARED: spared, ...env },
      stdio: ["ignore", "ignore", "inherit"],
    });
    child = running;
    ended = new Promise((resolve) => {
      running.once("exit", (code, signal) => {
        if (signal === "SIGKILL" && !isStopped) start();
        else if (!isStopped) throw new Error(`the program ended with ${String(code)} by itself`);
        resolve();
      });
    });
  }

  start();
  const lines = () =>
    existsSync(stepsFile) ? readFileSync(stepsFile, "utf8").split("\n").filter(Boolean) : [];
  return {
    steps: () => lines().filter((line) => !line.startsWith("(")),
    reached: (step) => lines().some((line) => line === step || line === `(${step})`),
    starts: () => starts,
    kill: () => void child?.kill("SIGKILL"),
    async stop() {
      isStopped = true;
      child?.kill("SIGKILL");
      await ended;
    },
  };
}

describe.each(KILLED_ON)(note("killed at every step, and started again (%s)"), (mode) => {
  test(
    "a scan and its approval are carried through: nothing lost, nothing twice, the list whole",
    { timeout: 120_000 },
    async () => {
      const ips = addresses(6);
      const listed = "22.9.71.160";
      const stage = await openStage({ mode, objects: allAs([...ips, listed], flagged(9)) });
      stage.write("blacklist.txt", "# by hand\r\n198.51.100.7 # known\r\n22.9.71.160");
      await stage.inRecords(async (records) => findClean(records, listed));
      const supervised = supervise(stage, sparedOn(mode), await stage.environment());
      onTestFinished(supervised.stop);
      const { chat } = stage;

      await until(chat.isHeard, "a connection");
      await chat.command("alice", "triage", [...ips, listed].join(" "));
      await until(() => chat.messages("triage").some(({ text }) => text.includes("7 unsafe")), "the summary");
      const head = await stage.says("triage", "7 unsafe");
      await until(() => says(stage, head, "Block 6 addresses?"), "the card");
      const card = await stage.saysIn(head, "Block 6 addresses?");
      await until(() => supervised.reached("scan reported"), "the end of the scan");
      await pressUntil(
        stage,
        () => chat.click("bob", card, "Block"),
        () => says(stage, head, "6 addresses blocked"),
      );
      expect(stage.blocked()).toEqual(["# by hand", "198.51.100.7 # known", "22.9.71.160", ...ips]);
      await pressUntil(
        stage,
        () => chat.click("bob", card, "Undo"),
        () => says(stage, head, "Undone"),
      );

      expect(stage.blocked()).toEqual(["# by hand", "198.51.100.7 # known", "22.9.71.160"]);
      expect(stage.read("blacklist.txt")).toMatch(/\r\n22\.9\.71\.160\r\n$/);
      expect(chat.messages("triage")).toHaveLength(1);
      const [rows, file, changed, decided, ...more] = chat.under(head);
      expect(rows?.text).toContain(ips[5]);
      expect(file?.files).toHaveLength(1);
      expect(changed?.text).toContain("1 verdict changed");
      expect(decided?.id).toBe(card.id);
      expect(more).toEqual([]);
      const asked = stage.virustotal.requests.map(({ value }) => value);
      expect(new Set(asked)).toEqual(new Set([...ips, listed]));
      expect(supervised.reached("flips written")).toBe(true);
      expect(supervised.steps().length).toBeGreaterThanOrEqual(LEAST[mode]);
      await supervised.stop();
      const records = await openRecords(placeOf(join(stage.folder, "data")));
      expect(await verifyAudit(records)).toMatchObject({ whole: true });
      const acts = await records.selectFrom("audit").select(["action", "subject", "who"]).execute();
      const ours = acts.filter(({ action, who }) => action === "block" && who !== "by hand");
      const blocks = ours.map(({ subject }) => subject);
      expect(blocks.toSorted()).toEqual(ips.toSorted());
      expect(await records.selectFrom("flip").select(["ip", "before", "after"]).execute()).toEqual([
        { ip: listed, before: "clean", after: "unsafe" },
      ]);
      await records.destroy();
    },
  );
});

/** Where it is killed at a digest and the decision about it; the latter is the same on each platform. */
const DIGEST_STEPS: Readonly<Record<Mode, readonly string[]>> = {
  slack: [
    "recheck written",
    "digest written",
    "post sent: card",
    "endings decided",
    "endings audited",
    "endings told",
  ],
  "slack over http": [],
  discord: ["post written: card", "post sent: card"],
};

describe.each(KILLED_ON)(note("killed at every step of a digest, and started again (%s)"), (mode) => {
  test(
    "blocks are asked about once and extended once, and message and card say so",
    { timeout: 120_000 },
    async () => {
      const ips = addresses(3);
      const stage = await openStage({ mode, objects: allAs(ips, flagged(9)) });
      const { chat } = stage;
      const steps = [...DIGEST_STEPS[mode]];
      const env = { BLOCK_DAYS: "7", DIGEST_HOUR: String(new Date().getUTCHours()) };
      const running = await stage.start(env);
      await chat.command("alice", "triage", ips.join(" "));
      const head = await stage.says("triage", "3 unsafe");
      const card = await stage.saysIn(head, "Block 3 addresses?");
      await chat.click("bob", card, "Block");
      await stage.saysIn(head, "3 addresses blocked");
      await running.stop();
      const end = Date.now() + DAY_MS;
      await stage.inRecords(async (records) =>
        records
          .updateTable("block")
          .set({ since: end - 7 * DAY_MS, until: end })
          .execute(),
      );
      const digests = () =>
        chat
          .messages("triage")
          .filter(({ text }) => text.includes("that were to end") || text.includes("end soon"));

      const supervised = supervise(stage, process.env["SPARED"] ?? `^(?!(${steps.join("|")})$)`, {
        ...(await stage.environment()),
        ...env,
      });
      onTestFinished(supervised.stop);
      await killUntil(supervised, () => supervised.reached("post noted: card"));
      const [digest] = digests();
      expect(digest?.text).toContain("3 blocks end soon and are still unsafe");
      if (digest === undefined) throw new Error("there is no digest");
      await pressUntil(
        stage,
        () => chat.click("bob", digest, "Extend 3"),
        () => digests().some(({ text }) => text.includes("nothing is left to decide")),
      );
      await until(() => says(stage, head, "Extended since"), "the card");
      await killUntil(supervised, () => supervised.reached("request answered"));
      await supervised.stop();

      expect(supervised.steps()).toEqual(expect.arrayContaining(steps));
      expect(digests()).toHaveLength(1);
      await stage.inRecords(async (records) => {
        expect(await verifyAudit(records)).toMatchObject({ whole: true });
        const acts = await records
          .selectFrom("audit")
          .select("subject")
          .where("action", "=", "extend")
          .execute();
        expect(acts.map(({ subject }) => subject)).toEqual(ips);
        const blocks = await records.selectFrom("block").select(["ip", "until"]).execute();
        expect(blocks).toEqual(ips.map((ip) => ({ ip, until: end + 7 * DAY_MS })));
        const rechecks = await records.selectFrom("recheck").select("ip").execute();
        expect(rechecks.map(({ ip }) => ip)).toEqual(ips);
      });
    },
  );
});

/** Kills it again and again, since what it does every minute it does first when it starts; each time it has longer. */
async function killUntil(supervised: Supervised, holds: () => boolean): Promise<void> {
  for (let waitMs = 4000; !holds(); waitMs *= 1.5) {
    const before = supervised.starts();
    const giveUpAt = Date.now() + waitMs;
    await until(() => holds() || supervised.starts() > before || Date.now() > giveUpAt, "a step");
    if (!holds() && supervised.starts() === before) supervised.kill();
  }
}

/** Writes a scan of the day before down that found an address clean. */
async function findClean(records: Records, value: string): Promise<void> {
  const id = await insertScan(records, {
    items: [
      {
        input: value,
        offset: 0,
        indicator: { kind: "ip", value },
        rejected: null,
        skipped: null,
        count: 1,
        from: "text",
      },
    ],
    fingerprint: "",
    options: { fresh: false, cachedOnly: false, urlLookup: "host" },
    source: { name: value, columns: [], findings: 1, out: null },
    requestedBy: "local:console",
    createdAt: Date.now(),
  });
  const answered = { status: "clean", checked_at: Date.now() } as const;
  await records.updateTable("scan_item").set(answered).where("scan_id", "=", id).execute();
  await records.updateTable("scan").set({ state: "done" }).where("id", "=", id).execute();
  await foundBefore(records, value, 0);
}

function says({ chat }: Stage, head: SeenMessage, words: string): boolean {
  return chat.under(head).some(({ text }) => text.includes(words));
}

/** Presses again where nobody was there to take it; what was taken is carried through by itself. */
async function pressUntil({ chat }: Stage, press: () => Promise<Done>, holds: () => boolean): Promise<void> {
  // What was not acknowledged may have been taken all the same.
  for (let isTaken = false; !isTaken && !holds();) {
    await until(chat.isHeard, "a connection");
    ({ isTaken } = await press());
  }
  await until(holds, "what was pressed");
}
