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
import { Problem } from "./problem.ts";
import { press, USER, wordsOf, type Desk } from "./scan-request.ts";
import { MOST_TEXT_BYTES } from "./scan-upload.ts";
import { Fault, Page, ProposalId, toTime } from "./schemas.ts";
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
    async ({ params, body }) => {
      const question = foundProposal(await core.proposal(params.id), params.id);
      const told = await press(desk, toAction(params.id, body), toValues(body));
      const [said] = told;
      if (said?.kind === "too-late") throw new Problem(409, wordsOf(told));
      if (said !== undefined && !isDone(said)) throw new Problem(statusOf(said, question), wordsOf(told));
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
        response: { 200: Unblocked, 422: Fault },
      },
    },
    async ({ params, query }) => ({ ip: await core.unblock(params.ip, query.reason ?? null, USER.name) }),
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

/** What is said to who has decided it. */
function isDone(said: Reply): boolean {
  return said.kind === "decision" || (said.kind === "notice" && said.tone === "info");
}

/** A second question wants `sure`; a refusal names who may, if anybody; anything else cannot be done as things are. */
function statusOf(said: Reply, question: Reply): number {
  if (said.kind === "confirmation" || said.kind === "removal-confirmation") return 409;
  const isForNobody = question.kind === "proposal" && !question.hasApprovers;
  return said.kind === "notice" && (isForNobody || (said.people ?? []).length > 0) ? 403 : 422;
}
