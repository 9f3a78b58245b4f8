import type { Ack } from "./ack.ts";
import type { Delivery } from "./deliveries.ts";
import type { SeenMessage } from "./messages.ts";

/** What came of something that a person did. */
export interface Done {
  /** Of the first delivery. */
  readonly ack: Ack;
  /** None where the bot is not in the channel. */
  readonly deliveries: readonly Delivery[];
}

/** What came of something that a person wrote. */
export interface Said extends Done {
  readonly message: SeenMessage;
}

/** Where nothing was to be sent: the bot is not in that channel. */
export const NOT_SENT: Done = {
  ack: { ok: false, status: 0, ms: 0, body: null, problem: "not sent" },
  deliveries: [],
};
