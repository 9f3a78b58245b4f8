import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { describe, expect, onTestFinished, test } from "vitest";

import { tellWebhook } from "../../src/commands/block-notice-webhook.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openRun, type NoticeRun } from "./notice-bench.ts";

const SECRET = "a secret of the test";

interface Told {
  readonly id: string;
  readonly at: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly count: number;
  readonly sha256: string;
}

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Answer = (response: ServerResponse) => void;

const FINE: Answer = (response) => void response.writeHead(204).end();
const RESET: Answer = (response) => void response.socket?.destroy();
const HANG: Answer = () => undefined;
const ENDLESS: Answer = (response) => {
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(16_384)));
  };
  response.on("drain", more);
  more();
};
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end("what it says is of no interest");

/** Gives these answers, one after the other, then all is fine. */
async function openReceiver(...answers: Answer[]) {
  const asked: Asked[] = [];
  const taken: Told[] = [];
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    asked.push({ path: request.url ?? "", headers: request.headers, body });
    const answer = answers.shift() ?? FINE;
    if (answer === FINE) taken.push(JSON.parse(body) as Told);
    answer(response);
  }
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return { url: `http://${host}/hook?of=vtip`, host, asked, taken };
}

/** A run that has begun to follow the list. */
async function tellingRun(url: string, folder = temporaryFolder(), secret: string | null = SECRET) {
  const run = await openRun(folder);
  run.track(tellWebhook(run.tools, { url, secret }));
  await run.until(async () => (await cursors(run)) === 1, "the first look");
  return run;
}

async function cursors({ tools }: NoticeRun): Promise<number> {
  return (await tools.records.selectFrom("block_notice").select("target").execute()).length;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

describe("a change of the blacklist", () => {
  test("is told to the webhook within a second, with what came, what went, and the list's sum", async () => {
    const receiver = await openReceiver();
    const run = await tellingRun(receiver.url);
    await run.write("198.51.100.9", "2001:db8::7");
    const before = run.tools.clock.now();
    await run.until(() => receiver.taken.length === 1, "the first message");
    expect(run.tools.clock.now() - before).toBeLessThanOrEqual(1000);
    await run.write("192.0.2.1", "2001:db8::7");

    await run.until(() => receiver.taken.length === 2, "the second message");

    expect(receiver.taken).toEqual([
      expect.objectContaining({ added: ["198.51.100.9", "2001:db8::7"], removed: [], count: 2 }),
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/u) as string,
        at: expect.stringMatching(/^2026-11-21T10:00:0\d/u) as string,
        added: ["192.0.2.1"],
        removed: ["198.51.100.9"],
        count: 2,
        sha256: sha256("192.0.2.1\n2001:db8::7\n"),
      },
    ]);
    expect(receiver.asked[0]?.path).toBe("/hook?of=vtip");
  });

  test("is signed over its bytes, and has its id as idempotency key", async () => {
    const receiver = await openReceiver();
    const run = await tellingRun(receiver.url);
    await run.write("198.51.100.9");

    await run.until(() => receiver.taken.length === 1, "the message");

    const { headers, body } = receiver.asked[0] ?? { headers: {}, body: "" };
    const digest = createHmac("sha256", SECRET).update(body).digest("hex");
    expect(headers).toMatchObject({
      "x-vtip-signature": `sha256=${digest}`,
      "idempotency-key": receiver.taken[0]?.id,
      "content-type": "application/json",
    });
  });

  test("is told without a signature where there is no secret", async () => {
    const receiver = await openReceiver();
    const run = await tellingRun(receiver.url, temporaryFolder(), null);
    await run.write("198.51.100.9");

    await run.until(() => receiver.taken.length === 1, "the message");

    expect(receiver.asked[0]?.headers).not.toHaveProperty("x-vtip-signature");
  });

  test("that is undone before it could be told is told as it is in the end", async () => {
    const receiver = await openReceiver(status(500));
    const run = await tellingRun(receiver.url);
    await run.write("192.0.2.1");
    await run.until(() => receiver.asked.length === 1, "the first try");
    await run.write("192.0.2.1", "192.0.2.2");
    await run.write("192.0.2.3");

    await run.until(() => receiver.taken.length === 2, "both messages");

    expect(receiver.taken).toMatchObject([
      { added: ["192.0.2.1"], removed: [] },
      { added: ["192.0.2.3"], removed: ["192.0.2.2", "192.0.2.1"], count: 1 },
    ]);
  });

  test("of before the webhook was first set is not told", async () => {
    const receiver = await openReceiver();
    const run = await openRun(temporaryFolder());
    await run.write("192.0.2.1");
    run.track(tellWebhook(run.tools, { url: receiver.url, secret: null }));
    await run.until(async () => (await cursors(run)) === 1, "the first look");
    await run.write("192.0.2.1", "192.0.2.2");

    await run.until(() => receiver.taken.length === 1, "the message");

    expect(receiver.asked).toHaveLength(1);
    expect(receiver.taken).toMatchObject([{ added: ["192.0.2.2"], count: 2 }]);
  });
});

