import { isIP } from "node:net";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { toAddress, toCanonical } from "../../src/lists/address.ts";

/** Much of what is nearly an address. */
const nearly = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF:::...%[]".split("")), maxLength: 45 }),
  fc
    .array(
      fc.oneof(fc.constantFrom("", "0", "ffff", "fffff", "1.2.3.4", "192"), fc.string({ maxLength: 2 })),
      {
        maxLength: 10,
      },
    )
    .map((parts) => parts.join(":")),
  fc
    .array(fc.oneof(fc.nat(300).map(String), fc.constantFrom("", "01", "00")), { maxLength: 5 })
    .map((parts) => parts.join(".")),
  fc.ipV4(),
  fc.ipV6(),
);

test("an address is what Node takes for one, in brackets too, without a zone", () => {
  fc.assert(
    fc.property(nearly, (text) => {
      const plain = text.replace(/^\[(.*)\]$/u, "$1");
      const isAddress = isIP(plain) !== 0 && !plain.includes("%");
      expect(toAddress(text) !== null).toBe(isAddress);
    }),
    { numRuns: 2000 },
  );
});

test("IPv4 has the bytes that it is written with, and stays as it is", () => {
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      const address = toAddress(ip);
      expect(address).toEqual(ip.split(".").map(Number));
      expect(toCanonical(address ?? [])).toBe(ip);
    }),
  );
});

test("IPv6 is spelt as a URL spells it, from its bytes and from any spelling, but IPv4 in it is IPv4", () => {
  const bytes = fc.oneof(
    fc.array(fc.nat(255), { minLength: 16, maxLength: 16 }),
    // Zeros, of which some runs are the longest, and some are as long as others.
    fc
      .array(fc.constantFrom(0, 0, 0, 1), { minLength: 8, maxLength: 8 })
      .map((groups) => groups.flatMap((group) => [0, group])),
  );
  fc.assert(
    fc.property(bytes, (address) => {
      const long = Array.from({ length: 8 }, (_, at) =>
        ((address[at * 2] ?? 0) * 256 + (address[at * 2 + 1] ?? 0)).toString(16).padStart(4, "0"),
      ).join(":");
      const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
      fc.pre(!short.startsWith("::ffff:"));
      expect(toCanonical(address)).toBe(short);
      for (const spelling of [long, long.toUpperCase(), short]) expect(toAddress(spelling)).toEqual(address);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:c000:201", "192.0.2.1"],
  ["::192.0.2.1", "::c000:201"],
  ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
  ["1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"],
  ["1[.]2(.)3{.}4", "1.2.3.4"],
])("%s is %s", (text, canonical) => {
  expect(toCanonical(toAddress(text) ?? [])).toBe(canonical);
});
