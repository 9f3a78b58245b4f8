/** Engine names made up for the stand-in; none is a vendor's. */
const FIRST =
  "Alder Bramble Cinder Dapple Ember Fennel Gorse Heather Iris Juniper Kelp Larch Moss Nettle Osier Privet Quince Rowan Sorrel Thistle Umbel Vetch Willow Yarrow";
const SECOND = ["Sentry", "Lantern", "Sieve", "Lookout"] as const;

const ENGINES: readonly string[] = SECOND.flatMap((second) =>
  FIRST.split(" ").map((first) => `${first} ${second}`),
);

/** No common divisor with the number of engines, so that every engine has its turn once. */
const STRIDE = 35;

/** What an engine says for its category. */
const SAYS: Readonly<Record<string, string>> = {
  malicious: "malware",
  suspicious: "suspicious",
  harmless: "clean",
  undetected: "unrated",
};

/** One result per engine, as many in each category as `stats` counts; `turn` says which engines these are. */
export function inventResults(
  stats: Readonly<Record<string, number>>,
  turn: number,
): Readonly<Record<string, object>> {
  const categories = Object.entries(stats).flatMap(([category, count]) =>
    Array<string>(count).fill(category),
  );
  return Object.fromEntries(
    categories.map((category, place) => {
      const engine = engineAt(place, turn);
      const result = SAYS[category] ?? null;
      return [engine, { method: "blacklist", engine_name: engine, category, result }];
    }),
  );
}

function engineAt(place: number, turn: number): string {
  const name = ENGINES[(turn + place * STRIDE) % ENGINES.length] ?? "";
  return place < ENGINES.length ? name : `${name} ${place}`;
}
