import type { APIModalInteractionResponseCallbackData } from "discord.js";

import type { Api } from "./api.ts";
import type { Token } from "./arrived.ts";
import { createInteractionCalls, type FirstAnswer } from "./interaction-calls.ts";
import type { Message } from "./render.ts";

/** The live message stands there by then, or a note why it does not. */
const COMMAND_WAITS_MS = 20_000;
/** Discord gives 3 s (docs.discord.com, interactions/receiving-and-responding); a press waits for a form so long. */
const PRESS_WAITS_MS = 1200;

/** The ways to answer one interaction, for as long as its token is taken. Discord may refuse it at any time. */
export interface Answer {
  /** Acknowledges a command; a press is acknowledged by what is said to it, or a little later. */
  begin(): Promise<void>;
  /** A note that only the person sees. False: it could not be told this way. */
  tell(message: Message): Promise<boolean>;
  /** Opens a form. False: it could not, for Discord takes one only as the first answer to a press. */
  open(modal: APIModalInteractionResponseCallbackData): Promise<boolean>;
  /** Nothing private is left to be said: takes away what says that the bot is thinking, and a note that is used up. */
  settle(): Promise<void>;
  /** The same when a request is handed on: a command's live message, or a note why there is none, is still to come. */
  finish(): Promise<void>;
}

type State =
  /** Nothing has been answered yet. */
  | "open"
  /** Acknowledged, and something stands there that waits for a note or to be taken away. */
  | "waiting"
  /** Acknowledged, and nothing waits. */
  | "answered"
  /** Discord does not take the token. */
  | "lost";

export function createAnswer(api: Api, token: Token): Answer {
  const { kind, isNote } = token;
  const calls = createInteractionCalls(api, token);
  const inTurn = createTurns();
  let state: State = "open";
  const alarm = createAlarm();

  async function first(answer: FirstAnswer, after: State): Promise<boolean> {
    alarm.clear();
    const called = await calls.first(answer);
    // What may have arrived counts as if it had: the next thing said shows whether it has.
    state = called.kind === "done" || called.kind === "unsure" ? after : "lost";
    return called.kind === "done";
  }

  async function acknowledge(): Promise<void> {
    if (state !== "open") return;
    if (kind === "command") await first({ kind: "think" }, "waiting");
    else await first({ kind: "nod" }, isNote ? "waiting" : "answered");
  }

  async function tell(message: Message): Promise<boolean> {
    if (kind === "command") await acknowledge();
    // A note that was pressed, or that a form came from, is used up.
    const isTold =
      state === "open" && (await first({ kind: isNote ? "replace" : "note", message }, "waiting"));
    if (isTold) state = "answered";
    if (isTold || state === "lost") return isTold;
    const called = await (state === "waiting" ? calls.fill(message) : calls.add(message));
    if (called.kind !== "done") return false;
    state = "answered";
    return true;
  }

  async function settle(): Promise<void> {
    await acknowledge();
    if (state !== "waiting") return;
    state = "answered";
    await calls.remove();
  }

  return {
    async begin() {
      if (kind === "command") return inTurn(acknowledge);
      alarm.set(() => void inTurn(acknowledge), PRESS_WAITS_MS);
    },
    tell: (message) => inTurn(async () => tell(message)),
    open: (modal) =>
      inTurn(async () => state === "open" && kind === "press" && first({ kind: "form", modal }, "answered")),
    settle: () => inTurn(settle),
    async finish() {
      if (kind !== "command") return inTurn(settle);
      alarm.set(() => void inTurn(settle), COMMAND_WAITS_MS);
    },
  };
}

/** Work that is done one after the other, so that each sees what the one before it came to. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

/** One thing that is done later, unless it was done before; it does not keep the program alive. */
function createAlarm() {
  let timer: NodeJS.Timeout | null = null;
  function clear(): void {
    if (timer !== null) clearTimeout(timer);
  }
  return {
    clear,
    set(work: () => void, afterMs: number): void {
      clear();
      timer = setTimeout(work, afterMs);
      timer.unref();
    },
  };
}
