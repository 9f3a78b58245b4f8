import type { Piece } from "../../src/model.ts";

/** So many distinct addresses, as found in a text. */
export function pieces(count: number): readonly Piece[] {
  return Array.from({ length: count }, (_, at) => {
    const value = `45.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
    const indicator = { kind: "ip", value } as const;
    return { input: value, offset: at, indicator, rejected: null, skipped: null, count: 1, from: "text" };
  });
}
