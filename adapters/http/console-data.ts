import { z } from "zod";

import { callerOf } from "./caller.ts";
import type { Desk } from "./scan-request.ts";
import { ScanId } from "./schemas.ts";
import type { Server } from "./server.ts";
import type { Settings } from "./settings.ts";

const MOST_SHOWN = 200;
const MOST_TYPED = 1_000_000;

/** What the console needs besides the API: who is logged in, what was recognised while typing, the log. */
export function addConsoleData(server: Server, { core }: Desk, { holders }: Settings): void {
  const schema = { hide: true } as const;
  server.get("/api/about", { schema }, async ({ user }) => ({
    isDemo: core.isDemo,
    hasLogin: holders.length > 0,
    user: callerOf({ user }).id,
  }));
  server.post(
    "/api/extract",
    {
      config: { isForLooking: true },
      schema: { ...schema, body: z.object({ text: z.string().max(MOST_TYPED) }) },
    },
    async ({ body }) => {
      const input = { kind: "text", name: "text", text: body.text } as const;
      const { pieces } = await core.extract(input);
      const plan = await core.plan(input);
      const indicators = pieces.flatMap(({ indicator, skipped }) =>
        indicator === null || skipped !== null ? [] : [{ indicator: indicator.value, kind: indicator.kind }],
      );
      const refused = pieces.flatMap(({ input: written, rejected, skipped }) => {
        const reason = rejected ?? skipped;
        return reason === null ? [] : [{ input: written, reason }];
      });
      return {
        indicators: indicators.slice(0, MOST_SHOWN),
        refused: refused.slice(0, MOST_SHOWN),
        count: plan.cached + plan.toLookUp,
        cached: plan.cached,
        toLookUp: plan.toLookUp,
        left: Number.isFinite(plan.budget.left) ? plan.budget.left : null,
      };
    },
  );
  // The question that a scan led to, or what was decided; null where it has none.
  server.get("/api/scans/:id/proposal", { schema: { ...schema, params: ScanId } }, async ({ params }) => ({
    proposal: await core.proposal(params.id.toUpperCase().replace(/^S/u, "P")),
  }));
  server.get(
    "/logs",
    { schema: { tags: ["health"], summary: "The end of the log" } },
    async (_request, reply) => reply.type("text/plain; charset=utf-8").send(await core.logTail()),
  );
}
