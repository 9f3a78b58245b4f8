import pino from "pino";
import { expect, onTestFinished, test, vi } from "vitest";

import type { Conversation, Delivered, Post } from "../src/chat.ts";
import { createLiveMessage } from "../src/commands/live-message.ts";
import { createOutbox } from "../src/outbox.ts";
import { openRecords, type Records } from "../src/records/records.ts";
import type { Reply } from "../src/reply.ts";
import { createMovedClock } from "./moved-clock.ts";
import { placeOf } from "./records/place.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const REPLY: Reply = { kind: "notice", tone: "info", text: "here it is" };
const POST: Post = { mark: "S-TEST/rows-1", reply: REPLY, under: null };

/** A channel of which is known what it was asked for. */
function openChannel(answers: readonly Delivered[] = []) {
  const left = [...answers];
  const asked: string[] = [];
  const standing: string[] = [];
  const conversation = {
    id: "room:1",
    async find({ mark }: Post) {
      asked.push("find");
      return standing.includes(mark) ? { kind: "found", message: mark } : { kind: "absent" };
    },
    async post({ mark }: Post) {
      asked.push("post");
      const answer = left.shift() ?? { kind: "sent", message: mark };
      if (answer.kind === "sent") standing.push(mark);
      return answer;
    },
    async edit(message: string) {
      asked.push("edit");
      return { kind: "sent", message };
    },
  } as unknown as Conversation;
  return { conversation, asked, standing };
}

async function openPost(wrap: (records: Records) => Records = (records) => records) {
  const records = await openRecords(placeOf(temporaryFolder()));
  onTestFinished(() => records.destroy());
  const tools = {
    records: wrap(records),
    clock: createMovedClock(),
    log: pino({ level: "silent" }),
    presence: { isLeader: () => false, end: async () => undefined },
    signal: new AbortController().signal,
  };
  return { ...tools, outbox: createOutbox(tools) };
}

test("what another process has taken over meanwhile is left to that one", async () => {
  const { outbox } = await openPost();
  const { conversation, asked } = openChannel();

  const sent = await outbox.post(conversation, POST, async () => false);
  const edited = await outbox.edit(conversation, "m1", REPLY, async () => false);

  expect([sent.kind, edited.kind]).toEqual(["interrupted", "interrupted"]);
  expect(asked).toEqual([]);
});

test("it is asked before each attempt whether a post is still this process's", async () => {
  const { outbox, clock } = await openPost();
  const { conversation, asked } = openChannel([{ kind: "later", afterMs: 20_000, reason: "busy" }]);
  const answers = [true, false];

  const sending = outbox.post(conversation, POST, async () => answers.shift() ?? false);
  await clock.runUntil(() => answers.length === 0, 30_000);

  expect((await sending).kind).toBe("interrupted");
  expect(asked).toEqual(["post"]);
});

test("a post of which the records told late is looked for first: another process may have posted it", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const { outbox } = await openPost((records) =>
    records.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        vi.advanceTimersByTime(13_000);
        return result;
      },
    }),
  );
  const { conversation, asked, standing } = openChannel();
  standing.push(POST.mark);

  const sent = await outbox.post(conversation, POST);

  expect(sent).toEqual({ kind: "sent", message: POST.mark, isOld: false });
  expect(asked).toEqual(["find"]);
});

test("a live message that another process writes by now is not set back to what this one knew", async () => {
  const { outbox, clock, log, signal } = await openPost();
  const { conversation, asked } = openChannel();
  let isOurs = true;
  const tools = { outbox, clock, log, signal };
  const live = createLiveMessage(tools as never, conversation, {
    mark: "S-TEST/live",
    isOurs: async () => isOurs,
    onRefused: async () => undefined,
  });
  live.show(REPLY);
  await live.shown(0);
  await clock.advance(5000);
  expect(asked).toEqual(["post"]);

  isOurs = false;
  live.show(REPLY);
  await clock.advance(5000);
  const { kind } = await live.end(REPLY);

  expect(kind).toBe("interrupted");
  expect(asked).toEqual(["post"]);
});
