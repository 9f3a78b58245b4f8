import { useRef } from "preact/hooks";

import type { ProposalReply } from "./api.ts";
import { useVirtual } from "./use-virtual.ts";
import { toLocalTime } from "./words.tsx";

const ROW_HEIGHT_PX = 36;
/** With a line below about what was so before. */
const TALL_ROW_HEIGHT_PX = 56;

type Past = ProposalReply["past"][number];

/** Any number of addresses with tick boxes: only those in sight are drawn. */
export function Candidates({
  toBlock,
  past,
  off,
  onTick,
}: {
  readonly toBlock: ProposalReply["content"]["toBlock"];
  readonly past: readonly Past[];
  readonly off: ReadonlySet<string>;
  readonly onTick: (ip: string) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeightPx = past.length > 0 ? TALL_ROW_HEIGHT_PX : ROW_HEIGHT_PX;
  const { items, height } = useVirtual(scroller, toBlock.length, rowHeightPx);
  const pastOf = new Map(past.map((one) => [one.ip, one]));
  return (
    <div ref={scroller} class="candidates" role="group" aria-label="Addresses to block">
      <ul style={{ height: `${height}px` }}>
        {items.map(({ index, start }) => {
          const candidate = toBlock[index];
          if (candidate === undefined) return null;
          const { ip, detections, total, owner, country } = candidate;
          const before = pastOf.get(ip);
          return (
            <li key={ip} class="placed" style={{ transform: `translateY(${start}px)` }}>
              <label>
                <input type="checkbox" checked={!off.has(ip)} onChange={() => onTick(ip)} />
                <code>{ip}</code> {detections}/{total} {country ?? ""} <bdi>{owner ?? ""}</bdi>
              </label>
              {before === undefined ? null : <Before past={before} />}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Before({ past: { letGo, ended } }: { readonly past: Past }) {
  if (letGo) {
    const words = wordLetGo(letGo);
    return (
      <small class="problem" title={words}>
        {words}
      </small>
    );
  }
  return ended ? <small>blocked before: at least twice as long</small> : null;
}

function wordLetGo({ at, by, reason }: NonNullable<Past["letGo"]>): string {
  const who = by.kind === "person" ? by.id : by.kind === "hand" ? "by hand" : "by the whitelist";
  return `let go ${toLocalTime(at)} ${who}${reason === null ? "" : `: ${reason}`}`;
}
