import { mkdirSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import { buttonsOf, serverError, slackError, textOf, type SeenMessage } from "../standins/slack/slack.ts";
import { MODES, openStage, type AtEnd, type Stage, type StageOptions } from "./stage.ts";

const DAY_MS = 86_400_000;

interface Asked {
  readonly stage: Stage;
  readonly ips: readonly string[];
  readonly head: SeenMessage;
  readonly card: SeenMessage;
  /** The card as it is now. */
  now(): SeenMessage;
  labels(): readonly string[];
}

/** A stage with a question about `count` unsafe addresses, asked for by alice. */
async function ask(
  options: Omit<StageOptions, "objects"> & {
    readonly atEnd: AtEnd;
    readonly count?: number;
    readonly env?: (stage: Stage) => Readonly<Record<string, string>>;
  },
): Promise<Asked> {
  const { count = 3, env = () => ({}), atEnd, ...stageOptions } = options;
  const ips = addresses(count);
  const owner = { as_owner: "Sample Hosting", asn: 64_500, country: "NL" };
  const stage = await openStage({ ...stageOptions, objects: allAs(ips, flagged(9, 0, owner)) }, atEnd);
  await stage.start(env(stage));
  await stage.slack.slash("alice", "triage", ips.join(" "));
  const head = await stage.says("triage", `${count} unsafe`);
  await stage.slack.until(
    () => stage.slack.thread("triage", head.ts).some(({ files }) => files.length > 0),
    "the file",
  );
  const card = await stage.slack.until(
    () => stage.slack.thread("triage", head.ts).find((said) => /Block \d+ address/.test(textOf(said))),
    "the card",
  );
  const now = () => stage.slack.thread("triage", head.ts).find(({ ts }) => ts === card.ts) ?? card;
  return { stage, ips, head, card, now, labels: () => buttonsOf(now()).map(({ label }) => label) };
}

/** Whether a message names this person so that Slack shows who it is. */
function names(message: SeenMessage | undefined, id: string): boolean {
  return JSON.stringify(message?.blocks ?? []).includes(id);
}

describe.concurrent.each(MODES)("the approval card (%s)", (mode) => {
  test("says what would be blocked, what is listed, what is protected and by which line, and blocks just that", async ({
    onTestFinished: atEnd,
  }) => {
    const asked = await ask({
      mode,
      atEnd,
      count: 5,
      env: ({ write }) => {
        write("whitelist.txt", "# ours\n45.10.0.4\nAS15169\n45.10.0.5/32\n");
        write("blacklist.txt", "# by hand\r\n45.10.0.1 # known");
        return { BLOCK_DAYS: "30" };
      },
    });
    const { stage, card, now, labels } = asked;

    expect(textOf(card)).toMatch(/Block 2 addresses\?[^]*45\.10\.0\.2.*9\/90.*Sample Hosting.*AS64500.*NL/);
    expect(textOf(card)).toMatch(/1 already listed: 45\.10\.0\.1/);
    expect(textOf(card)).toMatch(
      /2 protected: 45\.10\.0\.4 by 45\.10\.0\.4 \(whitelist line 2\), 45\.10\.0\.5 by 45\.10\.0\.5\/32 \(whitelist line 4\)/,
    );
    expect(labels()).toEqual(["Block 2", "Choose…", "Dismiss"]);
    await stage.slack.click("bob", card, "Block 2");
    const decided = await stage.saysIn(asked.head, "2 addresses blocked");

    expect(decided.ts).toBe(card.ts);
    expect(stage.read("blacklist.txt")).toBe("# by hand\r\n45.10.0.1 # known\r\n45.10.0.2\r\n45.10.0.3\r\n");
    expect(names(decided, stage.slack.user("bob"))).toBe(true);
    expect(textOf(decided)).toMatch(/on \d{4}-\d\d-\d\d \d\d:\d\d UTC, until \d{4}-\d\d-\d\d/);
    expect(textOf(decided)).toMatch(/2 protected:/);
    expect(labels()).toEqual(["Undo"]);
    expect(textOf(now())).toBe(textOf(decided));
    for (const person of ["alice", "bob", "carol"]) expect(stage.slack.ephemeral(person)).toEqual([]);
  });

  test("pressed by anybody else: a private refusal that names who can, nothing changed, and the audit trail has it", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, labels } = await ask({ mode, atEnd });

    for (const button of ["Block 3", "Choose…", "Dismiss"]) await stage.slack.click("carol", card, button);
    const refusals = await stage.slack.until(
      () => stage.slack.ephemeral("carol").length === 3 && stage.slack.ephemeral("carol"),
      "three refusals",
    );

    for (const refusal of refusals) {
      expect(textOf(refusal)).toContain("Only approvers may do this");
      expect(names(refusal, stage.slack.user("bob"))).toBe(true);
    }
    expect(stage.blocked()).toEqual([]);
    expect(stage.slack.views("carol")).toEqual([]);
    expect(labels()).toEqual(["Block 3", "Choose…", "Dismiss"]);
    const refused = (await stage.audit()).filter((line) => line.includes(stage.slack.user("carol")));
    expect(refused.map((line) => line.split(" slack:")[0] ?? "").toSorted()).toEqual([
      "block refused",
      "block refused",
      "dismiss refused",
    ]);
  });

  test("with nobody configured it says so and has no buttons", async ({ onTestFinished: atEnd }) => {
    const { card, labels } = await ask({ mode, atEnd, env: () => ({ APPROVERS: "" }) });

    expect(textOf(card)).toContain("Nobody may approve");
    expect(labels()).toEqual([]);
  });

  test("under four eyes the requester is refused like anybody else, and another approver is not", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, head } = await ask({
      mode,
      atEnd,
      env: ({ slack }) => ({
        FOUR_EYES: "true",
        APPROVERS: `slack:${slack.user("alice")},slack:${slack.user("bob")}`,
      }),
    });

    await stage.slack.click("alice", card, "Block 3");
    await stage.slack.click("alice", card, "Choose…");
    await stage.slack.until(() => stage.slack.ephemeral("alice").length === 2, "two refusals");
    expect(stage.slack.ephemeral("alice").map(textOf).join()).toContain("another approver must decide");
    expect(stage.slack.views("alice")).toEqual([]);
    expect(stage.blocked()).toEqual([]);

    await stage.slack.click("bob", card, "Block 3");
    await stage.saysIn(head, "3 addresses blocked");
    await stage.slack.click("alice", card, "Undo");
    await stage.saysIn(head, "Undone");
  });

  test("a user group may approve; where Slack does not tell who is in it, nobody of it may", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, head } = await ask({ mode, atEnd, env: () => ({ APPROVERS: "slack:S0ANALYSTS" }) });

    stage.slack.fail("usergroups.list", serverError());
    await stage.slack.click("carol", card, "Block 3");
    await stage.whispers("carol", "could not be told whether you are in");
    stage.slack.fail("usergroups.list", slackError("missing_scope"));
    await stage.slack.click("carol", card, "Dismiss");
    await stage.slack.until(() => stage.slack.ephemeral("carol").length === 2, "the second refusal");
    await stage.slack.click("dave", card, "Block 3");
    const refusal = await stage.whispers("dave", "Only approvers may do this");
    expect(JSON.stringify(refusal.blocks)).toContain("<!subteam^S0ANALYSTS>");
    expect(stage.blocked()).toEqual([]);

    await stage.slack.click("carol", card, "Block 3");
    await stage.saysIn(head, "3 addresses blocked");
  });

  test("two clicks at once decide once; whoever comes second hears what was decided and by whom", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, ips, card, head } = await ask({
      mode,
      atEnd,
      env: ({ slack }) => ({ APPROVERS: `slack:${slack.user("dave")},slack:${slack.user("bob")}` }),
    });

    await Promise.all([
      stage.slack.click("bob", card, "Block 3"),
      stage.slack.click("dave", card, "Block 3"),
    ]);
    await stage.saysIn(head, "3 addresses blocked");
    const late = () => [...stage.slack.ephemeral("bob"), ...stage.slack.ephemeral("dave")];
    const [note] = await stage.slack.until(() => late().length > 0 && late(), "a note to the second");

    expect(stage.blocked()).toEqual(ips);
    const [first, second] = note?.ephemeralTo === stage.slack.user("bob") ? ["dave", "bob"] : ["bob", "dave"];
    expect(note && textOf(note)).toMatch(/This was decided before: 3 addresses blocked by .* on \d{4}/);
    expect(names(note, stage.slack.user(first ?? ""))).toBe(true);
    expect(stage.slack.ephemeral(first ?? "")).toEqual([]);
    expect((await stage.audit()).filter((line) => line.startsWith("approve"))).toHaveLength(1);
    expect(stage.slack.ephemeral(second ?? "")).toHaveLength(1);
  });

  test("Choose…: addresses unticked, a life, a reason; then Undo takes out just what was added", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, ips, card, head, labels } = await ask({ mode, atEnd });
    stage.write("blacklist.txt", `# by hand\n${ips[2]}\n`);

    await stage.slack.click("bob", card, "Choose…");
    const form = await stage.slack.until(() => stage.slack.openView("bob"), "the form");
    expect(textOf(form.view)).toMatch(/45\.10\.0\.1 · 9\/90 · Sample Hosting/);
    await stage.slack.submit("bob", form, {
      ips: [ips[0] ?? ""],
      days: "30",
      reason: "seen <!channel> *by* hand",
    });
    const decided = await stage.saysIn(head, "1 address blocked");

    expect(stage.read("blacklist.txt")).toBe(`# by hand\n${ips[2]}\n${ips[0]}\n`);
    const until = new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10);
    expect(textOf(decided)).toContain(`until ${until}`);
    expect(textOf(decided)).toContain("by");
    expect(textOf(decided)).toMatch(/Reason: seen/);
    expect(textOf(decided)).toMatch(/1 not chosen: 45\.10\.0\.2/);
    expect(textOf(decided)).toMatch(/1 already listed: 45\.10\.0\.3/);
    expect(JSON.stringify(decided.blocks)).not.toMatch(/<!channel>|"broadcast"/);

    await stage.slack.click("carol", decided, "Undo");
    await stage.whispers("carol", "Only approvers");
    expect(labels()).toEqual(["Undo"]);
    await stage.slack.click("bob", decided, "Undo");
    const undone = await stage.saysIn(head, "Undone");
    expect(names(undone, stage.slack.user("bob"))).toBe(true);
    expect(labels()).toEqual([]);
    expect(stage.read("blacklist.txt")).toBe(`# by hand\n${ips[2]}\n`);
    await stage.slack.slash("bob", "triage", `why ${ips[0]}`);
    await stage.says("triage", `${ips[0]}: not blocked`, "block", "undo");
  });

  test("Choose… with everything taken out blocks nothing and leaves the question open", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, labels } = await ask({ mode, atEnd });

    await stage.slack.click("bob", card, "Choose…");
    const form = await stage.slack.until(() => stage.slack.openView("bob"), "the form");
    await stage.slack.submit("bob", form, { ips: [] });
    await stage.whispers("bob", "No address was ticked");

    expect(stage.blocked()).toEqual([]);
    expect(labels()).toEqual(["Block 3", "Choose…", "Dismiss"]);
    expect(stage.slack.openView("bob")).toBeUndefined();
  });

  test("more than MAX_BLOCKS_PER_APPROVAL asks the approver alone once more, from the card and from the form", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, ips, card, head } = await ask({
      mode,
      atEnd,
      env: () => ({ MAX_BLOCKS_PER_APPROVAL: "2" }),
    });

    await stage.slack.click("bob", card, "Block 3");
    const question = await stage.whispers("bob", "more than the 2");
    expect(stage.blocked()).toEqual([]);
    await stage.slack.click("bob", card, "Choose…");
    const form = await stage.slack.until(() => stage.slack.openView("bob"), "the form");
    await stage.slack.submit("bob", form, { days: "7", reason: "all" });
    const again = await stage.slack.until(
      () =>
        stage.slack
          .ephemeral("bob")
          .find(({ ts, blocks }) => ts !== question.ts && buttonsOf({ blocks }).length > 0),
      "the question about the choice",
    );
    expect(buttonsOf(again).map(({ label }) => label)).toEqual(["Block 3"]);
    await stage.slack.click("bob", again, "Block 3");
    const decided = await stage.saysIn(head, "3 addresses blocked");

    expect(stage.blocked()).toEqual(ips);
    expect(textOf(decided)).toContain("Reason: all");
    expect(textOf(decided)).toContain(
      `until ${new Date(Date.now() + 7 * DAY_MS).toISOString().slice(0, 10)}`,
    );
    const done = await stage.whispers("bob", "Done");
    expect(done.ts).toBe(again.ts);
    expect(buttonsOf(done)).toEqual([]);
    for (const other of ["alice", "carol", "dave"]) expect(stage.slack.ephemeral(other)).toEqual([]);
    await stage.slack.click("bob", question, "Block 3");
    await stage.whispers("bob", "You have decided this before: 3 addresses blocked");
    expect(stage.blocked()).toEqual(ips);
  });

  test("is worked out from the lists at the click; when nothing is left it says so and stays", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, ips, card, head, labels } = await ask({ mode, atEnd });
    stage.write("whitelist.txt", "45.10.0.0/24\n");

    await stage.slack.click("bob", card, "Block 3");
    await stage.whispers("bob", "Nothing is left to block");
    expect(labels()).toHaveLength(3);
    stage.write("whitelist.txt", `${ips[1]}\n`);
    await stage.slack.click("bob", card, "Block 3");
    const decided = await stage.saysIn(head, "2 addresses blocked");

    expect(stage.blocked()).toEqual([ips[0], ips[2]]);
    expect(textOf(decided)).toMatch(/1 protected: 45\.10\.0\.2 by 45\.10\.0\.2 \(whitelist line 1\)/);
  });

  test("dismissed: nothing is blocked, no buttons are left, and the next click hears of it", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, head, labels } = await ask({ mode, atEnd });

    await stage.slack.click("bob", card, "Dismiss");
    const dismissed = await stage.saysIn(head, "Dismissed");

    expect(names(dismissed, stage.slack.user("bob"))).toBe(true);
    expect(labels()).toEqual([]);
    expect(stage.blocked()).toEqual([]);
    expect(
      (await stage.audit()).some((line) => line.startsWith(`dismiss slack:${stage.slack.user("bob")}`)),
    ).toBe(true);
  });

  test("pressed before Slack has told the bot that it took the card: it is rebuilt all the same", async ({
    onTestFinished: atEnd,
  }) => {
    const ips = addresses(1);
    const stage = await openStage({ mode, objects: allAs(ips, flagged(9)) }, atEnd);
    await stage.start();
    stage.slack.fail("chat.postMessage", {
      answer: "late",
      delayMs: 400,
      when: ({ args }) => JSON.stringify(args["text"]).includes("Block 1 address?"),
    });

    await stage.slack.slash("alice", "triage", ips.join(" "));
    const head = await stage.says("triage", "1 unsafe");
    await stage.slack.click("bob", await stage.saysIn(head, "Block 1 address?"), "Block 1");
    const decided = await stage.saysIn(head, "1 address blocked");

    expect(buttonsOf(decided).map(({ label }) => label)).toEqual(["Undo"]);
    expect(stage.slack.ephemeral("bob")).toEqual([]);
  });

  test("after 7 days it says that it has expired and how to scan again, and blocks nothing", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, head, labels } = await ask({ mode, atEnd });
    const created_at = Date.now() - 7 * DAY_MS;
    await stage.inRecords((records) => records.updateTable("proposal").set({ created_at }).execute());

    await stage.slack.click("bob", card, "Block 3");
    await stage.whispers("bob", "7 days", "Scan again");
    const expired = await stage.saysIn(head, "Expired");

    expect(textOf(expired)).toContain("Scan the addresses again");
    expect(labels()).toEqual([]);
    expect(stage.blocked()).toEqual([]);
  });

  test("a blacklist that cannot be written: the approver hears why, and may press again when it is mended", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, head, ips } = await ask({
      mode,
      atEnd,
      env: ({ folder }) => ({ BLACKLIST_FILE: `${folder}/missing/blacklist.txt` }),
    });

    await stage.slack.click("bob", card, "Block 3");
    const note = await stage.whispers("bob", "blacklist.txt");
    expect(textOf(note)).toMatch(/cannot be (?:replaced|locked|written)[^]*again/);
    mkdirSync(`${stage.folder}/missing`);
    await stage.slack.click("bob", card, "Block 3");
    await stage.saysIn(head, "3 addresses blocked");

    expect(stage.read("missing/blacklist.txt").split("\n").filter(Boolean)).toEqual(ips);
  });
});
