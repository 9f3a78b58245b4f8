import { UserError } from "../errors.ts";

/** Text and the name of the encoding that it was in, without its byte order mark. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be" | "latin1";
}

const BYTE_ORDER_MARKS = [
  { mark: [0xef, 0xbb, 0xbf], encoding: "utf-8" },
  { mark: [0xff, 0xfe], encoding: "utf-16le" },
  { mark: [0xfe, 0xff], encoding: "utf-16be" },
] as const;

const REPLACEMENT = "\uFFFD";

/**
 * Decodes text by its byte order mark; without one it is UTF-8, or Latin-1 (as Windows has it, code page 1252)
 * where UTF-8 makes no sense of it.
 * @throws UserError when the bytes are not text.
 */
export function decodeText(name: string, bytes: Uint8Array): DecodedText {
  const marked = BYTE_ORDER_MARKS.find(({ mark }) => mark.every((byte, at) => bytes[at] === byte));
  if (marked) return { text: new TextDecoder(marked.encoding).decode(bytes), encoding: marked.encoding };
  if (bytes.includes(0)) {
    throw new UserError(
      `${name} is not text (it has zero bytes): send txt, csv or xlsx; save UTF-16 text as UTF-8 or with a byte order mark.`,
    );
  }
  const text = new TextDecoder("utf-8").decode(bytes);
  if (isMostlyValid(text)) return { text, encoding: "utf-8" };
  return { text: new TextDecoder("latin1").decode(bytes), encoding: "latin1" };
}

/**
 * A log cut within a character, or with one bad byte, is still UTF-8: read as Latin-1 its `münchen.de` would
 * become another, existing name. In real Latin-1 hardly any two letters make a valid sequence.
 */
function isMostlyValid(text: string): boolean {
  if (!text.includes(REPLACEMENT)) return true;
  const broken = text.split(REPLACEMENT).length - 1;
  // eslint-disable-next-line no-control-regex -- everything but ASCII
  const notAscii = text.match(/[^\x00-\x7F]/gu)?.length ?? 0;
  return notAscii - broken > broken;
}
