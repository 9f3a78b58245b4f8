import { toCount } from "./words.tsx";

/** How many there are, and which behind it; nothing where there are none. */
export function Folded({ words, ips }: { readonly words: string; readonly ips: readonly string[] }) {
  if (ips.length === 0) return null;
  return (
    <details>
      <summary>
        {toCount(ips.length)} {words}
      </summary>
      <p class="long">{ips.join(", ")}</p>
    </details>
  );
}
