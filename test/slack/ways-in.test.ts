import { describe, expect, test } from "vitest";

import { flagged } from "../cli/program.ts";
import { textOf, type SeenMessage } from "../standins/slack/slack.ts";
import { MODES, shareStage, type Stage } from "./stage.ts";

const [LISTED, OTHER] = ["45.20.0.1", "45.20.0.2"] as const;

/** Where somebody asks, and where the answers to it are found: those for everybody, and those for the one who asked. */
interface Asked {
  readonly everybody: () => readonly SeenMessage[];
  readonly alone: () => readonly SeenMessage[];
}

const WAYS = {
  async "a command"(stage: Stage, by: string, text: string): Promise<Asked> {
    const [before, told] = [stage.slack.messages("triage").length, stage.slack.ephemeral(by).length];
    await stage.slack.slash(by, "triage", text);
    return {
      everybody: () => stage.slack.messages("triage").slice(before),
      alone: () => stage.slack.ephemeral(by).slice(told),
    };
  },
  async "a mention"(stage: Stage, by: string, text: string): Promise<Asked> {
    const told = stage.slack.ephemeral(by).length;
    const { message } = await stage.slack.mention(by, "triage", text);
    return {
      everybody: () => stage.slack.thread("triage", message.ts).slice(1),
      alone: () => stage.slack.ephemeral(by).slice(told),
    };
  },
  async "a direct message"(stage: Stage, by: string, text: string): Promise<Asked> {
    const { message } = await stage.slack.direct(by, text);
    const thread = () => stage.slack.thread(stage.slack.dm(by), message.ts).slice(1);
    return { everybody: thread, alone: thread };
  },
};

describe.each(MODES)("requests by their first word (%s)", (mode) => {
  const open = shareStage({ mode, objects: { [LISTED]: flagged(9) } }, ({ write }) => {
    write("blacklist.txt", `# by hand\n${LISTED}\n`);
    return {};
  });

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

describe.each(MODES)("what a person writes (%s)", (mode) => {
  const open = shareStage({ mode });

  /** What was asked of VirusTotal about a request, once its summary stands there. */
  async function askedBy(request: () => Promise<unknown>): Promise<readonly string[]> {
    const stage = open();
    const before = stage.asked().length;
    const said = () =>
      stage.slack.calls("files.completeUploadExternal").filter(({ outcome }) => outcome?.ok).length;
    const reports = said();
    await request();
    await stage.slack.until(() => said() > reports, "the report");
    return stage.asked().slice(before).toSorted();
  }

  test("links, addresses and entities that Slack makes of typed text are the indicators that were typed", async () => {
    const { slack } = open();
    const typed =
      "see http://bad-one.com/a?x=1&y=2 and bad-two.com, write to joe@bad-three.com <45[.]21[.]0[.]1> & hxxps://bad-four[.]com:8443/p";

    const expected = ["45.21.0.1", "bad-four.com", "bad-one.com", "bad-three.com", "bad-two.com"];
    expect(await askedBy(() => slack.mention("alice", "triage", typed))).toEqual(expected);
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

    expect(await askedBy(() => slack.direct("alice", verbatim, { verbatim: true }))).toEqual(expected);
  });

  test("a command's text comes as it was typed", async () => {
    const { slack } = open();
    const text = "hxxp://bad-nine[.]com/?a=1&b=2 1 . 2 . 3 . 4 <http://bad-ten.com|bad-ten.com>";

    expect(await askedBy(() => slack.slash("alice", "triage", text))).toEqual([
      "1.2.3.4",
      "bad-nine.com",
      "bad-ten.com",
    ]);
  });

  test("private addresses, internal names and passwords never leave the house", async () => {
    const { slack, virustotal } = open();
    const text =
      "10.1.2.3 fe80::1 db.prod.internal https://joe:secret@bad-eleven.com/login joe.smith@bad-twelve.com";

    expect(await askedBy(() => slack.slash("alice", "triage", text))).toEqual([
      "bad-eleven.com",
      "bad-twelve.com",
    ]);
    expect(virustotal.requests.map(({ path }) => path).join()).not.toMatch(/secret|joe|internal|10\.1/);
    const head = slack.messages("triage").at(-1);
    expect(head && textOf(head)).toMatch(/3 not checked \(3 skipped\)/);
  });
});
