import type { ActionIncoming, Conversation } from "../chat.ts";
import { nameWho, rightOf } from "../lists/approver.ts";
import { appendAudit } from "../records/audit-trail.ts";
import { startPlanned } from "../scans/chat-scans.ts";
import { cancelScan, findScan } from "../scans/scan-store.ts";
import type { Scan } from "../scans/scan.ts";
import { step } from "../step.ts";
import { continueIfLeft, continueScan } from "./chat-scan.ts";
import type { ChatTools } from "./chat-tools.ts";
import { GONE, whisper, type Click } from "./click.ts";

/** Starts what waits for **Start**. */
export async function startScan(
  { tools, conversation, incoming, subject }: Click,
  cachedOnly: boolean,
): Promise<void> {
  const scan = await findScan(tools.records, subject);
  if (scan === null) return whisper(conversation, GONE);
  const problem = await notTheirs(tools, scan, incoming, "start it");
  if (problem !== null) return whisper(conversation, problem);
  const started = await startPlanned(tools.records, scan, cachedOnly);
  if (started === null) {
    // This very press may have started it, and could not go on.
    const isSeen = scan.state !== "planned";
    if (isSeen && (await continueIfLeft(tools, home(tools, conversation, scan), scan))) return;
    return whisper(
      conversation,
      `${scan.id} was ${scan.state === "cancelled" ? "cancelled" : "started"} before.`,
    );
  }
  step("plan started");
  // At once: somebody else who presses now would take it for one that is left.
  await continueScan(tools, home(tools, conversation, scan), started);
}

/** **Cancel** of a scan. */
export async function cancelByClick({ tools, conversation, incoming, subject }: Click): Promise<void> {
  const scan = await findScan(tools.records, subject);
  if (scan === null) return whisper(conversation, GONE);
  const problem = await cancelInChat(tools, scan, incoming);
  if (problem !== null) return whisper(conversation, problem);
}

/** Cancels a scan for its requester or an approver. Resolves to a sentence when it is not to be, else null. */
export async function cancelInChat(
  tools: ChatTools,
  scan: Scan,
  { user }: Pick<ActionIncoming, "user">,
): Promise<string | null> {
  const problem = await notTheirs(tools, scan, { user }, "cancel it");
  if (problem !== null) return problem;
  if (!(await cancelScan(tools.records, scan.id, tools.clock.now()))) {
    const left = scan.conversation === null ? null : tools.conversation(scan.conversation);
    if (left !== null && (await continueIfLeft(tools, left, scan))) return null;
    return `${scan.id} is over already.`;
  }
  await appendAudit(tools.records, {
    at: tools.clock.now(),
    who: nameWho(user),
    action: "cancel",
    subject: scan.id,
    detail: {},
  });
  const conversation = scan.conversation === null ? null : tools.conversation(scan.conversation);
  const cancelled = await findScan(tools.records, scan.id);
  // Who runs it sees that it is cancelled and reports; a plan has nobody who does.
  if (scan.state === "planned" && conversation !== null && cancelled !== null) {
    await continueScan(tools, conversation, cancelled);
  }
  return null;
}

/** Why this person may not do it, or null: a scan is its requester's and the approvers'. */
async function notTheirs(
  tools: ChatTools,
  scan: Scan,
  { user }: Pick<ActionIncoming, "user">,
  what: string,
): Promise<string | null> {
  if (scan.requestedBy === user.id) return null;
  const right = await rightOf(tools, user, async () => tools.groupsOf(user.id), {});
  return right.may ? null : `Only who asked for ${scan.id} and approvers may ${what}.`;
}

/** The conversation in which a scan is reported; it can be another one than that of the click. */
function home(tools: ChatTools, conversation: Conversation, scan: Scan): Conversation {
  return (scan.conversation === null ? null : tools.conversation(scan.conversation)) ?? conversation;
}
