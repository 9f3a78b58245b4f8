import * as z from "zod";

/** What an unknown program wrote there is no reason to stop. */
const Evidence = z.object({
  detections: z.number().nullable().catch(null),
  total: z.number().nullable().catch(null),
  engines: z.array(z.string()).catch([]),
  owner: z.string().nullable().catch(null),
  asn: z.number().nullable().catch(null),
  country: z.string().nullable().catch(null),
  link: z.string().nullable().catch(null),
});

/** What spoke for a block when it was made, as far as it was written down; all null for one of which nothing was known. */
export type BlockEvidence = z.infer<typeof Evidence>;

const NOTHING: BlockEvidence = Evidence.parse({});

/** Reads the evidence of a block's row. */
export function readEvidence(text: string): BlockEvidence {
  try {
    return Evidence.parse(JSON.parse(text));
  } catch {
    return NOTHING;
  }
}
