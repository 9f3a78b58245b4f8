import { ChannelType } from "discord-api-types/v10";

import type { UploadedPart } from "./attachments.ts";
import type { MessageBody } from "./message-rules.ts";
import type { StoredMessage } from "./messages.ts";
import type { Parts } from "./parts.ts";
import type { Permission } from "./permissions.ts";
import { refusal } from "./refusal.ts";
import type { Place } from "./world.ts";

/** Where the bot looks at. @throws {Refusal} 10003, 50001. */
export function placeOf({ world }: Parts, id: string): Place {
  const place = world.findPlace(id);
  if (place === undefined) throw refusal(10_003);
  if (!world.botMay(place, "VIEW_CHANNEL")) throw refusal(50_001);
  return place;
}

/** @throws {Refusal} 50013. */
export function need({ world }: Parts, place: Place, ...permissions: readonly Permission[]): void {
  if (permissions.some((permission) => !world.botMay(place, permission))) throw refusal(50_013);
}

/** @throws {Refusal} 10008. */
export function messageIn({ messages }: Parts, place: Place, id: string): StoredMessage {
  const message = messages.find(id);
  if (message === undefined || message.channel !== place.id || message.ephemeralTo !== null)
    throw refusal(10_008);
  return message;
}

/** Whether the bot may write this there. @throws {Refusal} 50007, 50008, 50013, 160002, 160005. */
export function mayWrite(
  parts: Parts,
  place: Place,
  body: MessageBody,
  files: readonly UploadedPart[],
): void {
  const { world, settings } = parts;
  if (place.kind === "direct") {
    if (settings.refuseDirect.includes(place.person.name)) throw refusal(50_007);
    return;
  }
  if (place.type === ChannelType.GuildForum) throw refusal(50_008);
  need(parts, place, place.kind === "thread" ? "SEND_MESSAGES_IN_THREADS" : "SEND_MESSAGES");
  if (files.length > 0) need(parts, place, "ATTACH_FILES");
  if ((body.embeds ?? []).length > 0) need(parts, place, "EMBED_LINKS");
  if (body.message_reference?.message_id !== undefined && !world.botMay(place, "READ_MESSAGE_HISTORY"))
    throw refusal(160_002);
  if (place.kind === "thread" && place.locked && !world.botMay(place, "MANAGE_THREADS"))
    throw refusal(160_005);
}
