import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "./api.ts";

/** What was asked for, as it was when it came last, and what is wrong since. */
export interface Polled<T> {
  readonly data: T | null;
  readonly error: ApiError | null;
  /** Asks at once. */
  readonly again: () => void;
}

/** A server that is away is looked for so often. */
export const AWAY_MS = 3000;

/** Asks at once and then every `everyMs` while the page is seen; anew when one of `inputs` changes. */
export function usePoll<T>(
  ask: () => Promise<T>,
  everyMs: number,
  inputs: readonly unknown[] = [],
): Polled<T> {
  const [state, setState] = useState<{ data: T | null; error: ApiError | null }>({ data: null, error: null });
  const [turn, setTurn] = useState(0);
  const latest = useRef(0);
  useEffect(() => {
    latest.current += 1;
    const mine = latest.current;
    const isMine = () => mine === latest.current;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function look(): Promise<void> {
      clearTimeout(timer);
      // Whoever comes back to the page is shown what is new at once, by the event.
      if (document.visibilityState !== "visible") return;
      let pauseMs = everyMs;
      try {
        const data = await ask();
        if (isMine()) setState({ data, error: null });
      } catch (caught) {
        const error = caught instanceof ApiError ? caught : new ApiError(500, String(caught));
        if (error.status === 0) pauseMs = Math.min(pauseMs, AWAY_MS);
        if (isMine()) setState(({ data }) => ({ data, error }));
      }
      clearTimeout(timer);
      if (isMine()) timer = setTimeout(() => void look(), pauseMs);
    }
    const lookNow = () => void look();
    void look();
    addEventListener("online", lookNow);
    addEventListener("offline", lookNow);
    document.addEventListener("visibilitychange", lookNow);
    return () => {
      latest.current += 1;
      clearTimeout(timer);
      removeEventListener("online", lookNow);
      removeEventListener("offline", lookNow);
      document.removeEventListener("visibilitychange", lookNow);
    };
  }, [...inputs, turn]);
  return { ...state, again: () => setTurn((now) => now + 1) };
}
