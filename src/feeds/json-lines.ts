/** The elements of a JSON array, each on a line of its own, with the commas between them. */
export async function* withCommas<Item>(
  items: AsyncIterable<Item>,
  toText: (item: Item) => string,
): AsyncGenerator<string> {
  let last: string | null = null;
  for await (const item of items) {
    if (last !== null) yield `${last},\n`;
    last = toText(item);
  }
  if (last !== null) yield `${last}\n`;
}
