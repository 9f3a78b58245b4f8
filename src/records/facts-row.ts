import { z } from "zod";

import type { Facts } from "../model.ts";

/** Facts as they are kept in files, which another version may have written. */
export const FactsRow: z.ZodType<Facts> = z.object({
  stats: z.record(z.string(), z.number()).nullable(),
  flaggedBy: z.array(z.object({ engine: z.string(), category: z.string() })),
  owner: z.string().nullable(),
  asn: z.number().nullable(),
  country: z.string().nullable(),
  network: z.string().nullable(),
  reputation: z.number().nullable(),
  tags: z.array(z.string()),
  analysedAt: z.number().nullable(),
});
