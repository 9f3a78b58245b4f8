import { z } from "zod";

/** A scan's name, in whatever case. */
export const ScanId = z.object({
  id: z
    .string()
    .regex(/^S-[0-9A-Z]{4}$/iu, "is no scan such as S-7K3Q")
    .meta({ example: "S-7K3Q" }),
});

/** A proposal's name. */
export const ProposalId = z.object({
  id: z
    .string()
    .regex(/^P-[0-9A-Z]{4}$/iu, "is no proposal such as P-7K3Q")
    .meta({ example: "P-7K3Q" }),
});

/** A digest's name. */
export const DigestId = z.object({
  id: z
    .string()
    .regex(/^D-[0-9A-Z]{4}$/iu, "is no digest such as D-7K3Q")
    .meta({ example: "D-7K3Q" }),
});

const MOST_ROWS = 1000;

/** Which part of a list is wanted. */
export const Page = z.object({
  from: z.coerce.number().int().min(0).default(0),
  most: z.coerce.number().int().min(1).max(MOST_ROWS).default(100),
  search: z.string().max(200).default(""),
});

/** What is sent where something is wrong. */
export const Fault = z.object({ error: z.string() });

/** Times are ISO 8601 in UTC. */
export function toTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
