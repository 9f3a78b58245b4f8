import type { Deliveries } from "./deliveries.ts";
import type { Files } from "./files.ts";
import type { Messages } from "./messages.ts";
import type { Payloads } from "./payloads.ts";
import type { ResponseUrls } from "./response-urls.ts";
import type { SocketMode } from "./socket-mode.ts";
import type { Triggers } from "./triggers.ts";
import type { Upstream } from "./upstream.ts";
import type { Views } from "./views.ts";
import type { World } from "./world.ts";

/** Everything of one stand-in that its parts share. */
export interface Workspace {
  readonly world: World;
  readonly upstream: Upstream;
  readonly messages: Messages;
  readonly files: Files;
  readonly views: Views;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly sockets: SocketMode;
  readonly payloads: Payloads;
  readonly deliveries: Deliveries;
  /** Scopes of the bot's token. */
  readonly scopes: readonly string[];
  /** Whether the bot gets events of its own messages too, as it does in Slack. */
  readonly echo: boolean;
}
