import { stderr, stdin } from "node:process";
import { createInterface } from "node:readline";

import type { Input } from "../../src/contract.ts";
import { UsageError } from "./usage-error.ts";

/** The ways in which a command can be given its indicators. */
export interface InputOptions {
  readonly ipList?: string;
  readonly singleEntry?: string;
}

/** Standard input is read up to this, one byte more than the intake takes, so that too much is refused there. */
const MOST_BYTES = 10 * 1024 * 1024 + 1;

/**
 * Arguments, or a file, or standard input when it is not a terminal; else the person pastes, and an empty line starts.
 * @throws UsageError when two ways are used at once.
 */
export async function readInput(words: readonly string[], options: InputOptions): Promise<Input> {
  const ways = [words.length > 0, options.ipList !== undefined, options.singleEntry !== undefined];
  if (ways.filter(Boolean).length > 1) {
    throw new UsageError("Give indicators, or -s INDICATOR, or -i FILE: one of them at a time.");
  }
  if (options.ipList === "-") return readStandardInput();
  if (options.ipList !== undefined) return { kind: "file", path: options.ipList };
  if (options.singleEntry !== undefined)
    return { kind: "text", name: "arguments", text: options.singleEntry };
  if (words.length > 0) return { kind: "text", name: "arguments", text: words.join("\n") };
  return stdin.isTTY ? readPaste() : readStandardInput();
}

async function readStandardInput(): Promise<Input> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MOST_BYTES) break;
  }
  return { kind: "bytes", name: "standard input", bytes: Buffer.concat(chunks) };
}

async function readPaste(): Promise<Input> {
  stderr.write("Paste IPs, domains, URLs or hashes; an empty line starts the scan.\n");
  const lines: string[] = [];
  for await (const line of createInterface({ input: stdin })) {
    if (line.trim() === "" && lines.length > 0) break;
    if (line.trim() !== "") lines.push(line);
  }
  return { kind: "text", name: "pasted text", text: lines.join("\n") };
}
