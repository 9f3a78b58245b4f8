import type { RawFile } from "./messages.ts";
import type { Upstream } from "./upstream.ts";

/** A file as a person finds it in a message. */
export interface UploadedFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly bytes: Buffer;
}

/** A file as a person attaches it. */
export interface Attached {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** What Slack says of it otherwise: another address, type or size. */
  readonly described?: Partial<RawFile>;
}

/** The bytes that were uploaded, by the file's id. */
export interface Files {
  /** Takes the bytes of the second step of the external upload. */
  upload(id: string, body: Buffer, contentType: string): Promise<{ status: number; text: string }>;
  /** Uploads and shares as a person; gives the ts of the message that carries the files. */
  share(
    who: string,
    channel: string,
    text: string,
    files: readonly Attached[],
    thread?: string,
  ): Promise<string>;
  seen(raw: RawFile): UploadedFile;
}

export function createFiles(upstream: Upstream): Files {
  const stored = new Map<string, Buffer>();

  async function upload(
    id: string,
    body: Buffer,
    contentType: string,
  ): Promise<{ status: number; text: string }> {
    const bytes = await fileIn(body, contentType);
    const answer = await upstream.fetch(`/upload/v1/${id}`, bytes);
    if (answer.status !== 200) return { status: answer.status, text: answer.bytes.toString() };
    stored.set(id, bytes);
    return { status: 200, text: `OK - ${bytes.length}` };
  }

  return {
    upload,
    async share(who, channel, text, files, thread) {
      const ids = [];
      for (const { name, content } of files) {
        const bytes = Buffer.from(content);
        const slot = await upstream.call(who, "files.getUploadURLExternal", {
          filename: name,
          length: bytes.length,
        });
        const id = String(slot["file_id"]);
        await upload(id, bytes, "application/octet-stream");
        ids.push({ id, title: name });
      }
      const place = {
        channel_id: channel,
        initial_comment: text,
        ...(thread !== undefined && { thread_ts: thread }),
      };
      const done = await upstream.call(who, "files.completeUploadExternal", { files: ids, ...place });
      return sharedAt((done["files"] as readonly RawFile[])[0], channel);
    },
    seen: ({ id, name, title, mimetype }) => ({
      id,
      name,
      title,
      mimetype,
      bytes: stored.get(id) ?? Buffer.alloc(0),
    }),
  };
}

/** The ts of the message that shares a file in this channel. */
export function sharedAt(file: RawFile | undefined, channel: string): string {
  const shares = Object.values(file?.shares ?? {}).flatMap((byChannel) => byChannel[channel] ?? []);
  const ts = shares.at(-1)?.ts;
  if (ts === undefined) throw new Error(`the file was not shared in ${channel}: ${JSON.stringify(file)}`);
  return ts;
}

/** `files.uploadV2` sends a form, others the bytes as they are. */
async function fileIn(body: Buffer, contentType: string): Promise<Buffer> {
  if (!contentType.startsWith("multipart/form-data")) return body;
  const headers = { "content-type": contentType };
  const form = await new Response(new Uint8Array(body), { headers }).formData();
  const values = [...form.values()];
  const file = values.find((value) => typeof value !== "string") ?? values[0] ?? "";
  return typeof file === "string" ? Buffer.from(file) : Buffer.from(await file.arrayBuffer());
}
