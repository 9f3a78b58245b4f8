import type { Indicator, Piece } from "../model.ts";

const GUI = "https://www.virustotal.com/gui";

/** The page of an indicator at VirusTotal. A URL's page is named by its base64url without padding. */
export function linkOf(indicator: Indicator): string {
  switch (indicator.kind) {
    case "ip":
      return `${GUI}/ip-address/${segment(indicator.value)}`;
    case "domain":
      return `${GUI}/domain/${segment(indicator.value)}`;
    case "url":
      return `${GUI}/url/${Buffer.from(indicator.value, "utf8").toString("base64url")}`;
    case "hash":
      return `${GUI}/file/${segment(indicator.value)}`;
  }
}

/** The page of what was found. Null for text that is no indicator, and for what is never sent: a click would send it. */
export function linkOfPiece(piece: Piece): string | null {
  return piece.indicator === null || piece.skipped !== null ? null : linkOf(piece.indicator);
}

/** Canonical values need no escaping; this keeps anything else from leaving its place in the path. */
function segment(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, "")).replaceAll("%3A", ":");
}
