import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Whether another page was asked for, and its heading has not been reached yet. */
let isMoving = false;
addEventListener("hashchange", () => {
  isMoving = true;
});

/** The page that the address names: `#scans/S-7K3Q`. */
export function useRoute(): readonly string[] {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const change = () => setHash(location.hash);
    addEventListener("hashchange", change);
    // It may have changed before anybody listened.
    change();
    return () => removeEventListener("hashchange", change);
  }, []);
  return hash.replace(/^#\/?/u, "").split("/").map(decoded);
}

/** Somebody may type anything behind the #. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** After a change of page the keyboard and the screen reader go on at its heading. */
export function useFocusAfterMove(element: RefObject<HTMLElement | null>, isWanted: boolean): void {
  useEffect(() => {
    if (!isMoving || !isWanted || element.current === null) return;
    isMoving = false;
    element.current.focus();
  }, [isWanted]);
}

/** Where the page itself begins, past its navigation. */
export function focusMain(): void {
  document.querySelector<HTMLElement>("main h1, main")?.focus();
}
