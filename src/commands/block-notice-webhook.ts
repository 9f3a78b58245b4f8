import { messageOf } from "../errors.ts";
import { nextNotice, noticeDelivered } from "./block-notice-message.ts";
import { openWebhook, type Webhook, type WebhookSender } from "./block-notice-request.ts";
import { createTrouble } from "./block-notice-trouble.ts";
import type { ChatTools } from "./chat-tools.ts";

type NoticeTools = Pick<ChatTools, "config" | "clock" | "log" | "records" | "signal">;

/** With the second or less that edits by hand take to be noted, a change is told within two seconds. */
const LOOK_EVERY_MS = 500;

/**
 * Tells the webhook of each change of the blacklist, until `signal` aborts: in order, at least once, over restarts too.
 * While it fails, what else changes is gathered and told in one message after it.
 */
export async function tellWebhook(tools: NoticeTools, webhook: Webhook): Promise<void> {
  const { clock, log, signal } = tools;
  const sender = openWebhook(webhook, clock);
  const trouble = createTrouble(log, "webhook");
  try {
    while (!signal.aborted) {
      const told = await tellNext(tools, sender);
      if (signal.aborted) return;
      if (told.kind === "failed") await clock.wait(trouble.again(told.reason), signal);
      if (told.kind === "idle") await clock.wait(LOOK_EVERY_MS, signal);
      if (told.kind === "told") trouble.over();
    }
  } finally {
    await sender.close();
  }
}

type Told = { readonly kind: "told" | "idle" } | { readonly kind: "failed"; readonly reason: string };

async function tellNext(tools: NoticeTools, sender: WebhookSender): Promise<Told> {
  try {
    const notice = await nextNotice(tools);
    if (notice === null) return { kind: "idle" };
    const reason = await sender.send(notice, tools.signal);
    if (reason !== null) return { kind: "failed", reason };
    await noticeDelivered(tools.records, notice.id);
    tools.log.info({ notice: notice.id }, "webhook told of the blacklist");
    return { kind: "told" };
  } catch (error) {
    return { kind: "failed", reason: messageOf(error) };
  }
}
