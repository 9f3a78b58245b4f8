import { z } from "zod";

import { toStoryText, toWords, wordTime } from "../../src/card.ts";
import type { Reply, Why } from "../../src/contract.ts";
import {
  AuditCheck,
  AuditPage,
  BlocksPage,
  Proposal,
  ProposalOrDecision,
  Unblocked,
  Why as WhyAnswer,
} from "./answer-schemas.ts";
import { callerOf } from "./caller.ts";
import { decide, Deciding } from "./decision.ts";
import { Problem } from "./problem.ts";
import type { Desk } from "./scan-request.ts";
import { MOST_TEXT_BYTES } from "./scan-upload.ts";
import { Fault, Page, ProposalId, toTime } from "./schemas.ts";
import type { Server } from "./server.ts";

const Ip = z.object({ ip: z.string().max(64) });

const Decision = Deciding.extend({
  decision: z.enum(["block", "dismiss", "undo"]),
  ips: Deciding.shape.ips.describe("Left out: all that may be blocked"),
  days: Deciding.shape.days.describe("0: until removed. Left out: BLOCK_DAYS"),
  sure: Deciding.shape.sure.describe(
    "Though there are more than MAX_BLOCKS_PER_APPROVAL, or more than half of the list",
  ),
});

/** Blocks, proposals and the audit trail. */
export function addLists(server: Server, desk: Desk): void {
  const { core } = desk;
  addBlocks(server, desk);
  server.get(
    "/api/proposals",
    { schema: { tags: ["approvals"], summary: "Open questions", response: { 200: z.array(Proposal) } } },
    async () => core.openProposals(),
  );
  server.get(
    "/api/proposals/:id",
    {
      schema: {
        tags: ["approvals"],
        summary: "A question, or what was decided",
        params: ProposalId,
        response: { 200: ProposalOrDecision, 404: Fault },
      },
    },
    async ({ params }) => foundProposal(await core.proposal(params.id), params.id),
  );
  server.post(
    "/api/proposals/:id/decision",
    {
      bodyLimit: MOST_TEXT_BYTES,
      schema: {
        tags: ["approvals"],
        summary: "Block, dismiss or undo",
        params: ProposalId,
        body: Decision,
        response: { 200: ProposalOrDecision, 400: Fault, 403: Fault, 404: Fault, 409: Fault, 422: Fault },
      },
    },
    async ({ params, body, user }) => {
      const question = foundProposal(await core.proposal(params.id), params.id);
      await decide(desk, callerOf({ user }), toAction(params.id, body), body, hasApprovers(question));
      return foundProposal(await core.proposal(params.id), params.id);
    },
  );
  addAudit(server, desk);
}

function addAudit(server: Server, { core }: Desk): void {
  server.get(
    "/api/audit",
    {
      schema: {
        tags: ["approvals"],
        summary: "The audit trail, newest first",
        querystring: Page,
        response: { 200: AuditPage },
      },
    },
    async ({ query }) => {
      const { matching, entries } = await core.auditPage(query);
      return { matching, entries: entries.map((entry) => ({ ...entry, at: toTime(entry.at) })) };
    },
  );
  server.get(
    "/api/audit/verify",
    {
      schema: {
        tags: ["approvals"],
        summary: "Whether the audit trail is whole",
        response: { 200: AuditCheck },
      },
    },
    async () => core.verifyAudit(),
  );
}

function addBlocks(server: Server, { core }: Desk): void {
  const tags = ["blocks"];
  server.get(
    "/api/blocks",
    {
      schema: {
        tags,
        summary: "What is blocked, newest first",
        querystring: Page,
        response: { 200: BlocksPage },
      },
    },
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
    {
      schema: {
        tags,
        summary: "Everything known here about an address",
        params: Ip,
        response: { 200: WhyAnswer, 422: Fault },
      },
    },
    async ({ params }) => toStory(await core.why(params.ip)),
  );
  server.delete(
    "/api/blocks/:ip",
    {
      schema: {
        tags,
        summary: "Take an address off the blacklist",
        params: Ip,
        querystring: z.object({ reason: z.string().max(500).optional() }),
        response: { 200: Unblocked, 403: Fault, 422: Fault },
      },
    },
    async ({ params, query, user }) => ({
      ip: await core.unblock(params.ip, query.reason ?? null, callerOf({ user })),
    }),
  );
}

/** With the story in words, a line each. */
function toStory(why: Why) {
  const lines = why.story.events.map((event) => `${wordTime(event.at)} · ${toWords(toStoryText(event))}`);
  return { ...why, lines };
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

function hasApprovers(question: Reply): boolean {
  return question.kind !== "proposal" || question.hasApprovers;
}
