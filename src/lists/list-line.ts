/** One line of a list that says something. */
export interface ListLine {
  /** What stands before the comment, without the space around it. */
  readonly entry: string;
  /** From 1. */
  readonly line: number;
}

/** The lines of a list that are more than a comment. A byte order mark and either kind of line end are fine. */
export function toListLines(text: string): readonly ListLine[] {
  return [...listLines(text)];
}

/** The same, each when it is asked for. */
export function* listLines(text: string): Generator<ListLine, void> {
  const lineEnds = /\r\n|\n|\r|$/gu;
  for (let line = 1, start = 0; start < text.length; line += 1) {
    lineEnds.lastIndex = start;
    const end = lineEnds.exec(text)?.index ?? text.length;
    const entry = toEntry(text.slice(start, end));
    if (entry !== "") yield { entry, line };
    start = lineEnds.lastIndex > end ? lineEnds.lastIndex : text.length;
  }
}

/** What a line says: everything before `#`, trimmed, which takes a byte order mark away, too. */
export function toEntry(line: string): string {
  const hash = line.indexOf("#");
  return (hash === -1 ? line : line.slice(0, hash)).trim();
}
