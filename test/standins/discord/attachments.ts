import { createHmac } from "node:crypto";
import { extname } from "node:path";

import type { APIAttachment } from "discord-api-types/v10";

import type { HttpAnswer } from "../answering.ts";
import { invalid } from "./form-errors.ts";
import { LIMITS } from "./limits.ts";
import { refusal } from "./refusal.ts";

/** A file as a person attaches it. */
export interface Attached {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** What Discord says of it otherwise: another address, type or size. */
  readonly described?: Partial<APIAttachment>;
}

/** A file as it stands in a multipart request: `files[n]`. */
export interface UploadedPart {
  readonly n: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** What a request says of its files, old and new. */
export interface DeclaredAttachment {
  readonly id?: string | number;
  readonly filename?: string;
  readonly description?: string;
}

export interface StoredAttachment {
  readonly id: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly description: string | undefined;
  readonly described: Partial<APIAttachment> | undefined;
  /** Address without signature. */
  readonly path: string;
  readonly isEphemeral: boolean;
}

/** The files of all messages. */
export interface Attachments {
  /** Takes what a person attached. */
  attach(place: string, files: readonly Attached[], isEphemeral: boolean): readonly StoredAttachment[];
  /** The files of a message after a request: those kept, then those that came. `attachments` left out keeps all. */
  merge(
    place: string,
    standing: readonly StoredAttachment[],
    declared: readonly DeclaredAttachment[] | undefined,
    parts: readonly UploadedPart[],
    isEphemeral?: boolean,
  ): readonly StoredAttachment[];
  /** With an address that is good from now on. */
  describe(file: StoredAttachment): APIAttachment;
  /** What is at an address: the bytes, or 404 where it is wrong or too old. */
  read(url: URL): HttpAnswer;
  /** The same address, good from now on. */
  refresh(url: string): string;
}

interface AttachmentSettings {
  readonly origin: string;
  readonly sizeLimit: number;
  readonly lifeMs: number;
  nextId(): string;
}

const KEY = "signs addresses";

const TYPES: Readonly<Record<string, string>> = {
  ".txt": "text/plain; charset=utf-8",
  ".log": "text/plain; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".tsv": "text/tab-separated-values; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ".gz": "application/gzip",
  ".png": "image/png",
};

export function createAttachments({ origin, sizeLimit, lifeMs, nextId }: AttachmentSettings): Attachments {
  const stored = new Map<string, StoredAttachment>();

  function store(
    place: string,
    name: string,
    rest: Pick<StoredAttachment, "bytes" | "description" | "described" | "isEphemeral">,
  ) {
    const id = nextId();
    // As Discord does: what does not belong in an address becomes an underscore.
    const safe = name.replaceAll(/[^\w.-]/g, "_");
    const path = `/${rest.isEphemeral ? "ephemeral-attachments" : "attachments"}/${place}/${id}/${safe}`;
    const file = { id, name: safe, path, ...rest };
    stored.set(path, file);
    return file;
  }

  function sign(path: string): string {
    const ex = Math.floor((Date.now() + lifeMs) / 1000).toString(16);
    const is = Math.floor(Date.now() / 1000).toString(16);
    return `${origin}${path}?ex=${ex}&is=${is}&hm=${signature(path, ex, is)}&`;
  }

  return {
    attach: (place, files, isEphemeral) =>
      files.map(({ name, content, described }) =>
        store(place, name, { bytes: Buffer.from(content), description: undefined, described, isEphemeral }),
      ),
    merge(place, standing, declared, parts, isEphemeral = false) {
      if (parts.some(({ bytes }) => bytes.length > sizeLimit)) throw refusal(40_005);
      const kept =
        declared === undefined
          ? standing
          : standing.filter(({ id }) => declared.some((one) => String(one.id) === id));
      for (const [number, { id }] of (declared ?? []).entries()) {
        if (standing.some((file) => file.id === String(id)) || parts.some(({ n }) => n === String(id)))
          continue;
        throw invalid(["attachments", number, "id"], "ATTACHMENT_NOT_FOUND", `Attachment ${id} not found`);
      }
      const added = parts.map(({ n, name, bytes }) => {
        const said = declared?.find(({ id }) => String(id) === n);
        const rest = { bytes, description: said?.description, described: undefined, isEphemeral };
        return store(place, said?.filename ?? name, rest);
      });
      const all = [...kept, ...added];
      if (all.length > LIMITS.attachments)
        throw invalid(
          ["attachments"],
          "BASE_TYPE_MAX_LENGTH",
          `Must be ${LIMITS.attachments} or fewer in length.`,
        );
      return all;
    },
    describe({ id, name, bytes, description, described, path, isEphemeral }) {
      const url = sign(path);
      return {
        id,
        filename: name,
        size: bytes.length,
        url,
        proxy_url: url,
        content_type: TYPES[extname(name).toLowerCase()] ?? "application/octet-stream",
        ...(description !== undefined && { description }),
        ...(isEphemeral && { ephemeral: true }),
        ...described,
      };
    },
    read({ pathname, searchParams }) {
      const file = stored.get(decodeURIComponent(pathname));
      const [ex, is, hm] = ["ex", "is", "hm"].map((key) => searchParams.get(key) ?? "") as [
        string,
        string,
        string,
      ];
      const isGood =
        file !== undefined &&
        hm === signature(file.path, ex, is) &&
        Number.parseInt(ex, 16) * 1000 > Date.now();
      if (!isGood)
        return {
          status: 404,
          headers: { "content-type": "text/plain" },
          body: "This content is no longer available.",
        };
      const type = TYPES[extname(file.name).toLowerCase()] ?? "application/octet-stream";
      return {
        status: 200,
        headers: { "content-type": type, "content-length": String(file.bytes.length) },
        body: file.bytes,
      };
    },
    refresh: (url) => sign(new URL(url).pathname),
  };
}

function signature(path: string, ex: string, is: string): string {
  return createHmac("sha256", KEY).update(`${path} ${ex} ${is}`).digest("hex");
}
