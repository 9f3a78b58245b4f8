import { z } from "zod";

/** Discord's ids: whole numbers of 64 bits, as text. */
const Id = z.string().regex(/^\d{1,20}$/);

/** https://docs.discord.com/developers/resources/user#user-object */
const UserFields = z.object({
  id: Id,
  username: z.string().catch(""),
  bot: z.boolean().nullish().catch(null),
});

/** https://docs.discord.com/developers/resources/message#attachment-object */
export const FileFields = z.object({
  id: Id,
  filename: z.string().catch("file"),
  size: z.number().nullish().catch(null),
  url: z.string(),
});
export type FileFields = z.infer<typeof FileFields>;

/** What of a message's body is read; a list in which something is not understood is read as far as it is. */
const Body = z.object({
  content: z.string().nullish().catch(null),
  embeds: z.array(z.unknown()).nullish().catch(null),
  components: z.array(z.unknown()).nullish().catch(null),
  attachments: z.array(z.unknown()).nullish().catch(null),
});
export type Body = z.infer<typeof Body>;

/** https://docs.discord.com/developers/resources/message#message-object */
export const MessageFields = Body.extend({
  id: Id,
  channel_id: Id,
  guild_id: Id.nullish(),
  type: z.number().catch(0),
  author: UserFields,
  webhook_id: Id.nullish().catch(null),
  /** Of messages that are forwarded; nothing of them is in `content`. */
  message_snapshots: z
    .array(z.object({ message: Body }))
    .nullish()
    .catch(null),
});
export type MessageFields = z.infer<typeof MessageFields>;

/** https://docs.discord.com/developers/resources/channel#channel-object */
export const ChannelFields = z.object({
  id: Id,
  type: z.number(),
  parent_id: Id.nullish().catch(null),
  guild_id: Id.nullish().catch(null),
  thread_metadata: z.object({ archived: z.boolean() }).nullish().catch(null),
});
export type ChannelFields = z.infer<typeof ChannelFields>;

const Option = z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) });

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object */
const Base = z.object({
  id: Id,
  application_id: Id,
  token: z.string().min(1),
  guild_id: Id.nullish(),
  channel_id: Id.nullish(),
  channel: ChannelFields.nullish().catch(null),
  member: z
    .object({ user: UserFields, roles: z.array(Id).catch([]) })
    .nullish()
    .catch(null),
  user: UserFields.nullish().catch(null),
  attachment_size_limit: z.number().nullish().catch(null),
});

const Source = z.object({
  id: Id,
  channel_id: Id.nullish(),
  flags: z.number().catch(0),
  components: z.array(z.unknown()).catch([]),
});

export const InteractionFields = z.discriminatedUnion("type", [
  Base.extend({
    type: z.literal(2),
    data: z.object({
      name: z.string(),
      type: z.number(),
      options: z.array(Option).nullish().catch(null),
      target_id: Id.nullish(),
      resolved: z
        .object({
          attachments: z.record(z.string(), FileFields).nullish().catch(null),
          messages: z.record(z.string(), z.unknown()).nullish().catch(null),
        })
        .nullish()
        .catch(null),
    }),
  }),
  Base.extend({
    type: z.literal(3),
    data: z.object({
      custom_id: z.string(),
      component_type: z.number(),
      values: z.array(z.string()).nullish().catch(null),
    }),
    message: Source,
  }),
  Base.extend({
    type: z.literal(5),
    data: z.object({ custom_id: z.string(), components: z.array(z.unknown()).catch([]) }),
    message: Source.nullish().catch(null),
  }),
]);
export type InteractionFields = z.infer<typeof InteractionFields>;
export type CommandFields = Extract<InteractionFields, { readonly type: 2 }>;
export type ComponentFields = Extract<InteractionFields, { readonly type: 3 }>;
export type ModalFields = Extract<InteractionFields, { readonly type: 5 }>;

/** https://docs.discord.com/developers/events/gateway-events#ready */
export const ReadyFields = z.object({ user: UserFields });
