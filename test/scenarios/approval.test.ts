import { mkdirSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { addresses, allAs, flagged } from "../cli/program.ts";
import type { SeenMessage } from "./platform.ts";
import { type AtEnd, MODES, openStage, PLATFORMS, type Stage, type StageOptions } from "./stage.ts";

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
  await stage.chat.command("alice", "triage", ips.join(" "));
  const head = await stage.says("triage", `${count} unsafe`);
  await stage.done(head, "file");
  const under = () => stage.chat.under(head);
  const card = await stage.chat.until(
    () => under().find(({ text }) => /Block \d+ address/.test(text)),
    "the card",
  );
  const now = () => under().find(({ id }) => id === card.id) ?? card;
  return { stage, ips, head, card, now, labels: () => now().buttons };
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

    expect(card.text).toMatch(/Block 2 addresses\?[^]*45\.10\.0\.2.*9\/90.*Sample Hosting.*AS64500.*NL/);
    expect(card.text).toMatch(/1 already listed: 45\.10\.0\.1/);
    expect(card.text).toMatch(
      /2 protected: 45\.10\.0\.4 by 45\.10\.0\.4 \(whitelist line 2\), 45\.10\.0\.5 by 45\.10\.0\.5\/32 \(whitelist line 4\)/,
    );
    expect(labels()).toEqual(["Block 2", "Choose…", "Dismiss"]);
    await stage.chat.click("bob", card, "Block 2");
    const decided = await stage.saysIn(asked.head, "2 addresses blocked");

    expect(decided.id).toBe(card.id);
    expect(stage.read("blacklist.txt")).toBe("# by hand\r\n45.10.0.1 # known\r\n45.10.0.2\r\n45.10.0.3\r\n");
    expect(decided.names).toContain("bob");
    expect(decided.text).toMatch(/on \d{4}-\d\d-\d\d \d\d:\d\d UTC, until \d{4}-\d\d-\d\d/);
    expect(decided.text).toMatch(/2 protected:/);
    expect(labels()).toEqual(["Undo"]);
    expect(now().text).toBe(decided.text);
    for (const person of ["alice", "bob", "carol"]) expect(stage.chat.alone(person)).toEqual([]);
  });

  test("more than MAX_BLOCKS_PER_APPROVAL asks the approver alone once more, from the card and from the form", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, ips, card, head } = await ask({
      mode,
      atEnd,
      env: () => ({ MAX_BLOCKS_PER_APPROVAL: "2" }),
    });

    await stage.chat.click("bob", card, "Block 3");
    const question = await stage.whispers("bob", "more than the 2");
    expect(stage.blocked()).toEqual([]);
    const choice = await stage.chat.choose("bob", card);
    await choice.send({ days: "7", reason: "all" });
    const again = await stage.chat.until(
      () =>
        stage.chat
          .alone("bob")
          .find(({ id, text }) => id !== question.id && text.includes("more than the 2")),
      "the question about the choice",
    );
    expect(again.buttons).toEqual(["Block 3"]);
    await stage.chat.click("bob", again, "Block 3");
    const decided = await stage.saysIn(head, "3 addresses blocked");

    expect(stage.blocked()).toEqual(ips);
    expect(decided.text).toContain("Reason: all");
    expect(decided.text).toContain(`until ${new Date(Date.now() + 7 * DAY_MS).toISOString().slice(0, 10)}`);
    const done = await stage.whispers("bob", "Done");
    expect(done.id).toBe(again.id);
    expect(done.buttons).toEqual([]);
    for (const other of ["alice", "carol", "dave"]) expect(stage.chat.alone(other)).toEqual([]);
    await stage.chat.click("bob", question, "Block 3");
    await stage.whispers("bob", "You have decided this before: 3 addresses blocked");
    expect(stage.blocked()).toEqual(ips);
  });
});

