import { readFile, writeFile } from "node:fs/promises";

/** Puts text between the marks `<!-- NAME: begin -->` and `<!-- NAME: end -->` of a page in docs. @throws Error where it has none. */
export async function putIntoDocument(page: string, name: string, text: string): Promise<void> {
  const file = new URL(`../docs/${page}`, import.meta.url);
  const document = await readFile(file, "utf8");
  const mark = `<!-- ${name}: begin -->`;
  const begin = document.indexOf(mark);
  const end = document.indexOf(`<!-- ${name}: end -->`);
  if (begin === -1 || end < begin) throw new Error(`docs/${page} lacks ${mark} or its end.`);
  await writeFile(file, `${document.slice(0, begin + mark.length)}\n${text}\n${document.slice(end)}`);
}
