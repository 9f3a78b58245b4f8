import excel from "exceljs";
import { describe, expect, test } from "vitest";

import { addresses, flagged } from "../cli/program.ts";
import { textOf, type SeenMessage, type Slack } from "../standins/slack/slack.ts";
import { MODES, openStage, shareStage, type Stage } from "./stage.ts";

type Attached = NonNullable<MentionOptions["files"]>[number];
type MentionOptions = NonNullable<Parameters<Slack["mention"]>[3]>;

const [LISTED, OTHER] = ["45.20.0.1", "45.20.0.2"] as const;

/** Where somebody asks, and where the answers to it are found: those for everybody, and those for the one who asked. */
interface Asked {
  readonly everybody: () => readonly SeenMessage[];
  readonly alone: () => readonly SeenMessage[];
}

const WAYS = {
  async "a command"(stage: Stage, by: string, text: string): Promise<Asked> {
    const { messages, whispers } = stage.since();
    await stage.slack.slash(by, "triage", text);
    return {
      everybody: () => messages("triage"),
      alone: () => whispers(by),
    };
  },
  async "a mention"(stage: Stage, by: string, text: string): Promise<Asked> {
    const { whispers } = stage.since();
    const { message } = await stage.slack.mention(by, "triage", text);
    return {
      everybody: () => stage.slack.thread("triage", message.ts).slice(1),
      alone: () => whispers(by),
    };
  },
  async "a direct message"(stage: Stage, by: string, text: string): Promise<Asked> {
    const { message } = await stage.slack.direct(by, text);
    const thread = () => stage.slack.thread(stage.slack.dm(by), message.ts).slice(1);
    return { everybody: thread, alone: thread };
  },
};

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]);

/** What was asked of VirusTotal about a request, once its report stands there. */
async function askedBy(stage: Stage, request: () => Promise<unknown>): Promise<readonly string[]> {
  const { asked } = stage.since();
  const said = () =>
    stage.slack.calls("files.completeUploadExternal").filter(({ outcome }) => outcome?.ok).length;
  const reports = said();
  await request();
  await stage.slack.until(() => said() > reports, "the report");
  return asked().toSorted();
}

/** Writes a message with files to the bot; gives the text of the live message. */
async function sent(stage: Stage, text: string, ...files: readonly Attached[]): Promise<string> {
  const { message } = await stage.slack.direct("alice", text, { files });
  return textOf(await stage.saysIn(message, "unsafe = more than"));
}

