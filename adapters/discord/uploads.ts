import type { Upload } from "../../src/contract.ts";
import { FileFields, type MessageFields } from "./payload.ts";

/** How a file is found again; with a message, Discord can be asked for a fresh address when this one has run out. */
interface FileRef {
  readonly url: string;
  readonly id: string;
  readonly at: { readonly channel: string; readonly message: string } | null;
}

/** The files of a message, those of a message that it forwards too. */
export function toUploads(message: MessageFields): readonly Upload[] {
  const { id, channel_id, attachments, message_snapshots } = message;
  const forwarded = (message_snapshots ?? []).flatMap((snapshot) => snapshot.message.attachments ?? []);
  return [...(attachments ?? []), ...forwarded].flatMap((value) => {
    const parsed = FileFields.safeParse(value);
    return parsed.success ? [toUpload(parsed.data, { channel: channel_id, message: id })] : [];
  });
}

/** A file that came with a command (`at` is null) or hangs on a message. */
export function toUpload({ id, filename, size, url }: FileFields, at: FileRef["at"]): Upload {
  const place = at === null ? "" : `${at.channel}/${at.message}`;
  // Neither ids nor addresses have spaces.
  return { name: filename, size: size ?? null, ref: `${id} ${place} ${url.replaceAll(" ", "%20")}` };
}

/** Reads what `toUpload` wrote. */
export function toFileRef(ref: string): FileRef {
  const [id = "", place = "", url = ""] = ref.split(" ");
  const [channel, message] = place.split("/");
  return { id, url, at: channel && message ? { channel, message } : null };
}
