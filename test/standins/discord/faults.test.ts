import { describe, expect, test } from "vitest";

import { type Discord, discordError, rateLimited, serverError, tokenRefused } from "./discord.ts";
import { answer, call, hook, openDiscord, pending, register } from "./open-discord.ts";

const POST = "POST /channels/:id/messages";
const post = (discord: Discord, content: string, channel = "triage") =>
  call(discord, `POST /channels/${discord.channel(channel)}/messages`, { content });
const contents = (discord: Discord) => discord.messages("triage").map(({ content }) => content);

describe("a fault", () => {
  test("befalls the calls of its route in order, as often as it is meant, and no others", async () => {
    const discord = await openDiscord();
    discord.fail(POST, discordError(50_013), {
      ...discordError(10_003),
      times: 2,
      when: ({ body }) => body["content"] === "3",
    });

    const codes = [];
    for (const content of ["1", "2", "3", "3", "3"]) codes.push((await post(discord, content)).code);

    expect(codes).toEqual([50013, undefined, 10003, 10003, undefined]);
    expect((await call(discord, "GET /users/@me")).status).toBe(200);
    expect(() => discord.fail("POST /nowhere", serverError())).toThrow("there is no route POST /nowhere");
  });

  test("of the limit of calls says when to come again, of the server is no JSON", async () => {
    const discord = await openDiscord();
    discord.fail("GET /users/@me", rateLimited(7), rateLimited(0.5, { isGlobal: true }), serverError());
    const ask = () =>
      fetch(`${discord.apiUrl}/v10/users/@me`, { headers: { authorization: `Bot ${discord.token}` } });

    const [own, all, broken] = [await ask(), await ask(), await ask()];

    expect([own.status, own.headers.get("retry-after"), own.headers.get("x-ratelimit-scope")]).toEqual([
      429,
      "7",
      "user",
    ]);
    expect(await own.json()).toEqual({
      message: "You are being rate limited.",
      retry_after: 7,
      global: false,
    });
    expect([all.headers.get("x-ratelimit-global"), await all.json()]).toEqual([
      "true",
      expect.objectContaining({ global: true }),
    ]);
    expect([broken.status, broken.headers.get("content-type")]).toEqual([503, "text/html"]);
  });

  test("cuts the connection before a call takes effect, or after; or answers late, half, or never", async () => {
    const discord = await openDiscord();
    discord.fail(
      POST,
      { answer: "reset" },
      { answer: "reset", takesEffect: true },
      { answer: "garbled" },
      { answer: "late", delayMs: 30 },
    );

    await expect(post(discord, "lost")).rejects.toThrow("fetch failed");
    await expect(post(discord, "there")).rejects.toThrow("fetch failed");
    await expect(post(discord, "half")).rejects.toThrow("JSON");
    const start = performance.now();
    expect((await post(discord, "late")).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(28);
    discord.fail(POST, { answer: "hang", takesEffect: true });
    const hanging = post(discord, "hanging").catch(() => "cut off");
    await discord.until(() => discord.calls(POST).at(-1)?.outcome?.error === "hang", "the effect");

    expect(contents(discord)).toEqual(["there", "late", "hanging"]);
    expect(discord.calls(POST).map(({ body, outcome }) => [body["content"], outcome?.error])).toEqual([
      ["lost", "reset"],
      ["there", "reset"],
      ["half", "garbled"],
      ["late", null],
      ["hanging", "hang"],
    ]);
    await discord.stop();
    expect(await hanging).toBe("cut off");
  });

  test("befalls answers to interactions, their messages, and downloads too", async () => {
    const discord = await openDiscord({ ackMs: 60 });
    await register(discord);
    const { message } = await discord.message("alice", "triage", "", {
      files: [{ name: "a.txt", content: "x" }],
    });
    discord.fail(
      "POST /interactions/:id/:token/callback",
      { answer: "reset", takesEffect: true },
      serverError(),
    );
    discord.fail("PATCH /webhooks/:id/:token/messages/@original", tokenRefused());
    discord.fail("download", serverError(500));

    const heard = pending(discord, discord.slash("alice", "triage", "vtip"));
    await expect(answer(discord, heard, 5)).rejects.toThrow("fetch failed");
    const edit = await call(discord, `PATCH ${hook(discord, heard, "/messages/@original")}`, {
      content: "x",
    });
    const unheard = pending(discord, discord.slash("alice", "triage", "vtip"));
    await expect(answer(discord, unheard, 5)).rejects.toThrow("JSON");

    expect((await heard.done).ack).toMatchObject({ ok: true, type: 5 });
    expect([edit.status, edit.code]).toEqual([401, 50027]);
    expect((await unheard.done).ack).toMatchObject({ ok: false, problem: "timeout" });
    expect((await fetch(message.raw.attachments[0]?.url ?? "")).status).toBe(500);
  });
});

describe("calls", () => {
  test("are limited by route and channel where that is wanted", async () => {
    const discord = await openDiscord({ rateLimits: { [POST]: { limit: 2, windowMs: 60_000 } } });

    const answers = [];
    for (const content of ["1", "2", "3"]) answers.push(await post(discord, content));
    const elsewhere = await post(discord, "1", "incidents");

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get("x-ratelimit-remaining"))).toEqual(["1", "0", "0"]);
    expect(Number(answers[2]?.headers.get("retry-after"))).toBeGreaterThan(50);
    expect(elsewhere.status).toBe(200);
    expect(contents(discord)).toEqual(["1", "2"]);
  });

  test("are written down with what was sent and what came of it", async () => {
    const discord = await openDiscord();
    await call(
      discord,
      `POST /channels/${discord.channel("triage")}/messages`,
      { content: "see" },
      { files: [["a.txt", "x"]] },
    );
    await call(discord, `GET /channels/1/messages?limit=2`);
    await call(discord, "GET /nowhere");

    const [posted, read, lost] = discord.calls();
    expect(posted).toMatchObject({
      route: POST,
      path: `/channels/${discord.channel("triage")}/messages`,
      body: { content: "see" },
      files: [{ name: "a.txt", bytes: Buffer.from("x") }],
      authorization: `Bot ${discord.token}`,
      outcome: { status: 200, ok: true, error: null },
    });
    expect(read).toMatchObject({
      query: { limit: "2" },
      outcome: { status: 404, ok: false, error: "10003" },
    });
    expect(lost).toMatchObject({ route: "GET /nowhere", outcome: { status: 404, ok: false } });
    expect(discord.calls(POST)).toEqual([posted]);
  });
});
