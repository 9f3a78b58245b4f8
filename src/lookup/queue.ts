import type { Lane } from "./ledger-rows.ts";
import type { Work } from "./work.ts";

/** What waits for a place: people first, in order; then the lists, one look-up of each in turn; then what nobody waits for. */
export interface Queue {
  add(work: Work, where?: "front" | "back"): void;
  /** Who is next, or null. */
  next(): Lane | null;
  /** The work whose turn it is. */
  peek(): Work | undefined;
  /** Takes work to its place, which is its list's turn. False when it waits no more. */
  take(work: Work): boolean;
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
    return lane === "list" ? (lists.get(listId) ?? []) : { person: people, spare }[lane];
  }

  function add(work: Work, where: "front" | "back" = "back"): void {
    const line = lineOf(work);
    if (where === "front") line.unshift(work);
    else line.push(work);
    if (work.lane === "list") lists.set(work.listId, line);
  }

  const peek = () => people[0] ?? [...lists.values()][0]?.[0] ?? spare[0];

  function remove(work: Work): boolean {
    const line = lineOf(work);
    const at = line.indexOf(work);
    if (at === -1) return false;
    line.splice(at, 1);
    if (work.lane === "list" && line.length === 0) lists.delete(work.listId);
    return true;
  }

  function take(work: Work): boolean {
    const wasWaiting = remove(work);
    if (wasWaiting && work.lane === "list") moveToEnd(lists, work.listId);
    return wasWaiting;
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
    take,
    remove,
    promote,
    next: () => peek()?.lane ?? null,
    peek,
    waiting: () => [...people, ...[...lists.values()].flat(), ...spare],
  };
}

function moveToEnd(lists: Map<string, Work[]>, listId: string): void {
  const line = lists.get(listId);
  if (line === undefined) return;
  lists.delete(listId);
  lists.set(listId, line);
}
