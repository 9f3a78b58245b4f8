import { existsSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { extract } from "../../src/intake/extract.ts";

const CORPUS = "../shared/ioc-corpus";
const REPORTS = [
  "eset-donot.adoc",
  "eset-evasive_panda.adoc",
  "u42-2022-emotet-icedid.txt",
  "u42-2023-jinxloader.txt",
];
const isPresent = existsSync(CORPUS);

type Expected = Readonly<Record<string, readonly string[] | undefined>>;

interface Score {
  readonly recall: number;
  readonly precision: number;
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
}

function toScore(found: readonly string[], right: readonly string[], neither: readonly string[]): Score {
  const missed = right.filter((value) => !found.includes(value));
  const wrong = found.filter((value) => !right.includes(value) && !neither.includes(value));
  const hits = right.length - missed.length;
  return {
    recall: right.length === 0 ? 1 : hits / right.length,
    precision: hits === 0 ? 1 : hits / (hits + wrong.length),
    missed,
    wrong,
  };
}

function valuesOf(text: string, kind: string): string[] {
  return extract(text).flatMap(({ indicator }) => (indicator?.kind === kind ? [indicator.value] : []));
}

function read(name: string): { text: string; expected: Expected } {
  const text = readFileSync(`${CORPUS}/${name}`, "utf8");
  const expected = JSON.parse(
    readFileSync(`${CORPUS}/${name.replace(/\.\w+$/, ".expected.json")}`, "utf8"),
  ) as Expected;
  return { text, expected };
}

describe.skipIf(!isPresent)(
  `reports of ${CORPUS}${isPresent ? "" : " (skipped: not on this machine)"}`,
  () => {
    it.each(REPORTS)(
      "%s: recall and precision are 0.98 or better for addresses, hosts, URLs and hashes",
      (name) => {
        const { text, expected } = read(name);
        const references = (expected["reference_urls"] ?? []).map((url) => url.replace(/\[.*$/, ""));
        const scores = {
          ipv4: toScore(valuesOf(text, "ip"), expected["ipv4"] ?? [], []),
          hosts: toScore(valuesOf(text, "domain"), expected["hosts"] ?? [], [
            ...(expected["reference_hosts"] ?? []),
            ...(expected["plain_hosts"] ?? []),
          ]),
          urls: toScore(valuesOf(text, "url"), expected["urls"] ?? [], references),
          hashes: toScore(
            valuesOf(text, "hash"),
            [...(expected["sha1"] ?? []), ...(expected["sha256"] ?? [])],
            [],
          ),
        };

        for (const [kind, score] of Object.entries(scores)) {
          expect(score.recall, `${kind} missed ${score.missed.join(" ")}`).toBeGreaterThanOrEqual(0.98);
          expect(score.precision, `${kind} wrong ${score.wrong.join(" ")}`).toBeGreaterThanOrEqual(0.98);
        }
      },
    );

    it("rejects every network of a report and gives none of its addresses", () => {
      const { text, expected } = read("eset-evasive_panda.adoc");

      const rejected = extract(text).filter(({ rejected }) => rejected === "range of 256 addresses");
      expect(rejected.map(({ input }) => input).sort()).toEqual([...(expected["cidr"] ?? [])].sort());
    });
  },
);
