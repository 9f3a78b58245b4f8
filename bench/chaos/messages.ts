import type { Platform, SeenMessage } from "../../test/scenarios/platform.ts";

/** What stands on a platform, of a program that names each scan in its live message. */
export interface Board {
  /** Everything that all may see, in order. */
  readonly all: readonly SeenMessage[];
  /** The live messages of a scan: there is to be one. */
  liveOf(scanId: string): readonly SeenMessage[];
  /** What stands beside the live message of a scan, or under it. */
  besides(scanId: string): readonly SeenMessage[];
}

const LIVE = /\b(S-\w{4,}) · .*asked by /su;

/** Looks at a platform as it is now. */
export function readBoard(platform: Platform): Board {
  const notes = new Set(platform.people.flatMap((person) => platform.alone(person)));
  const isOpen = (message: SeenMessage) => !notes.has(message);
  const heads = platform
    .places()
    .flatMap((place) => platform.messages(place))
    .filter(isOpen);
  const threads = heads.map((head) => ({ head, under: platform.under(head).filter(isOpen) }));
  const all = threads.flatMap(({ head, under }) => [head, ...under]);
  const live = groupBy(all, (message) => scanIdOf(message) ?? "");
  return {
    all,
    liveOf: (scanId) => live.get(scanId) ?? [],
    besides(scanId) {
      const own = live.get(scanId) ?? [];
      const thread = threads.find(({ head, under }) =>
        own.some((one) => one === head || under.includes(one)),
      );
      return (thread?.under ?? []).filter((one) => !own.includes(one));
    },
  };
}

/** The scan that a live message is about; null for any other message. */
export function scanIdOf({ text }: SeenMessage): string | null {
  return LIVE.exec(text)?.[1] ?? null;
}

/** Each key with what has it, in order. */
export function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}
