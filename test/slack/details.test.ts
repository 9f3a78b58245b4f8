import { describe, expect, test } from "vitest";

import { insertScan } from "../../src/scans/scan-store.ts";
import { addresses, flagged } from "../cli/program.ts";
import { textOf } from "../standins/slack/slack.ts";
import { MODES, openStage, type Stage } from "./stage.ts";

const EVIL =
  "<!channel> <@U0000EVIL> @here *bold* _it_ `code` :skull: <http://evil-link.com|click> evil-name.com &lt;!here&gt; \u202Egnp.exe";

/** Everything that the bot sent to be shown, as Slack got it: texts with mark-up, and those that Slack reads none in. */
function sent(stage: Stage): { readonly markup: readonly string[]; readonly plain: readonly string[] } {
  const markup: string[] = [];
  const plain: string[] = [];
  function read(value: unknown): void {
    if (Array.isArray(value)) return value.forEach(read);
    if (typeof value !== "object" || value === null) return;
    const { type, text } = value as { readonly type?: unknown; readonly text?: unknown };
    if (typeof text === "string") (type === "mrkdwn" || type === undefined ? markup : plain).push(text);
    for (const part of Object.values(value)) read(part);
  }
  for (const { args } of stage.slack.calls()) {
    for (const name of ["text", "initial_comment"]) {
      if (typeof args[name] === "string") markup.push(args[name]);
    }
    read(args["blocks"]);
    read(args["view"]);
  }
  return { markup, plain };
}

