import type { FastifyRequest } from "fastify";
import { z } from "zod";

import { Problem } from "./problem.ts";
import type { SentFile, Wanted } from "./scan-request.ts";

const MOST_FILES = 10;
const MIB = 1_048_576;
/** As much as one input may have anywhere in the program. */
const MOST_FILE_BYTES = 10 * MIB;
/** Bytes of JSON, and of a field of a form. */
export const MOST_TEXT_BYTES = 10 * MIB;

/** JSON of a request for a scan. */
export const ScanRequest = z
  .object({
    text: z.string().default("").describe("Anything that holds indicators"),
    indicators: z.array(z.string().max(4096)).max(100_000).default([]),
  })
  .meta({ examples: [{ indicators: ["8.8.8.8", "hxxp://example[.]com/x"] }] });

/** What is to be scanned, of JSON or of a form (`multipart/form-data`) with files and fields named `text`. */
export async function readRequest(request: FastifyRequest): Promise<Wanted> {
  if (request.isMultipart()) return readForm(request);
  const parsed = ScanRequest.safeParse(request.body ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = ["body", ...(issue?.path ?? [])].map(String).join(".");
    throw new Problem(400, `The ${where} is not as it should be: ${issue?.message ?? "see /api/docs"}.`);
  }
  const { text, indicators } = parsed.data;
  return { text: [text, ...indicators].filter(Boolean).join("\n"), files: [] };
}

async function readForm(request: FastifyRequest) {
  const texts: string[] = [];
  const files: SentFile[] = [];
  const limits = { files: MOST_FILES, fileSize: MOST_FILE_BYTES, fieldSize: MOST_TEXT_BYTES, parts: 100 };
  let name = "The upload";
  try {
    for await (const part of request.parts({ limits })) {
      if (part.type === "file") {
        name = part.filename || "upload";
        files.push({ name, bytes: await part.toBuffer() });
      } else if (part.fieldname === "text" && typeof part.value === "string") texts.push(part.value);
    }
  } catch (error) {
    refuse(name, error);
  }
  return { text: texts.join("\n"), files };
}

/** @throws Problem about the file that was read last (413) or the form (400), or what says its status itself. */
function refuse(name: string, error: unknown): never {
  if (error instanceof Error && "code" in error && error.code === "FST_REQ_FILE_TOO_LARGE") {
    const shown = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?").slice(0, 200);
    throw new Problem(413, `${shown} has more than ${MOST_FILE_BYTES / MIB} MiB: send it in parts.`);
  }
  if (error instanceof Error && "statusCode" in error) throw error;
  // What reads forms says no more than that one broke off, or is none.
  throw new Problem(400, "The form cannot be read: send it whole, with its boundary.");
}
