import type { Form } from "../../src/card.ts";
import type { Answer } from "./answer.ts";
import type { Token } from "./arrived.ts";
import { toCarrierId } from "./form-draft.ts";
import { toMenus } from "./form-menus.ts";
import { hasMenus, toModal, toPicked } from "./form.ts";
import { toMessage, type Message } from "./render.ts";
import { toCard } from "./speech.ts";

/** What came with a delivery: the interaction to be answered. */
export interface Origin {
  readonly answer: Answer;
  readonly token: Token;
  /** Hands what was filled in to the core, as a request that came with the same interaction. */
  send(action: string, values: Readonly<Record<string, readonly string[]>>): Promise<void>;
}

const TOO_LATE = toProblem("The form could not be opened in time: press the button again.");
const RESTARTED = toProblem(
  "I was restarted before your form was dealt with. Look at the card: if it still has its buttons, press Choose… again.",
);

function toProblem(text: string): Message {
  return toMessage(toCard({ kind: "notice", tone: "problem", text }));
}

/**
 * Takes a person one step on in a form: the pages of its menus, a window with the rest, what was sent. Each step asks the
 * core for the form once more, so it is the form as it is now, and for who may see it now.
 */
export async function ask(
  form: Form,
  origin: Origin | null,
  tell: (message: Message) => Promise<void>,
): Promise<void> {
  if (origin === null) return tell(RESTARTED);
  if (!hasMenus(form)) return openWindow(form.action, null);
  const { action, filling } = origin.token;
  if (filling === null) return tell(toMenus(form, action));
  const { draft, step } = filling;
  const picked = toPicked(form, action, draft);
  // Other options than those that were shown: what was ticked says nothing about them.
  if (picked === null) return tell(toMenus(form, action, draft));
  switch (step.kind) {
    case "page":
      return tell(toMenus(form, action, draft, step.page));
    case "fill":
      return openWindow(toCarrierId({ action, draft }), picked);
    case "sent":
      return origin.send(form.action, { ...step.values, ...picked });
  }

  async function openWindow(id: string, ticked: ReturnType<typeof toPicked>): Promise<void> {
    if (!(await origin?.answer.open(toModal(form, id, ticked)))) await tell(TOO_LATE);
  }
}
