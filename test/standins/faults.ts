/** What goes wrong with one call. */
export interface Fault<Call = unknown> {
  /** A connection cut without an answer, no answer at all, half of an answer, another answer, or one that comes late. */
  readonly answer: "reset" | "hang" | "garbled" | "late" | FaultAnswer;
  /** The call is carried out all the same; only the client doesn't hear of it. Left out, it has no effect. */
  readonly takesEffect?: boolean;
  /** How many calls it befalls; 1 unless said. */
  readonly times?: number;
  /** Only calls that it holds for; others pass. */
  readonly when?: (call: Call) => boolean;
  /** Wait before the answer, in milliseconds. */
  readonly delayMs?: number;
}

/** An answer in place of the platform's. */
interface FaultAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The faults that are still to come, by the name of what they befall. */
export interface Faults<Call> {
  add(name: string, ...faults: readonly Fault<Call>[]): void;
  /** The first one left that this call meets. */
  take(call: Call): Fault<Call> | undefined;
}

/** `nameOf` tells which faults a call may meet. */
export function createFaults<Call>(nameOf: (call: Call) => string): Faults<Call> {
  const waiting = new Map<string, { readonly fault: Fault<Call>; left: number }[]>();
  return {
    add(name, ...faults) {
      const queue = waiting.get(name) ?? [];
      waiting.set(name, [...queue, ...faults.map((fault) => ({ fault, left: fault.times ?? 1 }))]);
    },
    take(call) {
      const queue = waiting.get(nameOf(call)) ?? [];
      const met = queue.find(({ fault, left }) => left > 0 && (fault.when?.(call) ?? true));
      if (met === undefined) return undefined;
      met.left -= 1;
      return met.fault;
    },
  };
}

/** A failure before the platform's own program is reached: 500, 502, 503. */
export function serverError(status = 503): Fault {
  return { answer: { status, headers: { "content-type": "text/html" }, body: "<html>unavailable</html>" } };
}
