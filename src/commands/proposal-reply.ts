import { pastBlocks } from "../lists/past-blocks.ts";
import { contentOf, decisionOf, findProposal } from "../lists/proposal.ts";
import type { Reply } from "../reply.ts";
import type { Approved } from "./approval.ts";
import type { Tools } from "./tools.ts";

/** What the card of a proposal says now: the question, or what was decided. Null when there is nothing to block. */
export async function proposalReply(tools: Tools, id: string): Promise<Reply | null> {
  const proposal = await findProposal(tools, id);
  if (proposal === null) return null;
  const decision = await decisionOf(tools, proposal);
  const { scanId, requestedBy } = proposal;
  if (decision !== null) return { kind: "decision", proposalId: id, scanId, decision };
  const content = await contentOf(tools, proposal);
  if (content.toBlock.length === 0) return null;
  const candidates = content.toBlock.map(({ ip }) => ip);
  const { approvers, isFourEyes, blockDays } = tools.config;
  return {
    kind: "proposal",
    proposalId: id,
    scanId,
    content,
    past: await pastBlocks(tools.records, candidates, tools.clock.now()),
    hasApprovers: approvers.length > 0,
    requestedBy,
    isFourEyes,
    blockDays,
  };
}

/** The second question about what may be a slip of the finger; `action` answers it. */
export function toQuestion(
  unsure: Extract<Approved, { kind: "unsure" | "unsure-undo" }>,
  action: string,
): Reply {
  switch (unsure.kind) {
    case "unsure":
      return { kind: "confirmation", deed: "block", action, count: unsure.count, most: unsure.most };
    case "unsure-undo":
      return { kind: "removal-confirmation", action, count: unsure.count, listed: unsure.listed };
  }
}
