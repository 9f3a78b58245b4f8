import type { ListTools } from "../lists/list-tools.ts";
import { approve } from "./approval.ts";

/** Who the audit trail names where the operator has set that unsafe addresses are blocked without a person. */
const BY_SETTING = { id: "http:auto", name: "HTTP_AUTO_BLOCK" } as const;

/**
 * Blocks what a proposal asks for, as an approver would: what is whitelisted or guarded stays out, more than
 * MAX_BLOCKS_PER_APPROVAL stay a question, and each address is in the audit trail.
 */
export async function approveBySetting(tools: ListTools, proposalId: string): Promise<void> {
  const config = { ...tools.config, approvers: [BY_SETTING.id], isFourEyes: false };
  const outcome = await approve({ ...tools, config }, proposalId, {
    user: BY_SETTING,
    groupsOf: async () => [],
    link: null,
    ips: null,
    days: null,
    reason: "HTTP_AUTO_BLOCK",
    isSure: false,
  });
  tools.log.info({ proposal: proposalId, outcome: outcome.kind }, "approved by setting");
}
