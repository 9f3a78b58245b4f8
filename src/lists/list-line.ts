/** One line of a list that says something. */
export interface ListLine {
  /** What stands before the comment, without the space around it. */
  readonly entry: string;
  /** From 1. */
  readonly line: number;
}

/** The lines of a list that are more than a comment. A byte order mark and either kind of line end are fine. */
export function toListLines(text: string): readonly ListLine[] {
  return text.split(/\r\n|\n|\r/u).flatMap((written, at) => {
    const entry = toEntry(written);
    return entry === "" ? [] : [{ entry, line: at + 1 }];
  });
}

/** What a line says: everything before `#`, trimmed, which takes a byte order mark away, too. */
export function toEntry(line: string): string {
  const hash = line.indexOf("#");
  return (hash === -1 ? line : line.slice(0, hash)).trim();
}
