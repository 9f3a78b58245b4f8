import { type Answer, refusal } from "./answer.ts";
import type { Args } from "./args.ts";
import { chatMethods } from "./chat-methods.ts";
import { conversationMethods } from "./conversation-methods.ts";
import { fileMethods } from "./file-methods.ts";
import type { Methods } from "./methods.ts";
import { peopleMethods } from "./people-methods.ts";
import { viewMethods } from "./view-methods.ts";
import type { Workspace } from "./workspace.ts";

/** Tokens that the stand-in knows. */
export interface Tokens {
  readonly bot: string;
  readonly app: string;
}

/** Answers a call of the Web API: what is not looked at here is emulate's to answer. */
export interface WebApi {
  call(method: string, args: Args, token: string | undefined): Promise<Answer>;
}

export function createWebApi(workspace: Workspace, tokens: Tokens): WebApi {
  const own: Methods = {
    "apps.connections.open": () => ({ ok: true, url: workspace.sockets.open() }),
    ...chatMethods(workspace),
    ...conversationMethods(workspace),
    ...fileMethods(workspace),
    ...viewMethods(workspace),
    ...peopleMethods(workspace),
  };
  return {
    async call(method, args, token) {
      const refused = tokenRefusal(method, token, tokens);
      if (refused !== null) return refused;
      const { token: _, ...rest } = args;
      return own[method] === undefined ? workspace.upstream.call("bot", method, rest) : own[method](rest);
    },
  };
}

function tokenRefusal(method: string, token: string | undefined, { bot, app }: Tokens): Answer | null {
  const [right, other] = method.startsWith("apps.connections") ? [app, bot] : [bot, app];
  if (token === undefined || token === "") return refusal("not_authed");
  if (token === right) return null;
  return refusal(token === other ? "not_allowed_token_type" : "invalid_auth");
}
