import { Quota } from "./answer-schemas.ts";
import type { Desk } from "./scan-request.ts";
import type { Server } from "./server.ts";
import { UsageByDay, UsageByHour, VerdictsByDay } from "./statistics-schemas.ts";

/** What keys have used and scans have found, in figures over time. */
export function addStatistics(server: Server, { core }: Desk): void {
  const tags = ["health"];
  server.get(
    "/api/quota",
    { schema: { tags, summary: "What each key has used and left", response: { 200: Quota } } },
    async () => core.quota(),
  );
  server.get(
    "/api/usage",
    { schema: { tags, summary: "Requests by day, of 31 days", response: { 200: UsageByDay } } },
    async () => core.usageByDay(),
  );
  server.get(
    "/api/usage/hours",
    { schema: { tags, summary: "Requests by hour, of 48 hours", response: { 200: UsageByHour } } },
    async () => core.usageByHour(),
  );
  server.get(
    "/api/verdicts",
    {
      schema: {
        tags: ["scans"],
        summary: "Verdicts by the day of their scan, of 31 days",
        response: { 200: VerdictsByDay },
      },
    },
    async () => core.verdictsByDay(),
  );
}