describe.concurrent.each(PLATFORMS)("the decision (%s)", (mode) => {
  test("pressed by anybody else: a private refusal that names who can, nothing changed, and the audit trail has it", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, labels } = await ask({ mode, atEnd });

    for (const button of ["Block 3", "Choose…", "Dismiss"]) await stage.chat.click("carol", card, button);
    const refusals = await stage.chat.until(
      () => stage.chat.alone("carol").length === 3 && stage.chat.alone("carol"),
      "three refusals",
    );

    for (const refusal of refusals) {
      expect(refusal.text).toContain("Only approvers may do this");
      expect(refusal.names).toContain("bob");
    }
    expect(stage.blocked()).toEqual([]);
    expect(stage.chat.choices("carol")).toBe(0);
    expect(labels()).toEqual(["Block 3", "Choose…", "Dismiss"]);
    const refused = (await stage.audit()).filter((line) => line.includes(stage.chat.idOf("carol")));
    expect(refused.map((line) => line.split(` ${stage.chat.name}:`)[0] ?? "").toSorted()).toEqual([
      "block refused",
      "block refused",
      "dismiss refused",
    ]);
  });

  test("Choose…: addresses unticked, a life, a reason; then Undo takes out just what was added", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, ips, card, head, labels } = await ask({ mode, atEnd });
    stage.write("blacklist.txt", `# by hand\n${ips[2]}\n`);

    const choice = await stage.chat.choose("bob", card);
    expect(choice.text).toMatch(/45\.10\.0\.1 · 9\/90 · Sample Hosting/);
    const reason = "seen <!channel> @everyone *by* hand";
    await choice.send({ ips: [ips[0] ?? ""], days: "30", reason });
    const decided = await stage.saysIn(head, "1 address blocked");

    expect(stage.read("blacklist.txt")).toBe(`# by hand\n${ips[2]}\n${ips[0]}\n`);
    const until = new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10);
    expect(decided.text).toContain(`until ${until}`);
    expect(decided.text).toContain("by");
    expect(decided.text).toMatch(/Reason: seen/);
    expect(decided.text).toMatch(/1 not chosen: 45\.10\.0\.2/);
    expect(decided.text).toMatch(/1 already listed: 45\.10\.0\.3/);
    expect(stage.chat.pings()).toEqual([]);

    await stage.chat.click("carol", decided, "Undo");
    await stage.whispers("carol", "Only approvers");
    expect(labels()).toEqual(["Undo"]);
    await stage.chat.click("bob", decided, "Undo");
    const undone = await stage.saysIn(head, "Undone");
    expect(undone.names).toContain("bob");
    expect(labels()).toEqual([]);
    expect(stage.read("blacklist.txt")).toBe(`# by hand\n${ips[2]}\n`);
    await stage.chat.command("bob", "triage", `why ${ips[0]}`);
    await stage.says("triage", `${ips[0]}: not blocked`, "block", "undo");
  });

  test("Choose… among many: just those that stay ticked are blocked", async ({ onTestFinished: atEnd }) => {
    const { stage, ips, card, head } = await ask({ mode, atEnd, count: 60 });
    const kept = ips.filter((_, at) => at % 7 !== 0);

    const choice = await stage.chat.choose("bob", card);
    await choice.send({ ips: kept });
    const decided = await stage.saysIn(head, `${kept.length} addresses blocked`);

    expect(stage.blocked()).toEqual(kept);
    expect(decided.text).toContain(`${ips.length - kept.length} not chosen`);
  });

  test("Choose… with everything taken out blocks nothing and leaves the question open", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, labels } = await ask({ mode, atEnd });

    const choice = await stage.chat.choose("bob", card);
    await choice.send({ ips: [] });
    await stage.whispers("bob", "No address was ticked");

    expect(stage.blocked()).toEqual([]);
    expect(labels()).toEqual(["Block 3", "Choose…", "Dismiss"]);
    expect(stage.chat.isChoosing("bob")).toBe(false);
  });

  test("with nobody configured it says so and has no buttons", async ({ onTestFinished: atEnd }) => {
    const { card, labels } = await ask({ mode, atEnd, env: () => ({ APPROVERS: "" }) });

    expect(card.text).toContain("Nobody may approve");
    expect(labels()).toEqual([]);
  });

  test("under four eyes the requester is refused like anybody else, and another approver is not", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, head } = await ask({
      mode,
      atEnd,
      env: ({ chat }) => ({
        FOUR_EYES: "true",
        APPROVERS: `${chat.idOf("alice")},${chat.idOf("bob")}`,
      }),
    });

    await stage.chat.click("alice", card, "Block 3");
    await stage.chat.click("alice", card, "Choose…");
    await stage.chat.until(() => stage.chat.alone("alice").length === 2, "two refusals");
    expect(
      stage.chat
        .alone("alice")
        .map(({ text }) => text)
        .join(),
    ).toContain("another approver must decide");
    expect(stage.chat.choices("alice")).toBe(0);
    expect(stage.blocked()).toEqual([]);

    await stage.chat.click("bob", card, "Block 3");
    await stage.saysIn(head, "3 addresses blocked");
    await stage.chat.click("alice", card, "Undo");
    await stage.saysIn(head, "Undone");
  });

  test("a group may approve; who is not in it hears that it may", async ({ onTestFinished: atEnd }) => {
    const { stage, card, head } = await ask({ mode, atEnd, env: ({ chat }) => ({ APPROVERS: chat.group }) });

    await stage.chat.click("dave", card, "Block 3");
    const refusal = await stage.whispers("dave", "Only approvers may do this");
    expect(refusal.names).toEqual(["analysts"]);
    expect(stage.blocked()).toEqual([]);

    await stage.chat.click("carol", card, "Block 3");
    await stage.saysIn(head, "3 addresses blocked");
  });

  test("two clicks at once decide once; whoever comes second hears what was decided and by whom", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, ips, card, head } = await ask({
      mode,
      atEnd,
      env: ({ chat }) => ({ APPROVERS: `${chat.idOf("dave")},${chat.idOf("bob")}` }),
    });

    await Promise.all([stage.chat.click("bob", card, "Block 3"), stage.chat.click("dave", card, "Block 3")]);
    await stage.saysIn(head, "3 addresses blocked");
    const late = () => [...stage.chat.alone("bob"), ...stage.chat.alone("dave")];
    const [note] = await stage.chat.until(() => late().length > 0 && late(), "a note to the second");

    expect(stage.blocked()).toEqual(ips);
    const [first, second] =
      stage.chat.alone("bob").length > 0 ? (["dave", "bob"] as const) : (["bob", "dave"] as const);
    expect(note?.text).toMatch(/This was decided before: 3 addresses blocked by .* on \d{4}/);
    expect(note?.names).toContain(first);
    expect(stage.chat.alone(first)).toEqual([]);
    expect((await stage.audit()).filter((line) => line.startsWith("approve"))).toHaveLength(1);
    expect(stage.chat.alone(second)).toHaveLength(1);
  });

  test("is worked out from the lists at the click; when nothing is left it says so and stays", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, ips, card, head, labels } = await ask({ mode, atEnd });
    stage.write("whitelist.txt", "45.10.0.0/24\n");

    await stage.chat.click("bob", card, "Block 3");
    await stage.whispers("bob", "Nothing is left to block");
    expect(labels()).toHaveLength(3);
    stage.write("whitelist.txt", `${ips[1]}\n`);
    await stage.chat.click("bob", card, "Block 3");
    const decided = await stage.saysIn(head, "2 addresses blocked");

    expect(stage.blocked()).toEqual([ips[0], ips[2]]);
    expect(decided.text).toMatch(/1 protected: 45\.10\.0\.2 by 45\.10\.0\.2 \(whitelist line 1\)/);
  });

  test("dismissed: nothing is blocked, no buttons are left, and the next click hears of it", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, head, labels } = await ask({ mode, atEnd });

    await stage.chat.click("bob", card, "Dismiss");
    const dismissed = await stage.saysIn(head, "Dismissed");

    expect(dismissed.names).toContain("bob");
    expect(labels()).toEqual([]);
    expect(stage.blocked()).toEqual([]);
    expect((await stage.audit()).some((line) => line.startsWith(`dismiss ${stage.chat.idOf("bob")}`))).toBe(
      true,
    );
  });

  test("pressed before the platform has told the bot that it took the card: it is rebuilt all the same", async ({
    onTestFinished: atEnd,
  }) => {
    const ips = addresses(1);
    const stage = await openStage({ mode, objects: allAs(ips, flagged(9)) }, atEnd);
    await stage.start();
    stage.chat.fail("post", {
      answer: "late",
      delayMs: 400,
      when: (text) => text.includes("Block 1 address?"),
    });

    await stage.chat.command("alice", "triage", ips.join(" "));
    const head = await stage.says("triage", "1 unsafe");
    await stage.chat.click("bob", await stage.saysIn(head, "Block 1 address?"), "Block 1");
    const decided = await stage.saysIn(head, "1 address blocked");

    expect(decided.buttons).toEqual(["Undo"]);
    expect(stage.chat.alone("bob")).toEqual([]);
  });

  test("after 7 days it says that it has expired and how to scan again, and blocks nothing", async ({
    onTestFinished: atEnd,
  }) => {
    const { stage, card, head, labels } = await ask({ mode, atEnd });
    const created_at = Date.now() - 7 * DAY_MS;
    await stage.inRecords((records) => records.updateTable("proposal").set({ created_at }).execute());

    await stage.chat.click("bob", card, "Block 3");
    await stage.whispers("bob", "7 days", "Scan again");
    const expired = await stage.saysIn(head, "Expired");

    expect(expired.text).toContain("Scan the addresses again");
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

    await stage.chat.click("bob", card, "Block 3");
    const note = await stage.whispers("bob", "blacklist.txt");
    expect(note.text).toMatch(/cannot be (?:replaced|locked|written)[^]*again/);
    mkdirSync(`${stage.folder}/missing`);
    await stage.chat.click("bob", card, "Block 3");
    await stage.saysIn(head, "3 addresses blocked");

    expect(stage.read("missing/blacklist.txt").split("\n").filter(Boolean)).toEqual(ips);
  });
});
