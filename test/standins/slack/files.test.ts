import { describe, expect, test } from "vitest";

import { openSlack } from "./open-slack.ts";
import type { Slack } from "./slack.ts";
import { call } from "./web-client.ts";

const IOCS = { name: "iocs.txt", content: "8.8.8.8" };

async function urlOf(slack: Slack): Promise<string> {
  const { message } = await slack.message("alice", "triage", "see", { files: [IOCS] });
  return message.raw.files?.[0]?.url_private_download ?? "";
}

async function get(url: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { headers });
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}

describe("a file", () => {
  test("is handed out to the bot's token, and a login page with status 200 to anybody else", async () => {
    const slack = await openSlack();
    const url = await urlOf(slack);

    expect(url.startsWith(slack.url)).toBe(true);
    expect(await get(url, slack.botToken)).toEqual({ status: 200, type: "text/plain", text: "8.8.8.8" });
    for (const token of [undefined, "xoxb-other"]) {
      const page = await get(url, token);
      expect(page).toMatchObject({ status: 200, type: "text/html; charset=utf-8" });
      expect(page.text).toContain("<!DOCTYPE html>");
    }
  });

  test("is not handed out without the scope files:read", async () => {
    const slack = await openSlack({ scopes: ["chat:write"] });

    expect((await get(await urlOf(slack), slack.botToken)).text).toContain("<!DOCTYPE html>");
  });

  test("may be sent on to another origin, which sees whether the token came along", async () => {
    const slack = await openSlack();
    const url = await urlOf(slack);
    const seen = await slack.redirectDownloads();

    const { text } = await get(url, slack.botToken);

    expect(text).toBe("from elsewhere");
    expect(seen).toEqual([undefined]);
  });

  test("can be described as lying elsewhere, or as other than it is", async () => {
    const slack = await openSlack();
    const described = { url_private_download: "https://files.evil.example/x", size: 11_000_000 };

    const { message } = await slack.message("alice", "triage", "see", { files: [{ ...IOCS, described }] });

    expect(message.raw.files).toMatchObject([{ name: "iocs.txt", ...described }]);
  });

  test("of the bot stands in the thread that it was completed into, with its bytes", async () => {
    const slack = await openSlack();
    const channel = slack.channel("triage");
    const { ts } = await call(slack, "chat.postMessage", { channel, text: "head" });
    const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256);
    const slot = await call(slack, "files.getUploadURLExternal", {
      filename: "report.xlsx",
      length: bytes.length,
    });
    const upload = await fetch(String(slot["upload_url"]), { method: "POST", body: bytes });

    const files = [{ id: slot["file_id"], title: "Report" }];
    const place = { channel_id: channel, thread_ts: ts, initial_comment: "all of it" };
    const done = await call(slack, "files.completeUploadExternal", { files, ...place });

    expect(await upload.text()).toBe("OK - 70000");
    expect(done).toMatchObject({ ok: true });
    const [, message] = slack.thread("triage", ts ?? "");
    expect(message).toMatchObject({ text: "all of it", botId: slack.botId, threadTs: ts });
    expect(message?.files).toMatchObject([{ name: "report.xlsx", title: "Report" }]);
    expect(message?.files[0]?.bytes.equals(bytes)).toBe(true);
  });

  test("is not completed where the bot may not write, into no thread, or without its bytes", async () => {
    const slack = await openSlack();
    const slot = await call(slack, "files.getUploadURLExternal", { filename: "a.txt", length: 1 });
    const complete = (place: object) =>
      call(slack, "files.completeUploadExternal", { files: [{ id: slot["file_id"] }], ...place });
    const channel_id = slack.channel("triage");

    expect(await complete({ channel_id: slack.channel("outside") })).toMatchObject({
      error: "not_in_channel",
    });
    expect(await complete({ channel_id, thread_ts: "1700000000.000001" })).toMatchObject({
      error: "thread_not_found",
    });
    expect(await complete({ channel_id })).toMatchObject({ error: "file_not_found" });
  });
});
