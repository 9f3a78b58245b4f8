import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { rowsOf, summaryOfSheet } from "../report/open-xlsx.ts";
import type { SeenMessage } from "./platform.ts";
import { type AtEnd, KEY, openStage, PLATFORMS, type Stage } from "./stage.ts";

const DAY_MS = 86_400_000;

function day(fromNow = 0): string {
  return new Date(Date.now() + fromNow * DAY_MS).toISOString().slice(0, 10);
}

/** The numbers beside the status words of a summary. */
function sumsOf(head: SeenMessage): Readonly<Record<string, number>> {
  const [, sums = ""] = /inputs?: (.*)/.exec(head.text) ?? [];
  return Object.fromEntries(
    [...sums.matchAll(/(\d+) ([a-z]+(?: checked)?)/g)].map(([, count, word]) => [word, Number(count)]),
  );
}

async function sheetSums(stage: Stage, head: SeenMessage) {
  const workbook = await stage.workbook(head);
  return {
    sums: summaryOfSheet(workbook),
    results: rowsOf(workbook, "Results"),
    unchecked: rowsOf(workbook, "Not checked"),
  };
}

describe.concurrent.each(PLATFORMS)("a scan (%s)", (mode) => {
  test("a command is answered in the channel, with table, file and question in its thread", async ({
    onTestFinished,
  }) => {
    const stage = await openStage(
      { mode, objects: { "45.10.0.1": flagged(7, 1), "45.10.0.2": flagged(0) } },
      onTestFinished,
    );
    await stage.start();

    const { isTaken } = await stage.chat.command("alice", "triage", "45.10.0.1 45.10.0.2 300.1.2.3");
    const head = await stage.says("triage", "1 unsafe", "1 clean", "1 not checked");
    await stage.done(head, "proposal");

    expect(isTaken).toBe(true);
    const [table, file, card] = stage.chat.under(head);
    expect(table?.text).toMatch(/45\.10\.0\.1.*8\/90/);
    expect(file?.files).toMatchObject([{ name: expect.stringMatching(/^vtip-S-\w{4}\.xlsx$/) }]);
    expect(card?.buttons).toEqual(["Block 1", "Choose…", "Dismiss"]);
    expect(stage.chat.messages("triage")).toHaveLength(1);
  });

  test("the sums of the card, of its inputs and of the file agree, each status beside its number, with every reason", async ({
    onTestFinished,
  }) => {
    const old = Math.floor((Date.now() - 400 * DAY_MS) / 1000);
    const owner = { as_owner: "Sample Hosting LLC", asn: 64_500, country: "NL" };
    const stage = await openStage(
      {
        mode,
        objects: {
          "45.10.0.1": flagged(7, 1, { ...owner, last_analysis_date: old }),
          "45.10.0.2": flagged(2),
          "bad-clean.com": flagged(0),
          "45.10.0.4": "missing",
        },
        fault: ({ value }) => (value === "45.10.0.5" ? { status: 400 } : undefined),
      },
      onTestFinished,
    );
    await stage.start();

    await stage.chat.command(
      "alice",
      "triage",
      "45.10.0.1 45.10.0.2 bad-clean.com 45.10.0.4 45.10.0.5 10.0.0.1 300.1.2.3 45.10.0.1",
    );
    const head = await stage.says("triage", "7 inputs:");
    const { sums, results, unchecked } = await sheetSums(stage, head);
    await stage.done(head, "proposal");

    expect(sumsOf(head)).toEqual({
      unsafe: 1,
      suspicious: 1,
      clean: 1,
      unknown: 1,
      "not checked": 3,
      failed: 1,
      skipped: 1,
      rejected: 1,
    });
    expect(sums).toMatchObject({
      unsafe: 1,
      suspicious: 1,
      clean: 1,
      unknown: 1,
      failed: 1,
      skipped: 1,
      rejected: 1,
      Total: 6,
    });
    expect(results.length + unchecked.length).toBe(7);
    expect(results.find((row) => row["Indicator"] === "45.10.0.1")).toMatchObject({
      Verdict: "unsafe",
      VT_Score: 8 / 90,
    });
    expect(unchecked.map((row) => [row["Input"], row["Status"]])).toEqual([
      ["45.10.0.5", "failed"],
      ["10.0.0.1", "skipped"],
      ["300.1.2.3", "rejected"],
    ]);
    expect(head.text).toMatch(/⚠️ oldest analysis of \d{4}-\d\d-\d\d/);
    const [table] = stage.chat.under(head);
    const text = table?.text ?? "";
    expect(text).toMatch(/45\.10\.0\.1.*unsafe 8\/90.*Sample Hosting LLC.*AS64500.*NL/);
    expect(text).toMatch(/old data, analysed 400 days ago/);
    const order = [
      "45.10.0.1",
      "45.10.0.2",
      "45.10.0.5",
      "10.0.0.1",
      "300.1.2.3",
      "45.10.0.4",
      "bad-clean[.]com",
    ];
    expect(order.map((name) => text.indexOf(name))).toEqual(
      order.map((name) => text.indexOf(name)).toSorted((a, b) => a - b),
    );
    expect(order.every((name) => text.includes(name))).toBe(true);
    expect(text).toMatch(/300\.1\.2\.3.*rejected[^]*octet/);
  });

  test(
    "one indicator is answered within a second of VirusTotal's answer, also while a list runs; what is cached asks nothing",
    { retry: 3 },
    async ({ onTestFinished }) => {
      const latencyMs = 150;
      const stage = await openStage({ mode, latencyMs, keys: { [KEY]: { perMinute: 4 } } }, onTestFinished);
      await stage.start({ VT_KEY1_PER_MINUTE: "4", VT_WINDOW_SECONDS: "60" });
      await stage.chat.command("alice", "triage", addresses(9).join(" "));
      const live = await stage.says("triage", "unsafe so far");
      expect(live.text).toMatch(
        /9 inputs[^]*0 cached, 9 to look up[^]*░+ 0\/9 · 0 unsafe so far · about \d+ min left/,
      );
      expect(live.buttons).toEqual(["Cancel"]);
      expect(live.names).toContain("alice");

      await stage.chat.command("carol", "incidents", "45.11.0.1");
      const head = await stage.says("incidents", "1 input:", "45.11.0.1");
      const answeredAt =
        (stage.virustotal.requests.find(({ value }) => value === "45.11.0.1")?.at ?? 0) + latencyMs;
      await stage.done(head, "file");
      const { asked, messages } = stage.since();
      await stage.chat.command("dave", "incidents", "45[.]11[.]0[.]1");
      const again = await stage.chat.until(() => messages("incidents")[0], "the answer from the cache");

      expect((head.versions.at(-1)?.atMs ?? 0) - answeredAt).toBeLessThan(1000);
      expect(asked()).not.toContain("45.11.0.1");
      expect(again.text).toMatch(/0 requests, 1 cached/);
      expect(again.versions).toHaveLength(1);
    },
  );
});

