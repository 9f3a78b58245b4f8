import { z } from "zod";

import { RESULT_ORDERS, type AllResultsQuery } from "../../src/contract.ts";
import { Page } from "./schemas.ts";

const STATUSES = ["unsafe", "suspicious", "clean", "unknown", "failed", "skipped", "rejected"] as const;

const wanted = {
  orderBy: z.enum(RESULT_ORDERS).default("position"),
  descending: z.stringbool().default(false),
  status: z
    .union([z.enum(STATUSES), z.array(z.enum(STATUSES))])
    .optional()
    .transform((given) => (given === undefined ? [] : [given].flat())),
};

/** Which results of a scan are wanted. */
export const AllResults = Page.pick({ search: true }).extend(wanted);

/** Which part of them is. */
export const SomeResults = Page.extend(wanted);

/** As the core has it. */
export function toAllResultsQuery({
  orderBy,
  descending,
  status,
  search,
}: z.output<typeof AllResults>): AllResultsQuery {
  return { orderBy, isDescending: descending, statuses: status, search };
}
