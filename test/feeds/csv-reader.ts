/** The fields of RFC 4180, row by row. */
export function readCsv(text: string): readonly (readonly string[])[] {
  return text
    .replace(/\r\n$/, "")
    .split(/\r\n(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((line) =>
      line
        .split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)
        .map((field) => field.replace(/^"(.*)"$/s, "$1").replaceAll('""', '"')),
    );
}
