import type { Lane } from "./ledger-rows.ts";
import type { Work } from "./work.ts";

/** What waits for a place: people first, in order; then the lists, one look-up of each in turn. */
export interface Queue {
  add(work: Work, where?: "front" | "back"): void;
  /** Who is next, or null. */
  next(): Lane | null;
  take(): Work | undefined;
  /** The work that `take` would give. */
  peek(): Work | undefined;
  remove(work: Work): boolean;
  /** Moves a list's work to the people, since now a person waits for it too. */
  promote(work: Work): void;
  /** All that waits, people first. */
  waiting(): readonly Work[];
}

/** An empty queue. */
export function createQueue(): Queue {
  const people: Work[] = [];
  /** In the order of their turns: the list that was served goes to the end. */
  const lists = new Map<string, Work[]>();

  function add(work: Work, where: "front" | "back" = "back"): void {
    const line = work.lane === "person" ? people : (lists.get(work.listId) ?? []);
    if (where === "front") line.unshift(work);
    else line.push(work);
    if (work.lane === "list") lists.set(work.listId, line);
  }

  function take(): Work | undefined {
    if (people.length > 0) return people.shift();
    for (const [listId, line] of lists) {
      const work = line.shift();
      lists.delete(listId);
      if (line.length > 0) lists.set(listId, line);
      if (work !== undefined) return work;
    }
    return undefined;
  }

  function remove(work: Work): boolean {
    const line = work.lane === "person" ? people : (lists.get(work.listId) ?? []);
    const at = line.indexOf(work);
    if (at === -1) return false;
    line.splice(at, 1);
    if (work.lane === "list" && line.length === 0) lists.delete(work.listId);
    return true;
  }

  function promote(work: Work): void {
    const wasWaiting = remove(work);
    work.lane = "person";
    if (wasWaiting) people.push(work);
  }

  return {
    add,
    take,
    remove,
    promote,
    next: () => (people.length > 0 ? "person" : lists.size > 0 ? "list" : null),
    peek: () => people[0] ?? [...lists.values()][0]?.[0],
    waiting: () => [...people, ...[...lists.values()].flat()],
  };
}
