import { z } from "zod";

import type { Reply } from "../../src/contract.ts";
import { Problem } from "./problem.ts";
import { press, USER, wordsOf, type Desk } from "./scan-request.ts";
import { Page, ProposalId, toTime } from "./schemas.ts";
import type { Server } from "./server.ts";

const Ip = z.object({ ip: z.string().max(64) });

const Decision = z.object({
  decision: z.enum(["block", "dismiss", "undo"]),
  ips: z.array(z.string().max(64)).max(100_000).optional().describe("Left out: all that may be blocked"),
  days: z.number().int().min(0).max(36_500).optional().describe("0: until removed. Left out: BLOCK_DAYS"),
  reason: z.string().max(500).optional(),
  sure: z
    .boolean()
    .default(false)
    .describe("Though there are more than MAX_BLOCKS_PER_APPROVAL, or more than half of the list"),
});

/** Blocks, proposals and the audit trail. */
export function addLists(server: Server, desk: Desk): void {
  const { core } = desk;
  addBlocks(server, desk);
  server.get("/api/proposals", { schema: { tags: ["approvals"], summary: "Open questions" } }, async () =>
    core.openProposals(),
  );
  server.get(
    "/api/proposals/:id",
    { schema: { tags: ["approvals"], summary: "A question, or what was decided", params: ProposalId } },
    async ({ params }) => foundProposal(await core.proposal(params.id), params.id),
  );
  server.post(
    "/api/proposals/:id/decision",
    {
      schema: { tags: ["approvals"], summary: "Block, dismiss or undo", params: ProposalId, body: Decision },
    },
    async ({ params, body }) => {
      foundProposal(await core.proposal(params.id), params.id);
      const told = await press(desk, toAction(params.id, body), toValues(body));
      const [said] = told;
      if (said?.kind === "too-late") throw new Problem(409, wordsOf(told));
      if (said !== undefined && said.kind !== "decision") throw new Problem(statusOf(said), wordsOf(told));
      return foundProposal(await core.proposal(params.id), params.id);
    },
  );
  server.get(
    "/api/audit",
    { schema: { tags: ["approvals"], summary: "The audit trail, newest first", querystring: Page } },
    async ({ query }) => {
      const { matching, entries } = await core.auditPage(query);
      return { matching, entries: entries.map((entry) => ({ ...entry, at: toTime(entry.at) })) };
    },
  );
  server.get(
    "/api/audit/verify",
    { schema: { tags: ["approvals"], summary: "Whether the audit trail is whole" } },
    async () => core.verifyAudit(),
  );
}

function addBlocks(server: Server, { core }: Desk): void {
  const tags = ["blocks"];
  server.get(
    "/api/blocks",
    { schema: { tags, summary: "What is blocked, newest first", querystring: Page } },
    async ({ query }) => {
      const { matching, blocks } = await core.blocks(query);
      const times = blocks.map((block) => ({
        ...block,
        since: toTime(block.since),
        until: toTime(block.until),
      }));
      return { matching, blocks: times };
    },
  );
  server.get(
    "/api/blocks/:ip",
    { schema: { tags, summary: "Everything known here about an address", params: Ip } },
    async ({ params }) => core.why(params.ip),
  );
  server.delete(
    "/api/blocks/:ip",
    {
      schema: {
        tags,
        summary: "Take an address off the blacklist",
        params: Ip,
        querystring: z.object({ reason: z.string().max(500).optional() }),
      },
    },
    async ({ params, query }) => ({ ip: await core.unblock(params.ip, query.reason ?? null, USER.name) }),
  );
}

function foundProposal(reply: Reply | null, id: string): Reply {
  if (reply === null)
    throw new Problem(404, `There is no question ${id}, or nothing is left to block in it.`);
  return reply;
}

function toAction(id: string, { decision, ips, sure }: z.infer<typeof Decision>): string {
  switch (decision) {
    case "block":
      return `${sure ? "sure" : ips === undefined ? "block" : "chosen"}:${id}`;
    case "undo":
      return `${sure ? "sure-undo" : "undo"}:${id}`;
    case "dismiss":
      return `dismiss:${id}`;
  }
}

function toValues({
  ips,
  days,
  reason,
}: z.infer<typeof Decision>): Readonly<Record<string, readonly string[]>> {
  return {
    ...(ips !== undefined && { ips }),
    ...(days !== undefined && { days: [String(days)] }),
    ...(reason !== undefined && { reason: [reason] }),
  };
}

/** A second question wants `sure`; anything else is a refusal. */
function statusOf(said: Reply): number {
  return said.kind === "confirmation" || said.kind === "removal-confirmation" ? 409 : 403;
}
