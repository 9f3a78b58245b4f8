import type { Conversation, Upload } from "../chat.ts";
import type { Extraction, Input } from "../contract.ts";
import { UserError } from "../errors.ts";
import { defang } from "../intake/defang.ts";
import { MAX_FILE_BYTES, MAX_INDICATORS, toMebibytes } from "../intake/limits.ts";
import type { Clock, Piece } from "../model.ts";
import { extractFrom } from "./extract.ts";

/** What a message and its files hold together. */
export interface ChatInput {
  readonly extraction: Extraction;
  /** A sentence for each file that could not be read. */
  readonly notes: readonly string[];
}

const TRIES = 4;
const PAUSE_MS = 1000;
/** What is longer takes some ten milliseconds, in which nobody else could be answered: a thread reads it. */
const READING = { inlineUnits: 32 * 1024 };

/** Reads text and files as one input; a file that cannot be read is told in a note and takes nothing else away. */
export async function readChatInput(
  tools: { readonly clock: Clock; readonly signal: AbortSignal },
  conversation: Conversation,
  { text, files }: { readonly text: string; readonly files: readonly Upload[] },
): Promise<ChatInput> {
  const notes: string[] = [];
  const extractions: Extraction[] = [];
  if (text.trim() !== "") await read(async () => ({ kind: "text", name: "message", text }));
  for (const file of files) {
    await read(async () => {
      return { kind: "bytes", name: file.name, bytes: await fetchFile(tools, conversation, file) };
    });
  }
  return { extraction: merge(extractions, files), notes };

  async function read(input: () => Promise<Input>): Promise<void> {
    try {
      extractions.push(await extractFrom(await input(), READING));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      notes.push(error.message);
    }
  }
}

async function fetchFile(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  conversation: Conversation,
  file: Upload,
  triesLeft = TRIES,
): Promise<Uint8Array> {
  const limit = toMebibytes(MAX_FILE_BYTES);
  if (file.size !== null && file.size > MAX_FILE_BYTES) {
    throw new UserError(`${file.name} has more than ${limit}: send it in parts of at most ${limit}.`);
  }
  const fetched = await conversation.fetch(file, MAX_FILE_BYTES);
  switch (fetched.kind) {
    case "fetched":
      return fetched.bytes;
    case "refused":
      throw new UserError(fetched.reason);
    case "failed":
      if (triesLeft <= 1 || signal.aborted) {
        throw new UserError(`${file.name} could not be fetched (${fetched.reason}): send it again.`);
      }
      await clock.wait(PAUSE_MS * 2 ** (TRIES - triesLeft), signal);
      return fetchFile({ clock, signal }, conversation, file, triesLeft - 1);
  }
}

/** Each distinct indicator and look-alike once, where it was found first. */
function merge(extractions: readonly Extraction[], files: readonly Upload[]): Extraction {
  const pieces = new Map<string, Piece>();
  for (const piece of extractions.flatMap((extraction) => extraction.pieces)) {
    const { indicator, input, from } = piece;
    const name = indicator === null ? `!${input}` : `${indicator.kind}:${indicator.value}`;
    const known = pieces.get(name);
    const isUrl = from === "url" && (known === undefined || known.from === "url");
    pieces.set(
      name,
      known === undefined
        ? piece
        : { ...known, count: known.count + piece.count, from: isUrl ? "url" : "text" },
    );
  }
  const indicators = [...pieces.values()].filter((piece) => piece.indicator !== null).length;
  if (indicators > MAX_INDICATORS) {
    throw new UserError(
      `${indicators.toLocaleString("en-US")} indicators together, at most ${MAX_INDICATORS.toLocaleString("en-US")} are taken: send the files one by one.`,
    );
  }
  return {
    name: toName([...pieces.values()], files),
    columns: extractions.flatMap((extraction) => extraction.columns),
    pieces: [...pieces.values()],
  };
}

function toName(pieces: readonly Piece[], files: readonly Upload[]): string {
  const [file] = files;
  if (files.length === 1 && file !== undefined) return file.name;
  if (files.length > 1) return `${files.length} files`;
  const [only] = pieces;
  if (pieces.length !== 1 || !only?.indicator) return "message";
  return only.indicator.kind === "ip" ? only.indicator.value : defang(only.indicator);
}
