import { type APIAllowedMentions, ComponentType } from "discord-api-types/v10";

import { nodesOf } from "./components.ts";
import type { Draft } from "./message-rules.ts";
import type { Person, World } from "./world.ts";

/** Who is notified by a message. */
export interface Ping {
  readonly users: readonly Person[];
  /** Ids. */
  readonly roles: readonly string[];
  /** @everyone or @here. */
  readonly everyone: boolean;
}

export const NOBODY: Ping = { users: [], roles: [], everyone: false };

/**
 * Whom a message notifies (resources/message#allowed-mentions-object): without `allowed`, everybody that it names, and the
 * author of the message that it answers.
 */
export function pingOf(
  draft: Pick<Draft, "content" | "components">,
  allowed: APIAllowedMentions | null | undefined,
  answered: Person | null,
  world: World,
): Ping {
  const texts = draft.components
    .flatMap(nodesOf)
    .filter(({ type }) => type === ComponentType.TextDisplay)
    .map(({ content }) => String(content));
  const text = [draft.content, ...texts].map(withoutCode).join("\n");
  const may = (kind: "users" | "roles" | "everyone", id?: string) => {
    if (allowed === null || allowed === undefined) return true;
    const named = kind === "everyone" ? [] : (allowed[kind] ?? []);
    return (
      (allowed.parse as readonly string[] | undefined)?.includes(kind) === true || named.includes(id ?? "")
    );
  };
  const users = idsIn(text, /<@!?(\d+)>/g).filter((id) => may("users", id));
  const isAnswerTold =
    answered !== null && (allowed === null || allowed === undefined || allowed.replied_user === true);
  const named = users.flatMap((id) => world.findUser(id) ?? []);
  return {
    users: [...new Set([...named, ...(isAnswerTold ? [answered] : [])])],
    roles: idsIn(text, /<@&(\d+)>/g).filter((id) => may("roles", id)),
    everyone: /@(?:everyone|here)\b/.test(text) && may("everyone"),
  };
}

export function isAnybody({ users, roles, everyone }: Ping): boolean {
  return users.length > 0 || roles.length > 0 || everyone;
}

function idsIn(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, id = ""]) => id))];
}

/** Nobody is named in code. */
function withoutCode(text: string): string {
  return text.replaceAll(/(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, " ");
}
