import { toCount } from "./words.tsx";

/** The way from page to page of a list. */
export function Pager({
  from,
  most,
  matching,
  onMove,
}: {
  readonly from: number;
  readonly most: number;
  readonly matching: number;
  readonly onMove: (from: number) => void;
}) {
  if (matching <= most) return null;
  return (
    <div class="row">
      <button
        type="button"
        class="small outline"
        disabled={from === 0}
        onClick={() => onMove(Math.max(0, from - most))}
      >
        Newer
      </button>
      <span>
        {toCount(from + 1)} to {toCount(Math.min(from + most, matching))} of {toCount(matching)}
      </span>
      <button
        type="button"
        class="small outline"
        disabled={from + most >= matching}
        onClick={() => onMove(from + most)}
      >
        Older
      </button>
    </div>
  );
}
