import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { defang } from "../../src/intake/defang.ts";
import { extract } from "../../src/intake/extract.ts";
import type { Indicator } from "../../src/model.ts";

const digit = fc.integer({ min: 0, max: 255 });
const v4 = fc.tuple(digit, digit, digit, digit).map((octets) => octets.join("."));
const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
const v6 = fc
  .tuple(fc.constantFrom("2001", "2a00", "2606"), fc.array(group, { minLength: 7, maxLength: 7 }))
  .map(([first, rest]) => [first, ...rest].join(":"));
const label = fc.stringMatching(/^[a-z][a-z\d]{1,10}(?:-[a-z\d]{1,5})?$/);
const ending = fc.constantFrom("com", "net", "ru", "co.uk", "xyz", "top", "de", "xn--p1ai");
const name = fc.tuple(label, ending).map((parts) => parts.join("."));
const path = fc.stringMatching(
  /^(?:(?:\/[a-z\d_-]{1,8}){1,3}(?:\.php)?(?:\?[a-z]{1,5}=[a-zA-Z\d%+]{0,8})?)?$/,
);
const url = fc
  .tuple(fc.constantFrom("http", "https", "ftp"), fc.oneof(name, v4), path)
  .map(([scheme, host, rest]) => `${scheme}://${host}${rest}`);
const hash = fc.constantFrom(32, 40, 64).chain((length) =>
  fc.string({
    unit: fc.constantFrom(..."0123456789abcdef".split("")),
    minLength: length,
    maxLength: length,
  }),
);
const scraps = fc.constantFrom(
  ..."abcxyz019.:/\\@[](){}<>|\"'`,;-_~^&%#?!=+*$ \n\t".split(""),
  "[.]",
  "(dot)",
  " dot ",
  " . ",
  "http://",
  "hxxp[:]//",
  "://",
  "1.2.3.4",
  "256.1.1.1",
  "evil.com",
  "setup.py",
  "::1",
  "2001:db8::",
  "/24",
  "-9",
  "münchen",
  "。",
  "．",
  "访问",
  "🔥",
  "\u200b",
  "&amp;",
  "&lt;",
  "\\n",
  "www.",
  ".ru",
  "v1",
  "@",
  "%2F",
  "xn--",
);
const text = fc.array(scraps, { maxLength: 40 }).map((parts) => parts.join(""));

/** Letters and digits alone, as they would be read aloud; what is left of `[dot]` and `hxxp` is undone by hand. */
function skeleton(written: string): string {
  return written
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/&(?:amp|lt|gt|quot);/g, "")
    .replaceAll(/dot/g, "")
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

function isSubsequence(needle: string, hay: string): boolean {
  let at = 0;
  for (const char of hay) if (char === needle[at]) at += 1;
  return at === needle.length;
}

describe("extract never invents", () => {
  it("stands by every input at its offset, in order", () => {
    fc.assert(
      fc.property(text, (source) => {
        const pieces = extract(source);

        for (const { input, offset } of pieces)
          expect(source.slice(offset, offset + input.length)).toBe(input);
        const offsets = pieces.map(({ offset }) => offset);
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      }),
      { numRuns: 3000 },
    );
  });

  it("gives each indicator and each rejected text once", () => {
    fc.assert(
      fc.property(text, (source) => {
        const pieces = extract(source);

        const keys = pieces.map(({ indicator, input }) => indicator?.value ?? `rejected ${input}`);
        expect(new Set(keys).size).toBe(keys.length);
        for (const { indicator, rejected, skipped } of pieces) {
          expect(indicator === null).toBe(rejected !== null);
          if (rejected !== null) expect(skipped).toBeNull();
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("gives only addresses and names whose letters and digits stand in their own input, in that order", () => {
    fc.assert(
      fc.property(text, (source) => {
        for (const { indicator, input } of extract(source)) {
          if (indicator === null || indicator.kind === "url" || indicator.value.includes("xn--")) continue;
          if (indicator.value.includes(":")) continue;
          expect(isSubsequence(skeleton(indicator.value), skeleton(input))).toBe(true);
          if (indicator.kind === "ip") expect(skeleton(input)).toContain(skeleton(indicator.value));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("never takes an address out of a longer number", () => {
    const extended = fc
      .tuple(v4, fc.constantFrom("0", "9", ".7", "a", "_b"))
      .filter(
        ([address, more]) => !(more === "0" || more === "9") || Number(address.split(".")[3] + more) > 255,
      );
    fc.assert(
      fc.property(extended, ([address, more]) => {
        expect(extract(`${address}${more}`).flatMap(({ indicator }) => indicator ?? [])).toEqual([]);
        expect(extract(`x ${address}${more} y`).flatMap(({ indicator }) => indicator ?? [])).toEqual([]);
      }),
    );
  });

  it("gives neither base nor end of a range", () => {
    fc.assert(
      fc.property(v4, fc.integer({ min: 0, max: 31 }), (address, prefix) => {
        const pieces = extract(
          `net ${address}/${prefix} and ${defang({ kind: "ip", value: address })}/${prefix}`,
        );

        expect(pieces.flatMap(({ indicator }) => indicator ?? [])).toEqual([]);
        expect(pieces.length).toBe(2);
      }),
    );
  });
});

describe("defang and extract", () => {
  const known = fc.oneof(
    v4.map((value): Indicator => ({ kind: "ip", value })),
    v6.map((value): Indicator => ({
      kind: "ip",
      value: new URL(`http://[${value}]/`).hostname.slice(1, -1),
    })),
    name.map((value): Indicator => ({ kind: "domain", value })),
    url.map((value): Indicator => ({ kind: "url", value: new URL(value).href })),
    hash.filter((value) => /[a-f]/.test(value)).map((value): Indicator => ({ kind: "hash", value })),
  );

  it("give the same indicator back", () => {
    fc.assert(
      fc.property(known, (indicator) => {
        expect(extract(defang(indicator))[0]?.indicator).toEqual(indicator);
        expect(extract(`see ${defang(indicator)}, now`)[0]?.indicator).toEqual(indicator);
      }),
      { numRuns: 2000 },
    );
  });

  it("give back whatever was extracted from anything", () => {
    fc.assert(
      fc.property(text, (source) => {
        for (const { indicator, skipped } of extract(source)) {
          // A single label is no host without its URL or its @.
          if (indicator === null || skipped?.startsWith("single label") === true) continue;
          expect(extract(defang(indicator))[0]?.indicator).toEqual(indicator);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a list of indicators", () => {
  it.each(["np.com", "os.ru", "self.xn--p1ai"])("keeps %s, whatever it is called in programs", (host) => {
    expect(extract(host).map(({ input }) => input)).toEqual([host]);
  });

  it("comes back whole, in its order", () => {
    const list = fc.uniqueArray(fc.oneof(v4, name), { minLength: 1, maxLength: 20 });
    const separator = fc.constantFrom("\n", ", ", ",", ";", "\t", " | ", "\r\n- ", " and ", '","');
    fc.assert(
      fc.property(list, separator, (values, between) => {
        expect(extract(values.join(between)).map(({ input }) => input)).toEqual(values);
      }),
    );
  });
});
