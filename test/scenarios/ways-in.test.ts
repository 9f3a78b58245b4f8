import excel from "exceljs";
import { describe, expect, test } from "vitest";

import { addresses, flagged } from "../cli/program.ts";
import type { Attached, SeenMessage } from "./platform.ts";
import { MODES, shareStage, type Stage } from "./stage.ts";

const [LISTED, OTHER] = ["45.20.0.1", "45.20.0.2"] as const;

/** Where somebody asks, and where the answers to it are found: those for everybody, and those for the one who asked. */
interface Asked {
  readonly everybody: () => readonly SeenMessage[];
  readonly alone: () => readonly SeenMessage[];
}

const WAYS = {
  async "a command"({ chat, since }: Stage, by: string, text: string): Promise<Asked> {
    const { messages, whispers } = since();
    await chat.command(by, "triage", text);
    return { everybody: () => messages("triage"), alone: () => whispers(by) };
  },
  async "a mention"({ chat, since }: Stage, by: string, text: string): Promise<Asked> {
    const { whispers } = since();
    const { message } = await chat.mention(by, "triage", text);
    return { everybody: () => chat.under(message), alone: () => whispers(by) };
  },
  async "a direct message"({ chat }: Stage, by: string, text: string): Promise<Asked> {
    const { message } = await chat.direct(by, text);
    const under = () => chat.under(message);
    return { everybody: under, alone: under };
  },
};

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]);

/** What was asked of VirusTotal about a request, once its report stands there. */
async function askedBy({ chat, since }: Stage, request: () => Promise<unknown>): Promise<readonly string[]> {
  const { asked } = since();
  const reports = () => chat.tries("upload").filter(({ isTaken }) => isTaken).length;
  const before = reports();
  await request();
  await chat.until(() => reports() > before, "the report");
  return asked().toSorted();
}

/** Writes a message with files to the bot; gives the text of the live message. */
async function sent(stage: Stage, text: string, ...files: readonly Attached[]): Promise<string> {
  const { message } = await stage.chat.direct("alice", text, { files });
  return (await stage.saysIn(message, "unsafe = more than")).text;
}

