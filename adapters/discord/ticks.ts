import { createAnswer } from "./answer.ts";
import { withPicked } from "./form-answer.ts";
import { toToken } from "./interaction.ts";
import type { ComponentFields, InteractionFields } from "./payload.ts";
import type { Workspace } from "./workspace.ts";

const BUTTON = 2;
const REMEMBERED_MS = 60_000;

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
  const newest = new Map<string, Promise<unknown[]>>();

  async function answer(tick: ComponentFields, before: Promise<unknown[]> | undefined): Promise<unknown[]> {
    const { message, data } = tick;
    const components = (await before) ?? message.components;
    const ticked = withPicked(components, data.custom_id, data.values ?? []);
    if (ticked === null) return message.components;
    const isShown = await createAnswer(api, toToken(tick)).replace(ticked);
    return isShown ? ticked.components : components;
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
      const { id } = interaction.message;
      const components = await newest.get(id);
      if (components === undefined) return interaction;
      // What comes after the press is about what it leads to, such as another page.
      newest.delete(id);
      return { ...interaction, message: { ...interaction.message, components } };
    },
  };
}
