import { describe, expect, test } from "vitest";

import { addresses } from "../cli/program.ts";
import { textOf, type Slack } from "../standins/slack/slack.ts";
import { openSlackStage, shareSlackStage, type SlackStage, TRANSPORTS } from "./stage.ts";

type MentionOptions = NonNullable<Parameters<Slack["mention"]>[3]>;

/** What was asked of VirusTotal about a request, once its report stands there. */
async function askedBy(stage: SlackStage, request: () => Promise<unknown>): Promise<readonly string[]> {
  const { asked } = stage.since();
  const said = () =>
    stage.slack.calls("files.completeUploadExternal").filter(({ outcome }) => outcome?.ok).length;
  const reports = said();
  await request();
  await stage.slack.until(() => said() > reports, "the report");
  return asked().toSorted();
}

describe.each(TRANSPORTS)("what only Slack sends (%s)", (transport) => {
  const open = shareSlackStage({ transport });

  describe("what a person writes", () => {
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
        const under = () => stage.slack.thread("triage", message.ts);
        const head = await stage.slack.until(
          () => under().find((said) => textOf(said).includes("2 inputs")),
          "the live message",
        );
        await stage.slack.until(
          () => under().some(({ files }) => files[0]?.name.endsWith(".xlsx")),
          "the file",
        );
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

  test("a shortcut of another name is let be", async () => {
    const { slack, since } = open();
    const { whispers } = since();
    const { message } = await slack.message("bob", "triage", "lunch?");

    await slack.shortcut("alice", message, "another_shortcut");
    await slack.shortcut("alice", message, "check_with_vtip");
    await slack.until(() => whispers("alice").length > 0, "the note");

    expect(whispers("alice")).toHaveLength(1);
    expect(slack.thread("triage", message.ts)).toHaveLength(1);
  });

  test("a file that is kept elsewhere is not fetched", async () => {
    const { slack, since } = open();
    const { whispers } = since();
    const downloads = slack.calls("download").length;
    const elsewhere = "https://files.evil-storage.com/x";
    const foreign = {
      name: "foreign.txt",
      content: "45.53.0.2",
      described: { url_private: elsewhere, url_private_download: elsewhere },
    };

    await slack.mention("alice", "triage", "look", { files: [foreign] });
    const note = await slack.until(() => whispers("alice")[0], "the note");

    expect(note.text).toMatch(/foreign\.txt is kept outside of Slack/);
    expect(slack.calls("download")).toHaveLength(downloads);
  });
});

describe.each(TRANSPORTS)("files that Slack does not hand out (%s)", (transport) => {
  test("the page to log in is explained by the scope; a redirect is never followed with the token", async () => {
    const scopes = [
      "commands",
      "chat:write",
      "files:write",
      "app_mentions:read",
      "channels:history",
      "im:history",
    ];
    const stage = await openSlackStage({ transport, slack: { scopes } });
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
