import type { APIModalInteractionResponseCallbackData } from "discord.js";

import type { Api } from "./api.ts";
import type { Token } from "./arrived.ts";
import {
  createInteractionCalls,
  type FirstAnswer,
  type InteractionCalls,
  wasAnswered,
} from "./interaction-calls.ts";
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
  /** Acknowledges at once. False: another process has, which heard of it as well. */
  claim(): Promise<boolean>;
  /** It is another process's to answer. */
  leave(): void;
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
  const alarm = createAlarm();
  const beginning = createBeginning(calls, token, alarm.clear);

  async function tell(message: Message): Promise<boolean> {
    if (kind === "command") await beginning.acknowledge();
    // A note that was pressed, or that a form came from, is used up.
    const isTold =
      beginning.state() === "open" &&
      (await beginning.first({ kind: isNote ? "replace" : "note", message }, "waiting"));
    if (isTold) beginning.set("answered");
    if (isTold || beginning.state() === "lost") return isTold;
    const called = await (beginning.state() === "waiting" ? calls.fill(message) : calls.add(message));
    if (called.kind !== "done") return false;
    beginning.set("answered");
    return true;
  }

  async function settle(): Promise<void> {
    await beginning.acknowledge();
    if (beginning.state() !== "waiting") return;
    beginning.set("answered");
    await calls.remove();
  }

  return {
    async begin() {
      if (kind === "command") return inTurn(beginning.acknowledge);
      alarm.set(() => void inTurn(beginning.acknowledge), PRESS_WAITS_MS);
    },
    tell: (message) => inTurn(async () => tell(message)),
    open: (modal) =>
      inTurn(
        async () =>
          beginning.state() === "open" &&
          kind === "press" &&
          beginning.first({ kind: "form", modal }, "answered"),
      ),
    async claim() {
      await inTurn(beginning.acknowledge);
      return !beginning.isOthers();
    },
    leave: alarm.clear,
    settle: () => inTurn(settle),
    async finish() {
      if (kind !== "command") return inTurn(settle);
      alarm.set(() => void inTurn(settle), COMMAND_WAITS_MS);
    },
  };
}

/** The first answer, of which Discord takes one alone, and how it stands after that. */
function createBeginning(
  calls: InteractionCalls,
  { kind, isNote }: Pick<Token, "kind" | "isNote">,
  onAnswer: () => void,
) {
  /** What an acknowledgement leaves: "thinking", or the note that was pressed. */
  const acknowledged = kind === "command" || isNote ? "waiting" : "answered";
  let state: State = "open";
  let isOthers = false;

  async function first(answer: FirstAnswer, after: State): Promise<boolean> {
    onAnswer();
    const called = await calls.first(answer);
    isOthers = wasAnswered(called);
    if (isOthers) state = acknowledged;
    // What may have arrived counts as if it had: the next thing said shows whether it has.
    else state = called.kind === "done" || called.kind === "unsure" ? after : "lost";
    return called.kind === "done";
  }

  return {
    first,
    async acknowledge(): Promise<void> {
      if (state === "open") await first({ kind: kind === "command" ? "think" : "nod" }, acknowledged);
    },
    state: () => state,
    set: (next: State) => void (state = next),
    /** Whether another process has given it, which heard of the interaction as well. */
    isOthers: () => isOthers,
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
