import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { verifyAudit } from "../../src/records/audit-trail.ts";
import { openRecords } from "../../src/records/records.ts";
import { addresses, allAs, flagged, until } from "../cli/program.ts";
import { textOf } from "../standins/slack/slack.ts";
import { openStage, type Stage } from "./stage.ts";

const PROGRAM = resolve(import.meta.dirname, "../../dist/main.js");
const HOOK = resolve(import.meta.dirname, "../kill-at-step.mjs");

/**
 * What every message goes through is shown with the first and the file; the inner steps of a decision are those of
 * test/lists. `SPARED=^$ npx vitest run test/slack/crash.test.ts` spares none.
 */
const SPARED =
  process.env["SPARED"] ??
  "rows-1$|: card$|^(request answered|file sent|lock held|approval (set|audited)|change (noted|closed|audited|settled)|list changed|blocks|undoing)";

/** The program under a supervisor that starts it again whenever it was killed, as systemd would. */
interface Supervised {
  /** Where it was killed, in order. */
  steps(): readonly string[];
  /** How often it was started. */
  starts(): number;
  stop(): Promise<void>;
}

function supervise(stage: Stage, env: Readonly<Record<string, string>>): Supervised {
  const stepsFile = join(stage.folder, "steps.txt");
  let child: ChildProcess | null = null;
  let starts = 0;
  let isStopped = false;
  let ended: Promise<void> = Promise.resolve();

  function start(): void {
    starts += 1;
    const running = spawn(process.execPath, ["--import", HOOK, PROGRAM, "serve"], {
      cwd: stage.folder,
      env: { PATH: process.env["PATH"] ?? "", STEPS_FILE: stepsFile, SPARED, ...env },
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
  return {
    steps: () => (existsSync(stepsFile) ? readFileSync(stepsFile, "utf8").split("\n").filter(Boolean) : []),
    starts: () => starts,
    async stop() {
      isStopped = true;
      child?.kill("SIGKILL");
      await ended;
    },
  };
}

describe("killed at every step, and started again", () => {
  test(
    "a scan and its approval are carried through: nothing lost, nothing twice, the list whole",
    { timeout: 120_000 },
    async () => {
      const ips = addresses(6);
      const stage = await openStage({ mode: "socket", objects: allAs(ips, flagged(9)) });
      stage.write("blacklist.txt", "# by hand\r\n198.51.100.7 # known\r\n22.9.71.160");
      const supervised = supervise(stage, stage.environment());
      onTestFinished(supervised.stop);
      const { slack } = stage;

      await until(() => slack.connections() > 0, "a connection");
      await slack.slash("alice", "triage", ips.join(" "));
      const summarised = () =>
        slack.messages("triage").some((message) => textOf(message).includes("6 unsafe"));
      await until(summarised, "the summary");
      const head = await stage.says("triage", "6 unsafe");
      await until(() => says(stage, head.ts, "Block 6 addresses?"), "the card");
      const card = await stage.saysIn(head, "Block 6 addresses?");
      await until(() => supervised.steps().includes("scan reported"), "the end of the scan");
      await pressUntil(
        stage,
        () => slack.click("bob", card, "Block"),
        () => says(stage, head.ts, "6 addresses blocked"),
      );
      expect(stage.blocked()).toEqual(["# by hand", "198.51.100.7 # known", "22.9.71.160", ...ips]);
      await pressUntil(
        stage,
        () => slack.click("bob", card, "Undo"),
        () => says(stage, head.ts, "Undone"),
      );

      expect(stage.blocked()).toEqual(["# by hand", "198.51.100.7 # known", "22.9.71.160"]);
      expect(stage.read("blacklist.txt")).toMatch(/\r\n22\.9\.71\.160\r\n$/);
      expect(slack.messages("triage")).toHaveLength(1);
      const [, rows, file, decided, ...more] = slack.thread("triage", head.ts);
      expect(rows && textOf(rows)).toContain(ips[5]);
      expect(file?.files).toHaveLength(1);
      expect(decided?.ts).toBe(card.ts);
      expect(more).toEqual([]);
      const asked = stage.virustotal.requests.map(({ value }) => value);
      expect(new Set(asked)).toEqual(new Set(ips));
      expect(supervised.steps().length).toBeGreaterThanOrEqual(20);
      await supervised.stop();
      const records = await openRecords(join(stage.folder, "data"));
      expect(await verifyAudit(records)).toMatchObject({ whole: true });
      const acts = await records.selectFrom("audit").select(["action", "subject"]).execute();
      const blocks = acts.filter(({ action }) => action === "block").map(({ subject }) => subject);
      expect(blocks.toSorted()).toEqual(ips.toSorted());
      await records.destroy();
    },
  );
});

function says(stage: Stage, ts: string, words: string): boolean {
  return stage.slack.thread("triage", ts).some((message) => textOf(message).includes(words));
}

/** Presses again where nobody was there to take it; what was taken is carried through by itself. */
async function pressUntil(
  stage: Stage,
  press: () => Promise<{ readonly ack: { readonly ok: boolean } }>,
  holds: () => boolean,
): Promise<void> {
  for (let isTaken = false; !isTaken;) {
    await until(() => stage.slack.connections() > 0, "a connection");
    isTaken = (await press()).ack.ok;
  }
  await until(holds, "what was pressed");
}
