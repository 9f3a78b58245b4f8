/** What the Web API says: `ok`, Slack's error code, and the rest. */
export interface Answer extends Readonly<Record<string, unknown>> {
  readonly ok: boolean;
  readonly error?: string;
}

/** One sentence of Slack about what is wrong with a block or a view, and where. */
export interface Flaw {
  readonly message: string;
  /** JSON pointer: `/blocks/0/text/text`. */
  readonly at: string;
}

/** A refusal in Slack's shape; flaws stand both in `errors` and in `response_metadata`. */
export function refusal(error: string, flaws: readonly Flaw[] = []): Answer {
  if (flaws.length === 0) return { ok: false, error };
  const errors = flaws.map(({ message, at }) => `${message} [json-pointer:${at}]`);
  const messages = errors.map((text) => `[ERROR] ${text}`);
  return { ok: false, error, errors, response_metadata: { messages } };
}
