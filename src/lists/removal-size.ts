/** A list of no more addresses than this is seen at a glance. */
const HANDFUL = 10;

/** Whether so many addresses out of a list are to be asked about once more: more than half of one that is more than a handful. */
export function isLargeRemoval(count: number, listed: number): boolean {
  return listed > HANDFUL && count * 2 > listed;
}