describe.each(MODES)("ways in (%s)", (mode) => {
  const channels = [{ name: "triage" }, { name: "soc" }];
  const open = shareStage({ mode, channels, objects: { [LISTED]: flagged(9) } }, ({ chat, write }) => {
    write("blacklist.txt", `# by hand\n${LISTED}\n`);
    return { WATCH_CHANNELS: chat.watched("soc"), WATCH_BOTS: chat.watchedBot };
  });

  describe("requests by their first word", () => {
    const REQUESTS = [
      ["help", "alone", /vtip checks suspicious indicators[^]*Check with vtip/],
      ["HELP", "alone", /vtip checks suspicious indicators/],
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
      ["banana", "alone", /vtip checks suspicious indicators/],
      ["", "alone", /vtip checks suspicious indicators/],
    ] as const;

    test.each(Object.keys(WAYS) as (keyof typeof WAYS)[])(
      "%s is understood, and answered where it belongs",
      async (way) => {
        const stage = open();
        const { chat } = stage;
        for (const [words, where, answer] of REQUESTS) {
          // Nobody can write a message of nothing.
          if (words === "" && way === "a direct message") continue;
          if (way === "a command" && !chat.canCommand(words)) continue;
          const asked = await WAYS[way](stage, "alice", words);
          const said = await chat.until(() => asked[where]().find(({ text }) => answer.test(text)), words);
          if (where === "alone" && way !== "a direct message") expect(asked.everybody()).toEqual([]);
          if (/checks/.test(answer.source)) expect(said.text).toMatch(chat.words.help);
          if (words === "blocklist") {
            const file = await chat.until(
              () => chat.under(said).find(({ files }) => files.length > 0),
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
    test("links, addresses and entities, whatever the platform makes of them, are the indicators that were typed", async () => {
      const { chat } = open();
      const typed =
        "see http://bad-one.com/a?x=1&y=2 and bad-two.com, write to joe@bad-three.com <45[.]21[.]0[.]1> & hxxps://bad-four[.]com:8443/p";

      const expected = ["45.21.0.1", "bad-four.com", "bad-one.com", "bad-three.com", "bad-two.com"];
      expect(await askedBy(open(), () => chat.mention("alice", "triage", typed))).toEqual(expected);
    });

    test("a command's text comes as it was typed", async () => {
      const { chat } = open();
      const text = "hxxp://bad-nine[.]com/?a=1&b=2 1 . 2 . 3 . 4 <http://bad-ten.com|bad-ten.com>";

      expect(await askedBy(open(), () => chat.command("alice", "triage", text))).toEqual([
        "1.2.3.4",
        "bad-nine.com",
        "bad-ten.com",
      ]);
    });

    test("private addresses, internal names and passwords never leave the house", async () => {
      const { chat, virustotal } = open();
      const text =
        "10.1.2.3 fe80::1 db.prod.internal https://joe:secret@bad-eleven.com/login joe.smith@bad-twelve.com";

      expect(await askedBy(open(), () => chat.command("alice", "triage", text))).toEqual([
        "bad-eleven.com",
        "bad-twelve.com",
      ]);
      expect(virustotal.requests.map(({ path }) => path).join()).not.toMatch(/secret|joe|internal|10\.1/);
      expect(chat.messages("triage").at(-1)?.text).toMatch(/3 not checked \(3 skipped\)/);
    });

    test("a mention with files is answered once, under it, with text and files together", async () => {
      const stage = open();
      const { asked, whispers } = stage.since();
      const [text, file] = addresses(2, 30);
      const files = [{ name: "list.txt", content: `${file}\n` }];

      const { message } = await stage.chat.mention("alice", "triage", `look at ${text}`, { files });
      const head = await stage.saysIn(message, "2 inputs");
      await stage.done(message, "file");

      expect(head.text).toContain("list.txt");
      expect(stage.chat.under(message).filter(({ text }) => text.includes("asked by"))).toHaveLength(1);
      expect(asked()).toHaveLength(2);
      expect(whispers("alice")).toEqual([]);
    });
  });

  describe("channels that are watched", () => {
    test("every message with indicators is answered under it, and everything else gets silence", async () => {
      const stage = open();
      const { chat } = stage;
      const { asked, messages, whispers } = stage.since();
      const lunch = await chat.message("alice", "soc", "help, lunch is late");
      const cat = { files: [{ name: "cat.png", content: PNG }] };
      const quiet = [
        lunch.message,
        (await chat.message("alice", "soc", "look", cat)).message,
        ...(await chat.strangers("soc", "45.41.0.1")),
      ];
      const elsewhere = await chat.message("alice", "triage", "45.41.0.1");
      const { message: said } = await chat.message("bob", "soc", "seen 45.41.0.2 at the gateway");
      await stage.saysIn(said, "1 input:", "45.41.0.2");
      await chat.edit("bob", said, "seen 45.41.0.3 at the gateway");
      await chat.edit("alice", lunch.message, "45.41.0.3");

      const { message: last } = await chat.message("carol", "soc", "scans 45.41.0.4");
      await stage.saysIn(last, "1 input:", "45.41.0.4");
      await stage.done(last, "file");

      expect(asked()).toEqual(["45.41.0.2", "45.41.0.4"]);
      for (const message of [...quiet, elsewhere.message]) expect(chat.under(message)).toEqual([]);
      for (const person of ["alice", "bob", "carol"]) expect(whispers(person)).toEqual([]);
      expect(messages("soc")).toHaveLength(quiet.length + 2);
    });

    test("a message that mentions the bot too is one request", async () => {
      const stage = open();
      const { chat } = stage;
      const { asked, whispers } = stage.since();

      const { message } = await chat.mention("alice", "soc", "45.42.0.1");
      await stage.done(message, "file");
      const { message: question } = await chat.mention("alice", "soc", "why 45.42.0.1");
      await stage.saysIn(question, "not blocked");
      await chat.mention("alice", "soc", "hello there");
      await chat.until(() => whispers("alice").some(({ text }) => chat.words.help.test(text)), "help");

      expect(asked()).toEqual(["45.42.0.1"]);
      expect(chat.under(message).filter(({ text }) => text.includes("asked by"))).toHaveLength(1);
      expect(chat.under(question)).toHaveLength(1);
    });

    test("alerts of a bot that WATCH_BOTS names are read, wherever they say it", async () => {
      const stage = open();
      const { asked } = stage.since();

      const message = await stage.chat.alert("soc", ["45.43.0.1", "bad-alert.com", "45.43.0.2", "45.43.0.3"]);
      await stage.done(message, "file");

      expect(asked().toSorted()).toEqual(["45.43.0.1", "45.43.0.2", "45.43.0.3", "bad-alert.com"]);
    });
  });

  describe("Check with vtip", () => {
    test("checks anybody's message and answers under it, in a thread in that thread", async () => {
      const stage = open();
      const { chat } = stage;
      const { messages } = stage.since();
      const { message } = await chat.message("bob", "triage", "have you seen <45.44.0.1>?");
      const { message: answer } = await chat.message("carol", "triage", "and 45.44.0.2", { thread: message });
      const alerts = await chat.strangers("triage", "alert: 45.44.0.3");
      const [alert = message] = alerts;

      await chat.shortcut("alice", message);
      await chat.shortcut("alice", answer);
      await chat.shortcut("alice", alert);

      await stage.saysIn(message, "1 input:", "45.44.0.1");
      const inThread = await stage.saysIn(message, "1 input:", "45.44.0.2");
      await stage.saysIn(alert, "1 input:", "45.44.0.3");
      expect(inThread.names).toContain("alice");
      expect(messages("triage")).toHaveLength(1 + alerts.length);
    });

    test("on a message with files reads them; without indicators it says so to the one who used it", async () => {
      const stage = open();
      const { chat } = stage;
      const { whispers } = stage.since();
      const files = [{ name: "iocs.csv", content: "ip,seen\n45.44.1.1,today\n" }];
      const { message } = await chat.message("bob", "triage", "attached", { files });
      const { message: small } = await chat.message("bob", "triage", "lunch?");

      await chat.shortcut("alice", message);
      await chat.shortcut("alice", small);

      await stage.saysIn(message, "1 input:", "iocs.csv");
      await chat.until(() => whispers("alice").length > 0, "the note");
      expect(whispers("alice").map(({ text }) => text)).toEqual([
        expect.stringContaining("holds no IP address"),
      ]);
      expect(chat.under(small)).toEqual([]);
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

        const { message } = await stage.chat.direct("alice", "", { files });
        const note = await stage.chat.until(() => stage.chat.under(message)[0], "the refusal");
        expect(note.text.replace(/^\W+/u, "")).toMatch(sentence);
        expect(await sent(open(), "and 45.52.0.2", ...files)).toContain(name);

        expect(asked().filter((value) => value !== "45.52.0.2")).toEqual([]);
        expect(messages("triage")).toEqual([]);
      },
    );

    test("of more than 10 MiB are not fetched", async () => {
      const { chat } = open();
      const { whispers } = open().since();
      const fetches = chat.fetches();
      const large = { name: "large.csv", content: "45.53.0.1", described: { size: 10 * 1024 * 1024 + 1 } };

      await chat.mention("alice", "triage", "look", { files: [large] });
      const note = await chat.until(() => whispers("alice")[0], "the note");

      expect(note.text).toMatch(/large\.csv has more than 10 MiB: send it in parts/);
      expect(chat.fetches()).toBe(fetches);
    });
  });
});
