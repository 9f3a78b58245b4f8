import type { BlockEvidence } from "../block-model.ts";

/**
 * Reads the evidence of a block's row. What an unknown program wrote there is no reason to stop. It is read by hand: an
 * export reads 100,000, and a schema takes seconds for that.
 */
export function readEvidence(text: string): BlockEvidence {
  const fields = toFields(text);
  const { engines } = fields;
  return {
    detections: toNumber(fields["detections"]),
    total: toNumber(fields["total"]),
    engines: Array.isArray(engines) ? engines.filter((name) => typeof name === "string") : [],
    owner: toText(fields["owner"]),
    asn: toNumber(fields["asn"]),
    country: toText(fields["country"]),
    link: toText(fields["link"]),
  };
}

function toFields(text: string): Readonly<Record<string, unknown>> & { readonly engines?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function toNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function toText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
