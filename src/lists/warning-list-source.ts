import { Pool } from "undici";

/** Where warning lists come from. */
export interface WarningListSource {
  /**
   * The text of `lists/<key>/list.json`; null when there is no such list.
   * @throws Error with the reason in a few words when it does not come whole.
   */
  fetch(key: string): Promise<string | null>;
  /** Closes the connections. */
  close(): Promise<void>;
}

export interface SourceOptions {
  /** What stands before `/lists/<key>/list.json`, without a last slash. */
  readonly url: string;
  /** For one whole list. */
  readonly timeoutMs: number;
}

/** The largest list of addresses has 1.3 MB. */
const MOST_BYTES = 16 * 1024 * 1024;
const USER_AGENT = "vtip";

/** Asks one host alone: where an answer points elsewhere, it is not followed. */
export function openWarningListSource({ url, timeoutMs }: SourceOptions): WarningListSource {
  const { origin, host, pathname } = new URL(url);
  const root = pathname.replace(/\/+$/, "");
  const pool = new Pool(origin, {
    connectTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: MOST_BYTES,
  });
  return {
    async fetch(key) {
      const path = `${root}/lists/${encodeURIComponent(key)}/list.json`;
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const { statusCode, body } = await pool.request({
          method: "GET",
          path,
          headers: { accept: "application/json, text/plain", "user-agent": USER_AGENT },
          signal,
        });
        if (statusCode !== 200) {
          // What stands there tells nothing; left unread, it would hold the connection.
          await body.dump().catch(() => undefined);
          if (statusCode === 404) return null;
          throw new SourceError(wordStatus(host, statusCode));
        }
        return await body.text();
      } catch (error) {
        throw error instanceof SourceError ? error : new SourceError(wordFault(host, timeoutMs, error));
      }
    },
    close: async () => pool.destroy(),
  };
}

/** The message is a reason that is safe to show. */
class SourceError extends Error {}

function wordStatus(host: string, status: number): string {
  if (status >= 300 && status < 400)
    return `${host} answered ${status}: it points elsewhere, which is not followed`;
  return `${host} answered ${status}`;
}

function wordFault(host: string, timeoutMs: number, error: unknown): string {
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  if (name === "TimeoutError" || name === "AbortError" || /_TIMEOUT$|ETIMEDOUT/.test(code ?? ""))
    return `${host} gave no whole answer within ${Math.round(timeoutMs / 1000)} s`;
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return `what ${host} sends is larger than 16 MiB`;
  return `${host} was not reached, or broke off (${code ?? name ?? "unknown fault"})`;
}
