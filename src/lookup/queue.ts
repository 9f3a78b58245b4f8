import type { Lane } from "./ledger-rows.ts";
import type { Work } from "./work.ts";

/** What waits for a place: people first, in order; then the lists, one look-up of each in turn; then what nobody waits for. */
export interface Queue {
  add(work: Work, where?: "front" | "back"): void;
  /** Who is next, or null. */
  next(): Lane | null;
  take(): Work | undefined;
  /** The work that `take` would give. */
  peek(): Work | undefined;
  remove(work: Work): boolean;
  /** Moves work to where who waits for it now has their turn, if that comes sooner. */
  promote(work: Work, to: Pick<Work, "lane" | "listId">): void;
  /** All that waits, in the order of the lanes. */
  waiting(): readonly Work[];
}

/** In the order in which they have their turn. */
const LANES: readonly Lane[] = ["person", "list", "spare"];

/** An empty queue. */
export function createQueue(): Queue {
  const people: Work[] = [];
  const spare: Work[] = [];
  /** In the order of their turns: the list that was served goes to the end. */
  const lists = new Map<string, Work[]>();

  function lineOf({ lane, listId }: Work): Work[] {
    switch (lane) {
      case "person":
        return people;
      case "list":
        return lists.get(listId) ?? [];
      case "spare":
        return spare;
    }
  }

  function add(work: Work, where: "front" | "back" = "back"): void {
    const line = lineOf(work);
    if (where === "front") line.unshift(work);
    else line.push(work);
    if (work.lane === "list") lists.set(work.listId, line);
  }

  function peek(): Work | undefined {
    return people[0] ?? [...lists.values()][0]?.[0] ?? spare[0];
  }

  function remove(work: Work): boolean {
    const line = lineOf(work);
    const at = line.indexOf(work);
    if (at === -1) return false;
    line.splice(at, 1);
    if (work.lane === "list" && line.length === 0) lists.delete(work.listId);
    return true;
  }

  function promote(work: Work, { lane, listId }: Pick<Work, "lane" | "listId">): void {
    if (LANES.indexOf(lane) >= LANES.indexOf(work.lane)) return;
    const wasWaiting = remove(work);
    work.lane = lane;
    work.listId = listId;
    if (wasWaiting) add(work);
  }

  return {
    add,
    take: () => people.shift() ?? takeTurn(lists) ?? spare.shift(),
    remove,
    promote,
    next: () => peek()?.lane ?? null,
    peek,
    waiting: () => [...people, ...[...lists.values()].flat(), ...spare],
  };
}

/** The next of the list whose turn it is. */
function takeTurn(lists: Map<string, Work[]>): Work | undefined {
  for (const [listId, line] of lists) {
    const work = line.shift();
    lists.delete(listId);
    if (line.length > 0) lists.set(listId, line);
    if (work !== undefined) return work;
  }
  return undefined;
}
