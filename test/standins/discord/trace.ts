/** How a call ended for the client. */
interface Outcome {
  /** HTTP status; 0 where the client got no answer. */
  readonly status: number;
  readonly ok: boolean;
  /** Discord's code (`50035`), or what a fault is called. */
  readonly error: string | null;
  readonly ms: number;
}

/** One call of the REST API, or a download. */
export interface Call {
  /** As `routes.ts` names it: `POST /channels/:id/messages`; `download` for the files of messages. */
  readonly route: string;
  /** Without `/api/v10`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** JSON, or `payload_json` of a multipart request. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
  readonly authorization: string | undefined;
  /** Time of day in milliseconds. */
  readonly atMs: number;
  /** Null while it is under way. */
  readonly outcome: Outcome | null;
}

/** Every call, in the order in which they came in. */
export interface Trace {
  begin(call: Omit<Call, "atMs" | "outcome">): Call;
  end(call: Call, outcome: Omit<Outcome, "ms">): void;
  calls(route?: string): readonly Call[];
}

export function createTrace(changed: () => void): Trace {
  const calls: Call[] = [];
  const open = new Map<Call, { outcome: Outcome | null }>();
  return {
    begin(asked) {
      const call = { ...asked, atMs: Date.now(), outcome: null };
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
    calls: (route) => calls.filter((call) => route === undefined || call.route === route),
  };
}