describe("a webhook that does not take a message", () => {
  test("gets the same bytes again until it does, and the log has one warning", async () => {
    const receiver = await openReceiver(status(500), RESET, HANG, status(429));
    const run = await tellingRun(receiver.url);
    await run.write("192.0.2.1");

    await run.until(() => receiver.taken.length === 1, "the message");
    await run.until(() => run.lines.length === 2, "the end of the trouble in the log");

    expect(receiver.asked.length).toBeGreaterThanOrEqual(5);
    expect(new Set(receiver.asked.map(({ body }) => body)).size).toBe(1);
    expect(new Set(receiver.asked.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(run.lines).toEqual([`40 ${receiver.host} answered 500`, "30 the blacklist is handed on again"]);
  });

  test("is tried ever more rarely, and what changes meanwhile waits for its turn", async () => {
    const receiver = await openReceiver(...Array.from({ length: 8 }, () => status(503)));
    const run = await tellingRun(receiver.url);
    await run.write("192.0.2.1");
    await run.until(() => receiver.asked.length === 4, "four tries");
    const before = run.tools.clock.now();
    await run.write("192.0.2.1", "192.0.2.2");
    await run.until(() => receiver.asked.length === 5, "the next try");

    expect(run.tools.clock.now() - before).toBeGreaterThan(5000);
    expect(new Set(receiver.asked.map(({ body }) => body)).size).toBe(1);
  });

  test("by pointing elsewhere is not followed", async () => {
    const other = await openReceiver();
    const receiver = await openReceiver(status(307, { location: other.url }));
    const run = await tellingRun(receiver.url);
    await run.write("192.0.2.1");

    await run.until(() => receiver.taken.length === 1, "the second try");

    expect(other.asked).toEqual([]);
    expect(run.lines[0]).toContain("answered 307: it points elsewhere, which is not followed");
  });

  test("within ten seconds counts as away", async () => {
    const receiver = await openReceiver(HANG);
    const run = await tellingRun(receiver.url);
    await run.write("192.0.2.1");

    await run.until(() => receiver.taken.length === 1, "the second try");

    expect(run.lines[0]).toBe(`40 ${receiver.host} gave no answer within 10 s`);
  });

  test("but says something without an end has taken it", async () => {
    const receiver = await openReceiver(ENDLESS);
    const run = await tellingRun(receiver.url);
    await run.write("192.0.2.1");
    await run.until(() => receiver.asked.length === 1, "the first message");
    await run.write("192.0.2.2");

    await run.until(() => receiver.taken.length === 1, "the second message");

    expect(receiver.asked).toHaveLength(2);
    expect(receiver.taken).toMatchObject([{ added: ["192.0.2.2"], removed: ["192.0.2.1"] }]);
    expect(run.lines).toEqual([]);
  });
});

describe("over a restart", () => {
  test("what was not taken is sent again as it was, before what changed since", async () => {
    const folder = temporaryFolder();
    const away = await openReceiver(status(500), status(500), status(500));
    const first = await tellingRun(away.url, folder);
    await first.write("192.0.2.1");
    await first.until(() => away.asked.length === 1, "a try");
    await first.end();
    const between = await openRun(folder);
    await between.write("192.0.2.1", "192.0.2.2");
    await between.end();
    const receiver = await openReceiver();

    const second = await tellingRun(receiver.url, folder);
    await second.until(() => receiver.taken.length === 2, "both messages");

    expect(receiver.asked[0]?.body).toBe(away.asked[0]?.body);
    expect(receiver.taken.map(({ added }) => added)).toEqual([["192.0.2.1"], ["192.0.2.2"]]);
  });

  test("what was sent while the program ended, without an answer, is sent again with the same key", async () => {
    const folder = temporaryFolder();
    const receiver = await openReceiver(HANG);
    const first = await tellingRun(receiver.url, folder);
    await first.write("192.0.2.1");
    await first.until(() => receiver.asked.length === 1, "a try");
    await first.end();
    expect(first.lines).toEqual([]);

    const second = await tellingRun(receiver.url, folder);
    await second.until(() => receiver.taken.length === 1, "the message");

    expect(receiver.asked[1]?.body).toBe(receiver.asked[0]?.body);
  });
});