describe.each(MODES)("ways in (%s)", (mode) => {
  const channels = [{ name: "triage" }, { name: "soc" }];
  const open = shareStage(
    { mode, slack: { channels }, objects: { [LISTED]: flagged(9) } },
    ({ slack, write }) => {
      write("blacklist.txt", `# by hand\n${LISTED}\n`);
      return { WATCH_CHANNELS: `slack:${slack.channel("soc")}`, WATCH_BOTS: "slack:B0SIEM" };
    },
  );

  describe("requests by their first word", () => {
    const REQUESTS = [
      ["help", "alone", /plan <anything>[^]*Check with vtip/],
      ["HELP", "alone", /plan <anything>/],
      ["quota", "alone", /VT_APIKEY1[^]*minute[^]*day: \d+[^]*month: \d+/],
      [`plan ${LISTED} ${OTHER} 10.0.0.1`, "everybody", /3 indicators: 2 to look up[^]*1 skipped/],
      [
        `why ${LISTED.replaceAll(".", "[.]")}`,
        "everybody",
        /45\.20\.0\.1: blocked[^]*line 2[^]*Seen in 0 scans/,
      ],
      ["blocklist", "everybody", /1 address blocked/],
      ["scans", "everybody", /Running and recent scans/],
      ["why", "alone", /Which address\?/],
      ["why me", "alone", /"me" is no IP address/],
      ["plan", "alone", /Nothing to plan/],
      ["cancel", "alone", /Which scan\?/],
      ["cancel S-0000", "alone", /There is no scan S-0000/],
      [`unblock ${LISTED} it is ours`, "alone", /Only approvers/],
      ["banana", "alone", /plan <anything>/],
      ["", "alone", /plan <anything>/],
    ] as const;

    test.each(Object.keys(WAYS) as (keyof typeof WAYS)[])(
      "%s is understood, and answered where it belongs",
      async (way) => {
        const stage = open();
        for (const [words, where, answer] of REQUESTS) {
          // Nobody can write a message of nothing.
          if (words === "" && way === "a direct message") continue;
          const asked = await WAYS[way](stage, "alice", words);
          const said = await stage.slack.until(
            () => asked[where]().find((message) => answer.test(textOf(message))),
            words,
          );
          if (where === "alone" && way !== "a direct message") expect(asked.everybody()).toEqual([]);
          if (words === "blocklist") {
            const thread = () => stage.slack.thread(said.channel, said.threadTs ?? said.ts);
            const file = await stage.slack.until(
              () => thread().find(({ files }) => files.length > 0),
              "the file",
            );
            expect(file.files[0]?.bytes.toString()).toBe(`# by hand\n${LISTED}\n`);
          }
        }
        expect(stage.asked()).toEqual([]);
        expect(stage.blocked()).toContain(LISTED);
      },
    );
  });

  describe("what a person writes", () => {
    test("links, addresses and entities that Slack makes of typed text are the indicators that were typed", async () => {
      const { slack } = open();
      const typed =
        "see http://bad-one.com/a?x=1&y=2 and bad-two.com, write to joe@bad-three.com <45[.]21[.]0[.]1> & hxxps://bad-four[.]com:8443/p";

      const expected = ["45.21.0.1", "bad-four.com", "bad-one.com", "bad-three.com", "bad-two.com"];
      expect(await askedBy(open(), () => slack.mention("alice", "triage", typed))).toEqual(expected);
    });

    test.each([
      [
        "a link with a label of its own",
        "<http://bad-five.com/x|bad-six.com>",
        ["bad-five.com", "bad-six.com"],
      ],
      [
        "mark-up around a link",
        "*<http://bad-seven.com|bad-seven.com>* _45.21.0.2_ `45.21.0.3`",
        ["45.21.0.2", "45.21.0.3", "bad-seven.com"],
      ],
      [
        "entities",
        "http://bad-eight.com/?a=1&amp;b=2 45.21.0.4&gt;45.21.0.5 &lt;45.21.0.6&gt;",
        ["45.21.0.4", "45.21.0.5", "45.21.0.6", "bad-eight.com"],
      ],
      [
        "mentions of people and channels",
        "<@U12345678> <#C12345678|bad-channel.com> <!here> 45.21.0.7",
        ["45.21.0.7"],
      ],
    ])("%s", async (_, verbatim, expected) => {
      const { slack } = open();

      expect(await askedBy(open(), () => slack.direct("alice", verbatim, { verbatim: true }))).toEqual(
        expected,
      );
    });

    test("a command's text comes as it was typed", async () => {
      const { slack } = open();
      const text = "hxxp://bad-nine[.]com/?a=1&b=2 1 . 2 . 3 . 4 <http://bad-ten.com|bad-ten.com>";

      expect(await askedBy(open(), () => slack.slash("alice", "triage", text))).toEqual([
        "1.2.3.4",
        "bad-nine.com",
        "bad-ten.com",
      ]);
    });

    test("private addresses, internal names and passwords never leave the house", async () => {
      const { slack, virustotal } = open();
      const text =
        "10.1.2.3 fe80::1 db.prod.internal https://joe:secret@bad-eleven.com/login joe.smith@bad-twelve.com";

      expect(await askedBy(open(), () => slack.slash("alice", "triage", text))).toEqual([
        "bad-eleven.com",
        "bad-twelve.com",
      ]);
      expect(virustotal.requests.map(({ path }) => path).join()).not.toMatch(/secret|joe|internal|10\.1/);
      const head = slack.messages("triage").at(-1);
      expect(head && textOf(head)).toMatch(/3 not checked \(3 skipped\)/);
    });
  });

  describe("a mention with files", () => {
    const ARRIVALS: readonly (readonly [string, MentionOptions])[] = [
      ["as both events, the message first", { first: "message" }],
      ["as both events, the mention first", { first: "app_mention" }],
      [
        "as both events, the mention first and without files",
        { first: "app_mention", shape: "mention lacks files" },
      ],
      ["as both events at once", { first: "app_mention", together: true }],
      [
        "as both events, the mention without files and at once",
        { first: "app_mention", together: true, shape: "mention lacks files" },
      ],
      [
        "as both events, the message first and the mention without files",
        { first: "message", shape: "mention lacks files" },
      ],
      ["as a message alone", { shape: "message only" }],
      ["as a mention alone", { shape: "mention only" }],
    ];

    test("is answered once, under it, with text and files together, however Slack tells of it", async () => {
      const stage = open();
      const { asked, whispers } = stage.since();
      const arrivals = ARRIVALS.map(async ([how, options], at) => {
        const [text, file] = addresses(2, 30 + at);
        const files = [{ name: `list-${at}.txt`, content: `${file}\n` }];
        const { message } = await stage.slack.mention("alice", "triage", `look at ${text}`, {
          files,
          ...options,
        });
        const head = await stage.saysIn(message, "2 inputs");
        await stage.done(message, "file");
        expect(textOf(head), how).toContain(`list-${at}.txt`);
        return message;
      });

      for (const message of await Promise.all(arrivals)) {
        const live = stage.slack
          .thread("triage", message.ts)
          .filter((said) => textOf(said).includes("asked by"));
        expect(live).toHaveLength(1);
      }
      expect(asked()).toHaveLength(2 * ARRIVALS.length);
      expect(whispers("alice")).toEqual([]);
    });
  });

  describe("channels that are watched", () => {
    test("every message with indicators is answered under it, and everything else gets silence", async () => {
      const stage = open();
      const { slack } = stage;
      const { asked, messages, whispers } = stage.since();
      const quiet = [
        await slack.message("alice", "soc", "help, lunch is late"),
        await slack.message("alice", "soc", "look", { files: [{ name: "cat.png", content: PNG }] }),
        await slack.message("alice", "soc", "45.41.0.1", { bot: "B0OTHER" }),
        await slack.message("alice", "soc", "45.41.0.1", { bot: { app: "B0OTHER" } }),
        await slack.message("alice", "soc", "45.41.0.1", { subtype: "channel_topic" }),
        await slack.message("alice", "triage", "45.41.0.1"),
      ];
      const { message: said } = await slack.message("bob", "soc", "seen 45.41.0.2 at the gateway");
      await stage.saysIn(said, "1 input:", "45.41.0.2");
      await slack.edit("bob", said, "seen 45.41.0.3 at the gateway");
      await slack.edit("alice", quiet[0]?.message ?? said, "45.41.0.3");

      const { message: last } = await slack.message("carol", "soc", "scans 45.41.0.4");
      await stage.saysIn(last, "1 input:", "45.41.0.4");
      await stage.done(last, "file");

      expect(asked()).toEqual(["45.41.0.2", "45.41.0.4"]);
      for (const { message } of quiet) expect(slack.thread(message.channel, message.ts)).toHaveLength(1);
      for (const person of ["alice", "bob", "carol"]) expect(whispers(person)).toEqual([]);
      expect(messages("soc")).toHaveLength(7);
    });

    test("a message that mentions the bot too is one request", async () => {
      const stage = open();
      const { asked, whispers } = stage.since();

      const { message } = await stage.slack.mention("alice", "soc", "45.42.0.1");
      await stage.done(message, "file");
      const { message: question } = await stage.slack.mention("alice", "soc", "why 45.42.0.1");
      await stage.saysIn(question, "not blocked");
      await stage.slack.mention("alice", "soc", "hello there");
      await stage.slack.until(
        () => whispers("alice").some((note) => textOf(note).includes("plan <anything>")),
        "help",
      );

      expect(asked()).toEqual(["45.42.0.1"]);
      expect(
        stage.slack.thread("soc", message.ts).filter((said) => textOf(said).includes("asked by")),
      ).toHaveLength(1);
      expect(stage.slack.thread("soc", question.ts)).toHaveLength(2);
    });

    test("alerts of a bot that WATCH_BOTS names are read, wherever they say it", async () => {
      const stage = open();
      const { asked } = stage.since();
      const alert = {
        bot: "B0SIEM",
        attachments: [
          {
            title: "Beacon",
            text: "to <http://bad-alert.com|bad-alert.com>",
            fields: [{ title: "src", value: "45.43.0.2" }],
          },
        ],
        blocks: [{ type: "section" as const, text: { type: "mrkdwn" as const, text: "from *45.43.0.3*" } }],
      };

      const { message } = await stage.slack.message("dave", "soc", "alert 45.43.0.1", alert);
      await stage.done(message, "file");

      expect(asked().toSorted()).toEqual(["45.43.0.1", "45.43.0.2", "45.43.0.3", "bad-alert.com"]);
    });
  });

  describe("the shortcut Check with vtip", () => {
    test("checks anybody's message and answers under it, in a thread in that thread", async () => {
      const stage = open();
      const { messages } = stage.since();
      const { message } = await stage.slack.message("bob", "triage", "have you seen <45.44.0.1>?");
      const { message: answer } = await stage.slack.message("carol", "triage", "and 45.44.0.2", {
        thread: message,
      });
      const alert = await stage.slack.message("dave", "triage", "alert: 45.44.0.3", { bot: "B0OTHER" });

      await stage.slack.shortcut("alice", message, "check_with_vtip");
      await stage.slack.shortcut("alice", answer, "check_with_vtip");
      await stage.slack.shortcut("alice", alert.message, "check_with_vtip");

      await stage.saysIn(message, "1 input:", "45.44.0.1");
      const inThread = await stage.saysIn(message, "1 input:", "45.44.0.2");
      await stage.saysIn(alert.message, "1 input:", "45.44.0.3");
      expect(JSON.stringify(inThread.blocks)).toContain(stage.slack.user("alice"));
      expect(messages("triage")).toHaveLength(2);
    });

    test("on a message with files reads them; without indicators it says so to the one who used it", async () => {
      const stage = open();
      const { whispers } = stage.since();
      const files = [{ name: "iocs.csv", content: "ip,seen\n45.44.1.1,today\n" }];
      const { message } = await stage.slack.message("bob", "triage", "attached", { files });
      const { message: small } = await stage.slack.message("bob", "triage", "lunch?");

      await stage.slack.shortcut("alice", message, "check_with_vtip");
      await stage.slack.shortcut("alice", small, "check_with_vtip");
      await stage.slack.shortcut("alice", small, "another_shortcut");

      await stage.saysIn(message, "1 input:", "iocs.csv");
      await stage.slack.until(() => whispers("alice").length > 0, "the note");
      expect(whispers("alice").map(textOf)).toEqual([expect.stringContaining("holds no IP address")]);
      expect(stage.slack.thread("triage", small.ts)).toHaveLength(1);
    });
  });

  describe("files", () => {
    test.each([
      ["plain.txt", "seen 45[.]50[.]0[.]1\r\n", ["45.50.0.1"]],
      ["gateway.log", "Nov 22 deny src=45.50.1.1:443 dst=10.0.0.9", ["45.50.1.1"]],
      ["list.csv", "name;address\nfirst;45.50.2.1\nsecond;45.50.2.2\n", ["45.50.2.1", "45.50.2.2"]],
      ["list.tsv", "a\tb\n45.50.3.1\tbad-tsv.com\n", ["45.50.3.1", "bad-tsv.com"]],
      [
        "utf16.txt",
        Buffer.from("\uFEFF45.50.4.1 münchen-böse.de", "utf16le"),
        ["45.50.4.1", "xn--mnchen-bse-lcb8d.de"],
      ],
      ["latin1.csv", Buffer.from("größe;adresse\nklein;45.50.5.1\n", "latin1"), ["45.50.5.1"]],
    ] as const)("%s", async (name, content, expected) => {
      const { asked } = open().since();

      expect(await sent(open(), "", { name, content })).toContain(name);

      expect(asked().toSorted()).toEqual(expected);
    });

    test("a workbook: any sheet, any column; and two files and a text together are one request", async () => {
      const { asked } = open().since();
      const workbook = new excel.Workbook();
      workbook.addWorksheet("first").addRows([
        ["note", "seen"],
        ["nothing", "45.51.0.1"],
      ]);
      workbook.addWorksheet("second").getCell("F9").value = "hxxp://bad-sheet[.]com/x";
      const files = [
        { name: "book.xlsx", content: new Uint8Array(await workbook.xlsx.writeBuffer()) },
        { name: "list.txt", content: "45.51.0.2 45.51.0.3" },
      ];

      const live = await sent(open(), "and 45.51.0.3 too", ...files);

      expect(live).toMatch(/2 files[^]*4 inputs:/);
      expect(asked().toSorted()).toEqual(["45.51.0.1", "45.51.0.2", "45.51.0.3", "bad-sheet.com"]);
    });

    test.each([
      ["report.pdf", "%PDF-1.7 45.52.0.1", /^report\.pdf is a PDF, .*txt, csv or xlsx.*\.$/],
      ["screen.png", PNG, /^screen\.png is an image, .*\.$/],
      ["empty.txt", " ", /^empty\.txt is empty/],
    ] as const)(
      "%s is refused in one sentence, and what came with it is checked",
      async (name, content, sentence) => {
        const stage = open();
        const { asked, messages } = stage.since();
        const files = [{ name, content }];

        const { message } = await stage.slack.direct("alice", "", { files });
        const [, note] = await stage.slack.until(() => {
          const thread = stage.slack.thread(message.channel, message.ts);
          return thread.length > 1 && thread;
        }, "the refusal");
        expect(note && textOf(note).replace(/^\W+/u, "")).toMatch(sentence);
        expect(await sent(open(), "and 45.52.0.2", ...files)).toContain(name);

        expect(asked().filter((value) => value !== "45.52.0.2")).toEqual([]);
        expect(messages("triage")).toEqual([]);
      },
    );

    test("over 10 MiB, or kept elsewhere, nothing is fetched", async () => {
      const { slack } = open();
      const { whispers } = open().since();
      const downloads = slack.calls("download").length;
      const large = { name: "large.csv", content: "45.53.0.1", described: { size: 10 * 1024 * 1024 + 1 } };
      const elsewhere = "https://files.evil-storage.com/x";
      const foreign = {
        name: "foreign.txt",
        content: "45.53.0.2",
        described: { url_private: elsewhere, url_private_download: elsewhere },
      };

      for (const file of [large, foreign]) await slack.mention("alice", "triage", "look", { files: [file] });
      await slack.until(() => whispers("alice").length === 2, "two notes");

      const notes = whispers("alice").map(textOf).join("\n");
      expect(notes).toMatch(/large\.csv has more than 10 MiB: send it in parts/);
      expect(notes).toMatch(/foreign\.txt is kept outside of Slack/);
      expect(slack.calls("download")).toHaveLength(downloads);
    });
  });
});

describe.each(MODES)("files that Slack does not hand out (%s)", (mode) => {
  test("the page to log in is explained by the scope; a redirect is never followed with the token", async () => {
    const scopes = [
      "commands",
      "chat:write",
      "files:write",
      "app_mentions:read",
      "channels:history",
      "im:history",
    ];
    const stage = await openStage({ mode, slack: { scopes } });
    const { notices } = await stage.start();
    const files = [{ name: "list.txt", content: "45.54.0.1" }];

    await stage.slack.mention("alice", "triage", "look", { files });
    await stage.whispers("alice", "list.txt", "files:read", "reinstall");
    const arrived = await stage.slack.redirectDownloads();
    await stage.slack.mention("alice", "triage", "look", { files });
    await stage.whispers("alice", "list.txt", "where I do not follow");

    expect(arrived).toEqual([]);
    expect(stage.asked()).toEqual([]);
    expect(stage.slack.messages("triage")).toHaveLength(2);
    expect(notices.join()).not.toContain(stage.slack.botToken);
  });
});
