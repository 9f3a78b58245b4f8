import type { Field } from "./card-parts.ts";

const LIVES: readonly (readonly [number, string])[] = [
  [7, "7 days"],
  [30, "30 days"],
  [90, "90 days"],
  [0, "until removed"],
];

/** The lives of blocks that an approver may pick from, in days; `usual` is picked at first. */
export function lifeField(label: string, usual: number): Field {
  const isAmong = LIVES.some(([days]) => days === usual);
  const lives = isAmong ? LIVES : [[usual, `${usual} days`] as const, ...LIVES];
  return {
    kind: "menu",
    name: "days",
    label,
    isMany: false,
    options: lives.map(([days, name]) => ({ value: String(days), label: name, isPicked: days === usual })),
  };
}