describe.concurrent.each(MODES)("text from outside (%s)", (mode) => {
  test("never becomes a mention, a link, mark-up or an emoji; only VirusTotal and people are linked", async ({
    onTestFinished,
  }) => {
    const evil = { as_owner: EVIL, asn: 64_500, country: "*NL*" };
    const stage = await openStage(
      {
        mode,
        objects: {
          "45.10.0.1": flagged(9, 0, evil),
          "45.10.0.2": flagged(9, 0, evil),
          "bad-site.com": flagged(9),
        },
      },
      onTestFinished,
    );
    stage.write("whitelist.txt", `${EVIL}\n45.10.0.2\n`);
    await stage.start();
    const files = [
      {
        name: "list.txt",
        content: "45.10.0.1 45.10.0.2 bad-site.com/a?b=1 256.1.1.1`*x*<!here>",
        described: { name: `${EVIL}.txt` },
      },
      { name: "cat.png", content: "\u0089PNG\r\n\u001A\n", described: { name: `${EVIL}.png` } },
    ];

    const { message } = await stage.slack.mention("alice", "triage", EVIL, { files });
    await stage.saysIn(message, "unsafe = more than");
    const card = await stage.saysIn(message, "Block 1 address?");
    await stage.slack.click("bob", card, "Choose…");
    const form = await stage.slack.until(() => stage.slack.openView("bob"), "the form");
    await stage.slack.submit("bob", form, { reason: EVIL });
    await stage.saysIn(message, "1 address blocked");
    await stage.slack.mention("alice", "triage", `why 45.10.0.1`);
    await stage.slack.mention("alice", "triage", `why ${EVIL}`);
    await stage.slack.slash("alice", "triage", `cancel ${EVIL}`);
    await stage.slack.until(() => stage.slack.ephemeral("alice").length === 2, "two notes");
    await stage.slack.slash("alice", "triage", "scans");
    await stage.says("triage", "Running and recent scans");
    await stage.slack.openHome("alice");
    await stage.slack.until(() => stage.slack.home("alice"), "the page");

    const { markup, plain } = sent(stage);
    const people = ["alice", "bob"].map((name) => `<@${stage.slack.user(name)}>`);
    const tags = new Set(markup.flatMap((text) => text.match(/<[^>]*>/g) ?? []));
    for (const tag of tags) {
      if (!people.includes(tag))
        expect(tag).toMatch(
          /^<(?:https:\/\/www\.virustotal\.com\/gui\/|http:\/\/127\.0\.0\.1:\d+\/archives\/)[^|>]*\|(?:VirusTotal|S-\w{4})>$/,
        );
    }
    const all = [...markup, ...plain].join("\n");
    expect(all).toContain("skull");
    expect(all).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/u);
    for (const text of markup) expect(text).not.toMatch(/\*bold\*|_it_|`code`|:skull:|<!/u);
    expect(JSON.stringify(stage.slack.calls().map(({ args }) => args))).not.toMatch(
      /"type":"(?:broadcast|emoji|channel|usergroup)"/,
    );
    for (const { args } of stage.slack.calls("chat.postMessage")) {
      expect(args).toMatchObject({ unfurl_links: "false", unfurl_media: "false" });
      expect(args).not.toHaveProperty("link_names");
      expect(args).not.toHaveProperty("parse");
    }
    for (const block of JSON.stringify(stage.slack.calls().map(({ args }) => args["blocks"])).matchAll(
      /\{"type":"mrkdwn"[^{}]*\}/g,
    )) {
      expect(block[0]).toContain('"verbatim":true');
    }
  });

  test("indicators are code or defanged wherever they stand, also in the head of a scan of one", async ({
    onTestFinished,
  }) => {
    const url = "http://bad-path.com/a?b=1";
    const stage = await openStage(
      { mode, objects: { "bad-site.com": flagged(9), [url]: flagged(9), "45.10.0.1": flagged(9) } },
      onTestFinished,
    );
    await stage.start({ URL_LOOKUP: "url" });

    await stage.slack.slash("alice", "triage", "bad-site.com");
    await stage.done(await stage.says("triage", "bad-site[.]com", "1 unsafe"), "file");
    await stage.slack.slash("alice", "triage", url);
    await stage.done(await stage.says("triage", "hxxp://bad-path[.]com/a?b=1", "1 unsafe"), "file");
    await stage.slack.slash("alice", "triage", "45.10.0.1");
    const head = await stage.says("triage", "45.10.0.1");
    await stage.done(head, "proposal");
    await stage.slack.slash("alice", "triage", "scans");
    await stage.says("triage", "Running and recent scans", "bad-site[.]com");

    const { markup, plain } = sent(stage);
    const links = new Set(markup.join().match(/<http[^|>]*\/archives\/[^|>]*\|S-\w{4}>/g));
    expect(links.size).toBe(3);
    expect([...links].some((link) => link.includes(`p${head.ts.replace(".", "")}`))).toBe(true);
    const shown = [...markup.map((text) => text.replaceAll(/<[^>]*>/g, "")), ...plain].join("\n");
    expect(shown).not.toMatch(/bad-site\.com|bad-path\.com|https?:\/\//);
    for (const text of markup) expect(text.replaceAll(/`[^`]*`|<[^>]*>/g, "")).not.toMatch(/45\.10\.0\.1/);
  });
});

describe.concurrent.each(MODES)("a thread (%s)", (mode) => {
  test("has at most 20 messages for 2,000 unsafe addresses, and the last says what is in the file", async ({
    onTestFinished,
  }) => {
    const stage = await openStage(
      { mode, objects: { "45.99.0.1": flagged(9, 0, { as_owner: "Sample Hosting LLC", asn: 64_500 }) } },
      onTestFinished,
    );
    const first = await stage.start();
    await stage.slack.slash("alice", "triage", "45.99.0.1");
    await stage.done(await stage.says("triage", "1 unsafe"), "proposal");
    const { message } = await stage.slack.message("alice", "triage", "a long list");
    await first.stop();
    const id = await stage.inRecords(async (records) => {
      const known = await records.selectFrom("scan_item").selectAll().executeTakeFirstOrThrow();
      const scan = await records.selectFrom("scan").selectAll().executeTakeFirstOrThrow();
      const made = await insertScan(records, {
        items: addresses(2000).map((value, offset) => ({
          input: value,
          offset,
          indicator: { kind: "ip", value },
          rejected: null,
          skipped: null,
          count: 1,
          from: "text",
        })),
        fingerprint: "",
        options: { fresh: false, cachedOnly: false, urlLookup: "host" },
        source: { name: "list.txt", columns: [], findings: 2000, out: null },
        requestedBy: scan.requested_by,
        createdAt: Date.now(),
        chat: {
          conversation: `slack:${stage.slack.channel("triage")}:${message.ts}:${stage.slack.user("alice")}`,
          delivery: "long list",
        },
      });
      const { status, facts, checked_at } = known;
      await records
        .updateTable("scan_item")
        .set({ status, facts, checked_at })
        .where("scan_id", "=", made)
        .execute();
      return made;
    });

    await stage.start();
    await stage.slack.until(
      () => stage.slack.thread("triage", message.ts).some((said) => textOf(said).includes("Block 2000")),
      "the card",
    );

    const thread = stage.slack.thread("triage", message.ts);
    expect(thread.length).toBeLessThanOrEqual(20);
    expect(thread[1] && textOf(thread[1])).toMatch(
      new RegExp(
        `2,000 unsafe[^]*${id}[^]*2,000 inputs: 2,000 unsafe[^]*1,995 more unsafe in the thread and the file`,
      ),
    );
    const pages = thread.filter((said) => textOf(said).includes(" of 16"));
    expect(pages).toHaveLength(16);
    const shown = new Set(pages.flatMap((page) => textOf(page).match(/45\.10\.\d+\.\d+/g) ?? []));
    expect(shown.size).toBeGreaterThan(150);
    expect(pages.at(-1) && textOf(pages.at(-1) ?? pages[0] ?? message)).toContain(
      `${(2000 - shown.size).toLocaleString("en-US")} more in the file`,
    );
    const file = thread.find(({ files }) => files.length > 0);
    expect(file?.text).toContain(
      `All results, ${(2000 - shown.size).toLocaleString("en-US")} of them only here`,
    );
    expect(thread.at(-1) && textOf(thread.at(-1) ?? message)).toContain(
      "and 1,985 more to block: in the file",
    );
    expect(file?.files[0]?.bytes.length).toBeGreaterThan(50_000);
    expect(stage.asked()).toEqual(["45.99.0.1"]);
  });
});
