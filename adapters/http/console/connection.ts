import { useEffect, useState } from "preact/hooks";

/** What the last answer said of the server: it is well, it cannot be reached, or it wants a login first. */
export type Connection = "well" | "away" | "locked";

type Listener = (connection: Connection) => void;

let connection: Connection = "well";
const listeners = new Set<Listener>();

/** Says what an answer was; every page hears of a change. */
export function noteAnswer(status: number): void {
  const now = status === 0 ? "away" : status === 401 ? "locked" : "well";
  if (now === connection) return;
  connection = now;
  for (const listener of listeners) listener(now);
}

/** How it stands with the server, as it changes. */
export function useConnection(): Connection {
  const [now, setNow] = useState(connection);
  useEffect(() => {
    setNow(connection);
    listeners.add(setNow);
    return () => void listeners.delete(setNow);
  }, []);
  return now;
}
