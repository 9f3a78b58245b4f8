import { z } from "zod";

/** Only the fields that are used. Whatever else Slack sends, and whatever it adds, passes. */
const text = z.string().nullish();

export const FileFields = z.object({
  id: z.string().min(1),
  name: text,
  title: text,
  size: z.number().nullish(),
  url_private_download: text,
  url_private: text,
});

/** A message, as events and shortcuts carry it. https://docs.slack.dev/reference/events/message */
export const MessageFields = z.object({
  ts: z.string().min(1),
  thread_ts: text,
  user: text,
  username: text,
  bot_id: text,
  text: text,
  files: z.array(z.unknown()).nullish(),
  attachments: z.array(z.unknown()).nullish(),
  blocks: z.array(z.unknown()).nullish(),
});
export type MessageFields = z.infer<typeof MessageFields>;

/** A delivery of the Events API with a message. https://docs.slack.dev/reference/events/app_mention */
export const MessageEvent = z.object({
  type: z.literal("event_callback"),
  event: MessageFields.extend({
    type: z.enum(["message", "app_mention"]),
    subtype: text,
    channel: z.string().min(1),
    channel_type: text,
    edited: z.unknown().optional(),
  }),
});
export type MessageEvent = z.infer<typeof MessageEvent>;

/** Somebody opened the bot's page. https://docs.slack.dev/reference/events/app_home_opened */
export const HomeOpened = z.object({
  type: z.literal("event_callback"),
  event: z.object({ type: z.literal("app_home_opened"), tab: text, user: z.string().min(1) }),
});

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
export const Slash = z.object({
  command: z.string(),
  text,
  channel_id: z.string().min(1),
  user_id: z.string().min(1),
  user_name: text,
  trigger_id: z.string().min(1),
  response_url: text,
});

const Person = z.object({ id: z.string().min(1), username: text, name: text });
export type Person = z.infer<typeof Person>;

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
export const Shortcut = z.object({
  type: z.literal("message_action"),
  callback_id: z.string(),
  trigger_id: z.string().min(1),
  response_url: text,
  channel: z.object({ id: z.string().min(1) }),
  user: Person,
  message: MessageFields,
});

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export const Click = z.object({
  type: z.literal("block_actions"),
  user: Person,
  trigger_id: z.string().min(1),
  response_url: text,
  channel: z.object({ id: z.string().min(1) }).nullish(),
  container: z.object({ channel_id: text, thread_ts: text, is_ephemeral: z.boolean().nullish() }).nullish(),
  message: z.object({ thread_ts: text }).nullish(),
  actions: z.array(z.object({ value: text })).min(1),
});

const Choice = z.object({ value: z.string() });

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const Submission = z.object({
  type: z.literal("view_submission"),
  user: Person,
  trigger_id: text,
  view: z.object({
    id: z.string().min(1),
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({
            value: text,
            selected_option: Choice.nullish(),
            selected_options: z.array(Choice).nullish(),
          }),
        ),
      ),
    }),
  }),
});
export type Submission = z.infer<typeof Submission>;
export type FileFields = z.infer<typeof FileFields>;
