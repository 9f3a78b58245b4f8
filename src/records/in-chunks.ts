/** One value each, far below SQLite's limit of 32,766. */
const AT_ONCE = 500;

/** The rows of a question about many keys, asked of some hundred at a time; in the order of the keys' chunks. */
export async function inChunks<Key, Row>(
  keys: readonly Key[],
  ask: (some: readonly Key[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const found: Row[] = [];
  for (let at = 0; at < keys.length; at += AT_ONCE) found.push(...(await ask(keys.slice(at, at + AT_ONCE))));
  return found;
}
