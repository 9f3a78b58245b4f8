import type { Args } from "./args.ts";

/** How a call ended for the client. */
interface Outcome {
  /** HTTP status; 0 where the client got no answer. */
  readonly status: number;
  readonly ok: boolean;
  /** Slack's code. */
  readonly error: string | null;
  readonly ms: number;
}

/** One call of the Web API, an upload, a download or the use of a response_url. */
export interface Call {
  /** `chat.postMessage`, …; `upload`, `download` and `response_url` for what is no method. */
  readonly method: string;
  readonly args: Args;
  readonly authorization: string | undefined;
  /** Time of day in milliseconds. */
  readonly atMs: number;
  /** Null while it is under way. */
  readonly outcome: Outcome | null;
}

/** Every call, in the order in which they came in. */
export interface Trace {
  begin(method: string, args: Args, authorization: string | undefined): Call;
  end(call: Call, outcome: Omit<Outcome, "ms">): void;
  calls(method?: string): readonly Call[];
}

export function createTrace(changed: () => void): Trace {
  const calls: Call[] = [];
  const open = new Map<Call, { outcome: Outcome | null }>();
  return {
    begin(method, args, authorization) {
      const call = { method, args, authorization, atMs: Date.now(), outcome: null };
      calls.push(call);
      open.set(call, call);
      changed();
      return call;
    },
    end(call, outcome) {
      const own = open.get(call);
      if (own === undefined) return;
      open.delete(call);
      own.outcome = { ...outcome, ms: Date.now() - call.atMs };
      changed();
    },
    calls: (method) => calls.filter((call) => method === undefined || call.method === method),
  };
}
