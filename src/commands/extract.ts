import type { Extraction, Input } from "../contract.ts";
import { extractAsync, type ExtractOptions } from "../intake/extract-async.ts";
import { readSource, toSource, type Source } from "../intake/source.ts";

/** Finds every indicator and look-alike in an input. @throws UserError when it cannot be read or is too large. */
export async function extractFrom(input: Input, options?: ExtractOptions): Promise<Extraction> {
  const { name, text, columns } = await sourceOf(input);
  return { name, columns, pieces: await extractAsync(text, options) };
}

async function sourceOf(input: Input): Promise<Pick<Source, "name" | "text" | "columns">> {
  switch (input.kind) {
    case "text":
      return { name: input.name, text: input.text, columns: [] };
    case "bytes":
      return toSource(input.name, input.bytes);
    case "file":
      return readSource(input.path);
  }
}
