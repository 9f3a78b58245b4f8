import { describe, expect, test } from "vitest";

import { openSlack } from "./open-slack.ts";
import { rateLimited, serverError, slackError } from "./slack.ts";
import type { Slack } from "./slack.ts";
import { call } from "./web-client.ts";

const post = (slack: Slack, text: string) => call(slack, "chat.postMessage", { channel: "triage", text });
const texts = (slack: Slack) => slack.messages("triage").map(({ text }) => text);

describe("a fault", () => {
  test("befalls the calls of its method in order, and no others", async () => {
    const slack = await openSlack();
    slack.fail("chat.postMessage", slackError("internal_error"), slackError("fatal_error"));

    expect(await call(slack, "auth.test")).toMatchObject({ ok: true });
    expect(await post(slack, "1")).toMatchObject({ error: "internal_error" });
    expect(await post(slack, "2")).toMatchObject({ error: "fatal_error" });
    expect(await post(slack, "3")).toMatchObject({ ok: true });
    expect(texts(slack)).toEqual(["3"]);
  });

  test("befalls those calls only for which it is meant, as often as it is meant", async () => {
    const slack = await openSlack();
    slack.fail("chat.postMessage", {
      ...slackError("internal_error"),
      when: ({ args }) => args["text"] === "card",
      times: 2,
    });

    const errors = [];
    for (const text of ["other", "card", "card", "card"]) errors.push((await post(slack, text)).error);

    expect(errors).toEqual([undefined, "internal_error", "internal_error", undefined]);
  });

  test("of the limit of calls says when to come again, of the server is no JSON", async () => {
    const slack = await openSlack();
    slack.fail("auth.test", rateLimited(7), serverError());
    const ask = () =>
      fetch(`${slack.apiUrl}auth.test`, { headers: { authorization: `Bearer ${slack.botToken}` } });

    const limited = await ask();
    const broken = await ask();

    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
    expect([broken.status, broken.headers.get("content-type")]).toEqual([503, "text/html"]);
  });

  test("cuts the connection before a call takes effect, or after", async () => {
    const slack = await openSlack();
    slack.fail("chat.postMessage", { answer: "reset" }, { answer: "reset", takesEffect: true });

    await expect(post(slack, "lost")).rejects.toThrow("fetch failed");
    await expect(post(slack, "there")).rejects.toThrow("fetch failed");

    expect(texts(slack)).toEqual(["there"]);
    expect(
      slack.calls("chat.postMessage").map(({ args, outcome }) => [args["text"], outcome?.error]),
    ).toEqual([
      ["lost", "reset"],
      ["there", "reset"],
    ]);
  });

  test("leaves a call without an answer, with half of one, or with one that comes late", async () => {
    const slack = await openSlack();
    slack.fail(
      "chat.postMessage",
      { answer: "hang", takesEffect: true },
      { answer: "garbled" },
      { answer: "late", delayMs: 40 },
    );

    const hanging = post(slack, "1").catch(() => "cut off");
    await slack.until(() => texts(slack).length === 1, "the effect");
    await expect(post(slack, "2")).rejects.toThrow("JSON");
    const start = performance.now();
    expect(await post(slack, "3")).toMatchObject({ ok: true });

    expect(performance.now() - start).toBeGreaterThan(38);
    await slack.stop();
    expect(await hanging).toBe("cut off");
  });

  test("befalls uploads, downloads and response_urls too", async () => {
    const slack = await openSlack({ ackMs: 1 });
    const { deliveries } = await slack.slash("alice", "triage", "x");
    const { response_url = "" } = (deliveries[0]?.payload ?? {}) as { response_url?: string };
    slack.fail("response_url", serverError(500));
    slack.fail("upload", { answer: "reset" });
    const slot = await call(slack, "files.getUploadURLExternal", { filename: "a.txt", length: 1 });

    const response = await fetch(response_url, { method: "POST", body: "{}" });
    const upload = fetch(String(slot["upload_url"]), { method: "POST", body: "a" });

    expect(response.status).toBe(500);
    await expect(upload).rejects.toThrow("fetch failed");
  });
});
