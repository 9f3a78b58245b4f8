import { createHash } from "node:crypto";

import type { UrlLookup } from "../config.ts";
import type { Piece } from "../model.ts";
import type { ScanOptions } from "./scan.ts";

/** The pieces that a scan has lines for: of a URL its host, itself, or both. */
export function toItems(pieces: readonly Piece[], urlLookup: UrlLookup): readonly Piece[] {
  switch (urlLookup) {
    case "both":
      return pieces;
    case "host":
      return pieces.filter((piece) => piece.indicator?.kind !== "url");
    case "url":
      return pieces.filter((piece) => piece.from !== "url");
  }
}

/** The same input, by name and by what is in it, with the same options has the same fingerprint. */
export function fingerprintOf(name: string, items: readonly Piece[], options: ScanOptions): string {
  const hash = createHash("sha256").update(JSON.stringify([name, options]));
  for (const { indicator, input } of items) {
    hash.update(indicator === null ? `\n!${input}` : `\n${indicator.kind}:${indicator.value}`);
  }
  return hash.digest("hex");
}
