import type { Answer } from "../test/standins/slack/answer.ts";
import { type Args, textArg } from "../test/standins/slack/args.ts";
import { type BotIdentity, OWNER, type Upstream } from "../test/standins/slack/upstream.ts";

/** Who and where there is. */
const PERSON = { id: "U0ALICE", name: "alice", is_bot: false };
const CHANNEL = { id: "C0TRIAGE", name: "triage", is_private: false };
const DIRECT = { id: "D0ALICE" };

type Method = (args: Args) => Omit<Answer, "ok">;

/**
 * In the place of `emulate`, which keeps every message and file, and takes some 10 ms of the processor for the calls of
 * one scan: three times as much. This one answers what the bot asks for, keeps a file's name until it is shared, and
 * nothing else.
 */
export function createForgetfulUpstream(url: string, app: BotIdentity): Upstream {
  const methods = { ...worldMethods(app), ...messageMethods(app), ...fileMethods(url, app) };
  return {
    async call(_who, method, args) {
      const answered = methods[method];
      if (answered === undefined) return { ok: false, error: "unknown_method", req_method: method };
      return { ok: true, ...answered(args) };
    },
    fetch: async () => ({ status: 200, type: "text/plain", bytes: Buffer.alloc(0) }),
    stop: async () => undefined,
  };
}

function worldMethods(app: BotIdentity): Readonly<Record<string, Method>> {
  return {
    "auth.test": () => ({ user_id: app.userId, user: app.name, bot_id: app.botId, team_id: "T000000001" }),
    "users.list": () => ({ members: [PERSON, { ...PERSON, id: OWNER }] }),
    "conversations.list": () => ({ channels: [CHANNEL] }),
    "conversations.open": () => ({ channel: DIRECT }),
    "chat.getPermalink": ({ message_ts }) => ({ permalink: `https://slack.invalid/${String(message_ts)}` }),
  };
}

function messageMethods({ userId }: BotIdentity): Readonly<Record<string, Method>> {
  function toMessage(args: Args, ts: string): Omit<Answer, "ok"> {
    const { channel, text = "", blocks, metadata, thread_ts, bot_id } = args;
    const own = { type: "message", ts, user: userId, bot_id, text, blocks, metadata, thread_ts };
    return {
      channel,
      ts,
      message: Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
    };
  }
  return {
    "chat.postMessage": (args) => toMessage(args, nextMoment()),
    "chat.update": (args) => toMessage(args, textArg(args, "ts") ?? ""),
    "chat.postEphemeral": () => ({ message_ts: nextMoment() }),
    "conversations.history": () => ({ messages: [], has_more: false }),
  };
}

function fileMethods(url: string, { userId }: BotIdentity): Readonly<Record<string, Method>> {
  const names = new Map<string, string>();
  const shared = new Map<string, Readonly<Record<string, unknown>>>();
  let count = 0;
  return {
    "files.getUploadURLExternal"({ filename }) {
      const id = `F${(count += 1)}`;
      names.set(id, String(filename));
      return { file_id: id, upload_url: `${url}/upload/v1/${id}` };
    },
    "files.completeUploadExternal"({ files, channel_id, thread_ts, initial_comment }) {
      const [{ id }] = files as readonly [{ readonly id: string }];
      const ts = nextMoment();
      const name = names.get(id) ?? id;
      names.delete(id);
      const file = { id, name, title: name, mimetype: "application/octet-stream" };
      const message = {
        type: "message",
        ts,
        user: userId,
        text: initial_comment,
        thread_ts,
        subtype: "file_share",
      };
      shared.set(ts, { ...message, files: [file] });
      return { files: [{ ...file, shares: { public: { [String(channel_id)]: [{ ts }] } } }] };
    },
    // Read once, by the stand-in itself, right after a file was shared.
    "conversations.replies"({ ts }) {
      const message = shared.get(String(ts));
      shared.delete(String(ts));
      return { messages: message === undefined ? [] : [message], has_more: false };
    },
  };
}

let lastMoment = 0;

/** A moment as Slack writes it, later than any before. */
function nextMoment(): string {
  lastMoment = Math.max(lastMoment + 1, Date.now() * 1000);
  return `${Math.floor(lastMoment / 1e6)}.${String(lastMoment % 1e6).padStart(6, "0")}`;
}
