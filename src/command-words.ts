/**
 * Splits a command into program and arguments at blanks, as a shell would, and does nothing else that a shell does.
 * Between quotes, single or double, blanks belong to the word; within double ones `\"` is a quote and `\\` a backslash.
 * Null when a quote is left open.
 */
export function toCommandWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const word = /^(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'])+(?=\s|$)/su.exec(rest)?.[0];
    if (word === undefined) return null;
    words.push(unquote(word));
    rest = rest.slice(word.length).trimStart();
  }
  return words;
}

function unquote(word: string): string {
  return word.replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'/gsu, (_, double?: string, single?: string) =>
    double === undefined ? (single ?? "") : double.replaceAll(/\\(["\\])/gu, "$1"),
  );
}
