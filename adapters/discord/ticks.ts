import { findCarrier, withPicked } from "./form-answer.ts";
import type { Draft } from "./form-draft.ts";
import { createInteractionCalls, wasAnswered } from "./interaction-calls.ts";
import { toToken } from "./interaction.ts";
import type { ComponentFields, InteractionFields } from "./payload.ts";
import type { Message } from "./render.ts";
import type { Workspace } from "./workspace.ts";

type Components = ComponentFields["message"]["components"];

const BUTTON = 2;
const REMEMBERED_MS = 60_000;

/** A message of menus as Discord has taken it, and the drafts that it had before. */
interface Known {
  readonly components: Components;
  readonly passed: ReadonlySet<Draft>;
}

/**
 * Ticks in menus, which are kept in the message that has them: nothing is asked of the core. People can be faster than
 * the answer to a tick (github.com/discord/discord-api-docs/issues/4730); what they do meanwhile comes with the message
 * as it was before.
 */
export interface Ticks {
  isTick(interaction: InteractionFields): interaction is ComponentFields;
  take(tick: ComponentFields): Promise<void>;
  /** The same with its message as it is after the ticks that are being answered. */
  after(interaction: InteractionFields): Promise<InteractionFields>;
}

export function createTicks({ api }: Workspace): Ticks {
  /** What each message comes to by the ticks of the last minute: Discord may tell a press before it knows of them. */
  const newest = new Map<string, Promise<Known | undefined>>();

  async function answer(
    tick: ComponentFields,
    before: Promise<Known | undefined> | undefined,
  ): Promise<Known | undefined> {
    const known = await before;
    const components = latest(tick.message.components, known);
    const ticked = withPicked(components, tick.data.custom_id, tick.data.values ?? []);
    if (ticked === null) return known;
    // What came of it only the next press can tell.
    if (!(await isShown(tick, ticked))) return undefined;
    const draft = findCarrier(components)?.draft;
    const passed = new Set([...(known?.passed ?? []), ...(draft === undefined ? [] : [draft])]);
    return { components: ticked.components, passed };
  }

  /** Each process hears of a tick and answers the same: what another one has answered is shown as well. */
  async function isShown(tick: ComponentFields, message: Message): Promise<boolean> {
    const called = await createInteractionCalls(api, toToken(tick)).first({ kind: "replace", message });
    return called.kind === "done" || wasAnswered(called);
  }

  return {
    isTick: (interaction): interaction is ComponentFields =>
      interaction.type === 3 && interaction.data.component_type !== BUTTON,
    async take(tick) {
      const { id } = tick.message;
      const answered = answer(tick, newest.get(id));
      newest.set(id, answered);
      await answered;
      setTimeout(() => newest.get(id) === answered && newest.delete(id), REMEMBERED_MS).unref();
    },
    async after(interaction) {
      if (interaction.type !== 3) return interaction;
      const { message } = interaction;
      const known = await newest.get(message.id);
      // What comes after the press is about what it leads to, such as another page.
      newest.delete(message.id);
      return { ...interaction, message: { ...message, components: latest(message.components, known) } };
    },
  };
}

/**
 * The message as it came, unless it is of before the last tick. What is not known here it may know: a tick that another
 * process took, or one whose answer arrived although nobody heard so.
 */
function latest(components: Components, known: Known | undefined): Components {
  if (known === undefined) return components;
  const draft = findCarrier(components)?.draft;
  return draft !== undefined && known.passed.has(draft) ? known.components : components;
}
