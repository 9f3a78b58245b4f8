import * as fc from "fast-check";

/** Addresses in spellings that people use. */
export const spelt = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV6().map((ip) => ip.toUpperCase()),
  fc.ipV6().map((ip) => `[${ip}]`),
  fc.ipV4().map((ip) => `::ffff:${ip}`),
  fc.ipV4().map((ip) => ip.replaceAll(".", "[.]")),
  // Few of them, so that some come again in another spelling.
  fc.constantFrom("192.0.2.1", "192[.]0[.]2[.]1", "::ffff:192.0.2.1", "::ffff:c000:201", "2001:DB8:0::1"),
  fc.constantFrom("2001:db8::1", "[2001:db8:0:0::0:1]"),
);

const junk = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.replace(/[\r\n]/gu, " ")),
  fc.string({ unit: fc.constantFrom(..."0123456789.:abf/[]# \t\uFEFF".split("")), maxLength: 20 }),
  fc.constantFrom(
    "192.0.2.0/24",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4 5.6.7.8",
    "::1::2",
    "fe80::1%eth0",
    "\u2028",
  ),
);

const space = fc.constantFrom("", "", " ", "\t", " \t ", "\u00A0", "\v");
const comment = fc.oneof(
  fc.constant(""),
  junk.map((text) => `#${text}`),
);
const line = fc
  .tuple(space, fc.oneof({ weight: 3, arbitrary: spelt }, fc.constant(""), junk), space, comment)
  .map((parts) => parts.join(""));
const lineEnd = fc.constantFrom("\n", "\n", "\r\n", "\r");

/** What a list may be, whoever or whatever wrote it: every kind of line end, a byte order mark or none. */
export const listTexts = fc
  .tuple(fc.constantFrom("", "\uFEFF"), fc.array(fc.tuple(line, lineEnd)), fc.oneof(fc.constant(""), line))
  .map(([mark, lines, last]) => mark + lines.map((one) => one.join("")).join("") + last);
