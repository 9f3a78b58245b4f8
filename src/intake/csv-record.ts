/** Where a field stands in the text, without its quotes; `end` is exclusive. */
export interface Field {
  readonly start: number;
  readonly end: number;
}

/** One record (mostly a line) of delimited text; `next` is where the next one starts. */
export interface CsvRecord {
  readonly fields: readonly Field[];
  readonly next: number;
}

const QUOTE = '"';
const QUOTE_CODE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Reads the record that starts at `start`. Quoted fields may hold delimiters, doubled quotes and line breaks.
 * Where quotes don't pair up, those of this line are ordinary characters, so that one stray quote can't
 * swallow the lines after it.
 */
export function readRecord(text: string, start: number, delimiter: string): CsvRecord {
  const delimiterCode = delimiter.charCodeAt(0);
  return readQuoted(text, start, delimiterCode) ?? readPlain(text, start, delimiterCode);
}

/** What a field says: its text with doubled quotes made single. */
export function toFieldText(text: string, field: Field): string {
  return text.slice(field.start, field.end).replaceAll('""', QUOTE);
}

function readQuoted(text: string, start: number, delimiterCode: number): CsvRecord | null {
  const fields: Field[] = [];
  let at = start;
  for (;;) {
    const isQuoted = text.charCodeAt(at) === QUOTE_CODE;
    const end = isQuoted ? findClosingQuote(text, at + 1) : findFieldEnd(text, at, delimiterCode);
    if (end === -1) return null;
    fields.push({ start: isQuoted ? at + 1 : at, end });
    at = isQuoted ? end + 1 : end;
    if (text.charCodeAt(at) === delimiterCode) at += 1;
    else if (isLineEnd(text, at)) return { fields, next: skipLineEnd(text, at) };
    else return null;
  }
}

function readPlain(text: string, start: number, delimiterCode: number): CsvRecord {
  const fields: Field[] = [];
  for (let at = start; ;) {
    const end = findFieldEnd(text, at, delimiterCode);
    fields.push({ start: at, end });
    if (isLineEnd(text, end)) return { fields, next: skipLineEnd(text, end) };
    at = end + 1;
  }
}

function findClosingQuote(text: string, from: number): number {
  let at = text.indexOf(QUOTE, from);
  while (at !== -1 && text.charCodeAt(at + 1) === QUOTE_CODE) at = text.indexOf(QUOTE, at + 2);
  return at;
}

function findFieldEnd(text: string, from: number, delimiterCode: number): number {
  let at = from;
  while (text.charCodeAt(at) !== delimiterCode && !isLineEnd(text, at)) at += 1;
  return at;
}

function isLineEnd(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === LINE_FEED || code === CARRIAGE_RETURN || at >= text.length;
}

function skipLineEnd(text: string, at: number): number {
  return text.charCodeAt(at) === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1;
}
