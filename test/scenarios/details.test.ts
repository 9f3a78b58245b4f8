import { describe, expect, test } from "vitest";

import { insertScan } from "../../src/scans/scan-store.ts";
import { addresses, flagged } from "../cli/program.ts";
import { evilOn, openStage, PLATFORMS } from "./stage.ts";

describe.concurrent.each(PLATFORMS)("text from outside (%s)", (mode) => {
  test("never becomes a mention, a link, mark-up or an emoji; only VirusTotal and people are linked", async ({
    onTestFinished,
  }) => {
    const evil = evilOn(mode);
    const facts = { as_owner: evil, asn: 64_500, country: "*NL*" };
    const stage = await openStage(
      {
        mode,
        objects: {
          "45.10.0.1": flagged(9, 0, facts),
          "45.10.0.2": flagged(9, 0, facts),
          "bad-site.com": flagged(9),
        },
      },
      onTestFinished,
    );
    const { chat } = stage;
    stage.write("whitelist.txt", `${evil}\n45.10.0.2\n`);
    await stage.start();
    const files = [
      {
        name: "list.txt",
        content: "45.10.0.1 45.10.0.2 bad-site.com/a?b=1 256.1.1.1`*x*<!here>",
        described: { name: `${evil}.txt` },
      },
      { name: "cat.png", content: "\u0089PNG\r\n\u001A\n", described: { name: `${evil}.png` } },
    ];

    const { message } = await chat.mention("alice", "triage", evil, { files });
    await stage.saysIn(message, "unsafe = more than");
    const choice = await chat.choose("bob", await stage.saysIn(message, "Block 1 address?"));
    await choice.send({ reason: evil });
    await stage.saysIn(message, "1 address blocked");
    await chat.mention("alice", "triage", `why 45.10.0.1`);
    await chat.mention("alice", "triage", `why ${evil}`);
    await chat.command("alice", "triage", `cancel ${evil}`);
    await chat.until(() => chat.alone("alice").length === 2, "two notes");
    await chat.command("alice", "triage", "scans");
    await stage.says("triage", "Running and recent scans");
    await chat.openStartPage?.("alice");

    chat.expectHarmless();
    expect(chat.pings()).toEqual([]);
    expect(chat.shown().text).toContain("skull");
    expect(chat.shown().text).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/u);
    for (const { url, text } of chat.shown().links) {
      expect(text).toMatch(/^(?:VirusTotal|S-\w{4})$/);
      if (text === "VirusTotal") expect(url).toMatch(/^https:\/\/www\.virustotal\.com\/gui\//);
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

    await stage.chat.command("alice", "triage", "bad-site.com");
    await stage.done(await stage.says("triage", "bad-site[.]com", "1 unsafe"), "file");
    await stage.chat.command("alice", "triage", url);
    await stage.done(await stage.says("triage", "hxxp://bad-path[.]com/a?b=1", "1 unsafe"), "file");
    await stage.chat.command("alice", "triage", "45.10.0.1");
    const head = await stage.says("triage", "45.10.0.1");
    await stage.done(head, "proposal");
    await stage.chat.command("alice", "triage", "scans");
    await stage.says("triage", "Running and recent scans", "bad-site[.]com");

    const { links, text, prose } = stage.chat.shown();
    const toScans = new Set(links.filter(({ text }) => /^S-\w{4}$/.test(text)).map(({ url }) => url));
    expect(toScans.size).toBe(3);
    expect([...toScans].some((url) => url.includes(stage.chat.linkTo(head)))).toBe(true);
    expect(text).not.toMatch(/bad-site\.com|bad-path\.com|https?:\/\//);
    expect(prose).not.toMatch(/45\.10\.0\.1/);
  });
});

describe.concurrent.each(PLATFORMS)("a thread (%s)", (mode) => {
  test("has at most 20 messages for 2,000 unsafe addresses, and the last says what is in the file", async ({
    onTestFinished,
  }) => {
    const stage = await openStage(
      { mode, objects: { "45.99.0.1": flagged(9, 0, { as_owner: "Sample Hosting LLC", asn: 64_500 }) } },
      onTestFinished,
    );
    const first = await stage.start();
    await stage.chat.command("alice", "triage", "45.99.0.1");
    await stage.done(await stage.says("triage", "1 unsafe"), "proposal");
    const { message } = await stage.chat.message("alice", "triage", "a long list");
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
          conversation: stage.chat.conversationUnder(message, "alice"),
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
    await stage.saysIn(message, "Block 2000");

    const under = stage.chat.under(message);
    expect(under.length).toBeLessThanOrEqual(19);
    expect(under[0]?.text).toMatch(
      new RegExp(
        `2,000 unsafe[^]*${id}[^]*2,000 inputs: 2,000 unsafe[^]*1,995 more unsafe in the thread and the file`,
      ),
    );
    const pages = under.filter(({ text }) => text.includes(" of 16"));
    expect(pages).toHaveLength(16);
    const shown = new Set(pages.flatMap(({ text }) => text.match(/45\.10\.\d+\.\d+/g) ?? []));
    expect(shown.size).toBeGreaterThan(150);
    const inFileOnly = (2000 - shown.size).toLocaleString("en-US");
    expect(pages.at(-1)?.text).toContain(`${inFileOnly} more in the file`);
    const file = under.find(({ files }) => files.length > 0);
    expect(file?.text).toContain(`All results, ${inFileOnly} of them only here`);
    expect(under.at(-1)?.text).toContain("and 1,985 more to block: in the file");
    expect(file?.files[0]?.bytes.length).toBeGreaterThan(50_000);
    expect(stage.asked()).toEqual(["45.99.0.1"]);
  });
});
