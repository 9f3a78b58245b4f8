import type { Attachments } from "./attachments.ts";
import type { Commands } from "./commands.ts";
import type { Gateway } from "./gateway.ts";
import type { Interactions } from "./interactions.ts";
import type { Messages } from "./messages.ts";
import type { Modals } from "./modals.ts";
import type { Settings } from "./options.ts";
import type { Posting } from "./posting.ts";
import type { Threads } from "./threads.ts";
import type { World } from "./world.ts";

/** Everything of one stand-in that its parts share. */
export interface Parts {
  readonly settings: Settings;
  readonly world: World;
  readonly messages: Messages;
  readonly attachments: Attachments;
  readonly gateway: Gateway;
  readonly posting: Posting;
  readonly threads: Threads;
  readonly interactions: Interactions;
  readonly commands: Commands;
  readonly modals: Modals;
  /** A new id. */
  nextId(): string;
}