describe.concurrent.each(PLATFORMS)("a large scan (%s)", (mode) => {
  const ips = addresses(8);

  async function planned(env: Readonly<Record<string, string>>, onTestFinished: AtEnd) {
    const stage = await openStage({ mode, objects: allAs(ips, flagged(9)) }, onTestFinished);
    await stage.start({ CONFIRM_OVER: "5", VT_KEY1_PER_DAY: "500", VT_KEY1_PER_MONTH: "15500", ...env });
    return { stage, ...(await planAgain(stage)) };
  }

  async function planAgain(stage: Stage) {
    const { message } = await stage.chat.mention("alice", "triage", `${ips.join(" ")} 10.0.0.1 300.1.2.3`);
    return { message, plan: await stage.saysIn(message, "8 requests: start?") };
  }

  test("asks first: what it takes of today's and this month's quota, and on which day it ends; the requester starts it", async ({
    onTestFinished,
  }) => {
    const { stage, message, plan } = await planned({}, onTestFinished);

    expect(plan.buttons).toEqual(["Start", "Cached only", "Cancel"]);
    expect(plan.text).toMatch(/9 indicators: 8 to look up, 0 cached, 1 skipped, 1 rejected/);
    expect(plan.text).toMatch(/2 % of today's quota · under 1 % of this month's/);
    expect(plan.text).toContain(`ends today, ${day()}`);
    for (const button of ["Start", "Cached only", "Cancel"]) await stage.chat.click("carol", plan, button);
    await stage.chat.until(() => stage.chat.alone("carol").length === 3, "three refusals");
    expect(stage.chat.alone("carol").map(({ text }) => text)).toEqual(
      Array(3).fill(expect.stringContaining("Only who asked for S-")),
    );
    expect(stage.asked()).toEqual([]);

    await stage.chat.click("alice", plan, "Start");
    const head = await stage.saysIn(message, "8 unsafe", "2 not checked");
    await stage.done(message, "proposal");
    expect(head.id).toBe(plan.id);
    expect(head.buttons).toEqual([]);
    expect(stage.asked().toSorted()).toEqual([...ips].toSorted());
  });

  test("Cached only spends no request; an approver may press it too, and what is cached is told", async ({
    onTestFinished,
  }) => {
    const { stage, message, plan } = await planned({}, onTestFinished);
    await stage.chat.command("alice", "incidents", ips[0] ?? "");
    await stage.says("incidents", "1 unsafe");
    const { asked } = stage.since();

    await stage.chat.click("bob", plan, "Cached only");
    const head = await stage.saysIn(message, "1 unsafe", "9 not checked (8 skipped, 1 rejected)");
    const { sums } = await sheetSums(stage, head);

    expect(asked()).toEqual([]);
    expect(sums).toMatchObject({ unsafe: 1, skipped: 8, rejected: 1, "Requests to VirusTotal": 0 });
    expect(stage.chat.alone("bob")).toEqual([]);
  });

  test("Cancel ends it for nothing, by its button or by its id; pressed again it is over already", async ({
    onTestFinished,
  }) => {
    const { stage, message, plan } = await planned({}, onTestFinished);
    const { plan: other, message: otherMessage } = await planAgain(stage);
    const [, id = ""] = /(S-\w{4})/.exec(plan.text) ?? [];

    await stage.chat.click("bob", other, "Cancel");
    await stage.saysIn(otherMessage, "cancelled", "10 not checked");
    await stage.chat.command("carol", "triage", `cancel ${id}`);
    await stage.whispers("carol", "Only who asked");
    await stage.chat.command("alice", "triage", `cancel ${id.toLowerCase()}`);
    await stage.whispers("alice", `${id} is cancelled`);
    const head = await stage.saysIn(message, "cancelled", "10 not checked");
    await stage.chat.command("alice", "triage", `cancel ${id}`);
    await stage.whispers("alice", `${id} is over already`);

    expect(stage.asked()).toEqual([]);
    expect(head.id).toBe(plan.id);
    expect(head.buttons).toEqual([]);
  });

  test("with more than is left today it says so, waits for 00:00 UTC and says why; edits are 3 s apart; Cancel keeps what is known", async ({
    onTestFinished,
  }) => {
    const { stage, message, plan } = await planned(
      { CONFIRM_OVER: "100", VT_KEY1_PER_DAY: "5" },
      onTestFinished,
    );
    expect(plan.text).toContain(`only 5 are left today: it goes on at 00:00 UTC and would end on ${day(1)}`);

    await stage.chat.click("alice", plan, "Start");
    const paused = await stage.saysIn(message, "5 unsafe so far", "day's quota used", "goes on at 00:00 UTC");
    expect(paused.text).toMatch(/█+░+ 7\/10/);
    await stage.chat.command("alice", "incidents", "quota");
    await stage.whispers("alice", "day: 5 of 5 used", "until");
    await stage.chat.click("carol", paused, "Cancel");
    await stage.whispers("carol", "Only who asked");
    await stage.chat.click("alice", paused, "Cancel");
    const head = await stage.saysIn(
      message,
      "cancelled",
      "5 unsafe",
      "5 not checked (4 skipped, 1 rejected)",
    );
    const { sums } = await sheetSums(stage, head);
    await stage.done(message, "proposal");

    expect(sums).toMatchObject({ unsafe: 5, skipped: 4, rejected: 1, Total: 9 });
    const progress = head.versions.filter(({ text }) => text.includes("so far"));
    expect(progress.length).toBeGreaterThanOrEqual(2);
    for (const [at, version] of progress.entries()) {
      expect(version.atMs - (progress[at - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(3000);
    }
    expect((await stage.saysIn(message, "Block 5 addresses?")).under).toBe(message.id);
  });
});
