import type { Ack } from "./ack.ts";
import { type Forgery, post } from "./http-delivery.ts";
import type { Envelope, SocketMode } from "./socket-mode.ts";

/** How one delivery is made; all of it may be left out. */
export interface DeliveryOptions {
  /** The number of the connection that it goes over (Socket Mode); left out, each has its turn. */
  readonly connection?: number;
  /** Spoils the signature (HTTP). */
  readonly forged?: Forgery;
}

/** One slash command, interaction or event on its way to the bot. */
export interface Delivery {
  readonly type: Envelope["type"];
  readonly payload: unknown;
  /** One after the other: the first, then what was repeated. */
  readonly attempts: readonly { readonly atMs: number; readonly ack: Ack }[];
}

/** Everything that goes to the bot, over the transport in use. */
export interface Deliveries {
  /** Resolves when it is acknowledged, refused, or out of time. An event that is not is repeated by itself. */
  deliver(
    type: Envelope["type"],
    payload: unknown,
    options?: DeliveryOptions,
  ): Promise<Delivery & { ack: Ack }>;
  /** The same once more: the same ids, an event with its number of the repeat. */
  redeliver(delivery: Delivery, options?: DeliveryOptions): Promise<Ack>;
  /** From now on over HTTP to this address; null: over Socket Mode. */
  useHttp(url: string | null): void;
  all(): readonly Delivery[];
  stop(): void;
}

/** The clocks of deliveries. */
export interface DeliveryClocks {
  /** Time to acknowledge. */
  readonly ackMs: number;
  /** Waits before each repeat of an event that was not acknowledged. */
  readonly retryMs: readonly number[];
}

export function createDeliveries(
  sockets: SocketMode,
  secret: string,
  { ackMs, retryMs }: DeliveryClocks,
  changed: () => void,
): Deliveries {
  const all: (Delivery & { attempts: Delivery["attempts"][number][] })[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let httpUrl: string | null = null;

  async function attempt(delivery: (typeof all)[number], options: DeliveryOptions): Promise<Ack> {
    const atMs = Date.now();
    const envelope = envelopeOf(delivery);
    const ack =
      httpUrl === null
        ? await sockets.send(envelope, ackMs, options.connection)
        : await post(envelope, { url: httpUrl, secret, withinMs: ackMs, forged: options.forged });
    delivery.attempts.push({ atMs, ack });
    changed();
    return ack;
  }

  function repeatLater(delivery: (typeof all)[number], [waitMs, ...later]: readonly number[]): void {
    const last = delivery.attempts.at(-1)?.ack;
    if (waitMs === undefined || last === undefined || last.ok || last.noRetry === true) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void attempt(delivery, {}).then(() => repeatLater(delivery, later));
    }, waitMs);
    timers.add(timer);
  }

  return {
    async deliver(type, payload, options = {}) {
      const delivery = { type, payload, attempts: [] };
      all.push(delivery);
      const ack = await attempt(delivery, options);
      if (type === "events_api") repeatLater(delivery, retryMs);
      return Object.assign(delivery, { ack });
    },
    async redeliver(delivery, options = {}) {
      const own = all.find(({ payload }) => payload === delivery.payload);
      if (own === undefined) throw new Error("this was never delivered, so it can't be repeated");
      return attempt(own, options);
    },
    useHttp(url) {
      httpUrl = url;
    },
    all: () => all,
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function envelopeOf({ type, payload, attempts }: Delivery): Envelope {
  if (type !== "events_api") return { type, payload, accepts_response_payload: true };
  const last = attempts.at(-1)?.ack;
  return {
    type,
    payload,
    accepts_response_payload: false,
    retry_attempt: attempts.length,
    retry_reason: last === undefined ? "" : reasonOf(last),
  };
}

/** The words of `x-slack-retry-reason`. */
function reasonOf({ problem }: Ack): string {
  switch (problem) {
    case "unreachable":
    case "not sent":
      return "connection_failed";
    case "refused":
      return "http_error";
    case "timeout":
    case null:
      return "http_timeout";
  }
}
