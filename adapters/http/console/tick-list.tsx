import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

import { useVirtual } from "./use-virtual.ts";
import { toCount } from "./words.tsx";

const ROW_HEIGHT_PX = 36;
/** With a line below. */
const TALL_ROW_HEIGHT_PX = 56;
/** More than these are ticked and unticked together too. */
const FEW = 3;

interface Addressed {
  readonly ip: string;
}

/** Which of some addresses are ticked: all of them at first. */
export interface Ticks {
  readonly ticked: readonly string[];
  readonly isTicked: (ip: string) => boolean;
  readonly tick: (ip: string) => void;
  readonly tickAll: (isOn: boolean) => void;
}

export function useTicks(rows: readonly Addressed[]): Ticks {
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  return {
    ticked: rows.filter(({ ip }) => !off.has(ip)).map(({ ip }) => ip),
    isTicked: (ip) => !off.has(ip),
    tick(ip) {
      const next = new Set(off);
      if (!next.delete(ip)) next.add(ip);
      setOff(next);
    },
    tickAll: (isOn) => setOff(new Set(isOn ? [] : rows.map(({ ip }) => ip))),
  };
}

/** Any number of addresses with tick boxes: only those in sight are drawn. */
export function TickList<Row extends Addressed>({
  label,
  rows,
  ticks,
  isTall,
  beside,
  below,
}: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly ticks: Ticks;
  /** Whether some rows have a line below. */
  readonly isTall: boolean;
  /** What stands behind the address. */
  readonly beside: (row: Row) => ComponentChildren;
  readonly below: (row: Row) => ComponentChildren;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const { items, height } = useVirtual(scroller, rows.length, isTall ? TALL_ROW_HEIGHT_PX : ROW_HEIGHT_PX);
  return (
    <>
      {rows.length > FEW ? <TickAll count={rows.length} ticks={ticks} /> : null}
      <div ref={scroller} class="candidates" role="group" aria-label={label}>
        <ul style={{ height: `${height}px` }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const { ip } = row;
            return (
              <li key={ip} class="placed" style={{ transform: `translateY(${start}px)` }}>
                <label>
                  <input type="checkbox" checked={ticks.isTicked(ip)} onChange={() => ticks.tick(ip)} />
                  <code>{ip}</code> {beside(row)}
                </label>
                {below(row)}
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}

function TickAll({ count, ticks }: { readonly count: number; readonly ticks: Ticks }) {
  const on = ticks.ticked.length;
  return (
    <label class="all">
      <input
        type="checkbox"
        checked={on === count}
        indeterminate={on > 0 && on < count}
        onChange={() => ticks.tickAll(on < count)}
      />
      All {toCount(count)}
    </label>
  );
}
