import { blockListCard, unblockedCard } from "./cards/block-card.ts";
import type { Card, Form } from "./cards/card-parts.ts";
import { confirmationCard, removalConfirmationCard } from "./cards/confirmation-card.ts";
import { decisionCard } from "./cards/decision-card.ts";
import { digestCard, extensionForm } from "./cards/digest-card.ts";
import { flipsCard } from "./cards/flips-card.ts";
import { helpCard, noticeCard, tooLateCard } from "./cards/note-card.ts";
import { choiceForm, nothingToBlockCard, proposalCard } from "./cards/proposal-card.ts";
import { planCard, progressCard, reportCard, rowsCard } from "./cards/scan-card.ts";
import { ONE_COMMAND, type Speech } from "./cards/speech.ts";
import { costCard, overviewCard, quotaCard, scansCard } from "./cards/state-card.ts";
import { whyCard } from "./cards/why-card.ts";
import type { Reply } from "./reply.ts";

export type { Button, Card, CardBlock, CardRow, Field, Form, Span, Text, Tone } from "./cards/card-parts.ts";
export { bytesOf, toClean, toCut, toWords } from "./cards/plain-text.ts";
export { wordFlips } from "./cards/flips-card.ts";
export { wordGuard } from "./cards/left-out.ts";
export { SIGNS } from "./cards/signs.ts";
export type { Speech } from "./cards/speech.ts";
export { toBlockLines, toStoryText } from "./cards/story-text.ts";
export {
  wordAge,
  wordCount,
  wordDuration,
  wordPlan,
  wordProgress,
  wordSpent,
  wordSummary,
  wordTime,
} from "./cards/words.ts";

/**
 * Words a reply, once for every platform; its adapter only lays the card out, and says how people ask there. A `file`
 * has its bytes beside the card.
 */
export function toCard(reply: Reply, speech: Speech = ONE_COMMAND): Card {
  if (isForm(reply)) return { fallback: toForm(reply)?.title ?? "", blocks: [] };
  switch (reply.kind) {
    case "help":
      return helpCard(speech);
    case "notice":
      return noticeCard(reply);
    case "plan":
      return planCard(reply);
    case "progress":
      return progressCard(reply);
    case "report":
      return reportCard(reply);
    case "rows":
      return rowsCard(reply);
    case "flips":
      return flipsCard(reply);
    case "file":
      return { fallback: `${reply.text}: ${reply.name}`, blocks: [{ kind: "text", text: [reply.text] }] };
    case "proposal":
      return proposalCard(reply);
    case "nothing-to-block":
      return nothingToBlockCard(reply);
    case "decision":
      return decisionCard(reply);
    case "too-late":
      return tooLateCard(reply);
    case "confirmation":
      return confirmationCard(reply);
    case "removal-confirmation":
      return removalConfirmationCard(reply);
    case "digest":
      return digestCard(reply);
    case "quota":
      return quotaCard(reply);
    case "cost":
      return costCard(reply);
    case "why":
      return whyCard(reply);
    case "block-list":
      return blockListCard(reply);
    case "unblocked":
      return unblockedCard(reply);
    case "scans":
      return scansCard(reply);
    case "overview":
      return overviewCard(reply);
  }
}

function isForm(reply: Reply): reply is Extract<Reply, { kind: "choice" | "extension-choice" }> {
  return reply.kind === "choice" || reply.kind === "extension-choice";
}

/** The form behind a reply; null where it has none. */
export function toForm(reply: Reply): Form | null {
  if (reply.kind === "choice") return choiceForm(reply);
  return reply.kind === "extension-choice" ? extensionForm(reply) : null;
}
