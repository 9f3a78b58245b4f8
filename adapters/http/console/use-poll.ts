import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "./api.ts";

/** What was asked for, as it was when it came last, and what is wrong since. */
export interface Polled<T> {
  readonly data: T | null;
  readonly error: ApiError | null;
  /** Asks at once. */
  readonly again: () => void;
}

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
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function look(): Promise<void> {
      if (document.visibilityState === "visible") {
        try {
          const data = await ask();
          if (mine === latest.current) setState({ data, error: null });
        } catch (error) {
          const known = error instanceof ApiError ? error : new ApiError(0, String(error));
          if (mine === latest.current) setState(({ data }) => ({ data, error: known }));
        }
      }
      if (mine === latest.current) timer = setTimeout(() => void look(), everyMs);
    }
    void look();
    return () => {
      latest.current += 1;
      clearTimeout(timer);
    };
  }, [...inputs, turn]);
  return { ...state, again: () => setTurn((now) => now + 1) };
}
