import type { UploadedPart } from "./attachments.ts";
import { LIMITS } from "./limits.ts";
import { refusal } from "./refusal.ts";

/** A request of the REST API, read. */
export interface ApiRequest {
  /** The variable pieces of the path, in their order. */
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly UploadedPart[];
}

/** What carries a request out: gives what is answered as JSON, or undefined for an empty 204. */
export type Handler = (request: ApiRequest) => unknown;

/** Handlers by route: `POST /channels/:id/messages`. */
export type Handlers = Readonly<Record<string, Handler>>;

/** Body and files of a request. @throws {Refusal} 40005. */
export async function readBody(
  bytes: Buffer,
  contentType: string,
): Promise<Pick<ApiRequest, "body" | "files">> {
  if (bytes.length > LIMITS.requestBytes) throw refusal(40_005);
  if (!contentType.startsWith("multipart/form-data"))
    return { body: bytes.length === 0 ? {} : JSON.parse(bytes.toString()), files: [] };
  const form = await new Response(new Uint8Array(bytes), {
    headers: { "content-type": contentType },
  }).formData();
  const payload = form.get("payload_json");
  const files: UploadedPart[] = [];
  for (const [key, value] of form) {
    if (typeof value === "string" || !key.startsWith("files[")) continue;
    files.push({
      n: key.slice("files[".length, -1),
      name: value.name,
      bytes: Buffer.from(await value.arrayBuffer()),
    });
  }
  return { body: typeof payload === "string" ? JSON.parse(payload) : {}, files };
}
