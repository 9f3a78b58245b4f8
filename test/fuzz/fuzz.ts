import * as fc from "fast-check";
import { expect, test } from "vitest";

/** With `npm run fuzz`; in the suite each parser has a second at most. */
const SECONDS = Number(process.env["FUZZ_SECONDS"] || 0);
const SHORT_MS = 700;
/** So many inputs, as far as they can be had in that time: with a seed the same ones wherever it runs. */
const RUNS = Number(process.env["FUZZ_RUNS"] || (SECONDS > 0 ? 1_000_000_000 : 2000));
/** Of a run that failed, to see it again. */
const SEED = process.env["FUZZ_SEED"];
const PATH = process.env["FUZZ_PATH"];
/** What no input of these sizes needs, even on a machine that is busy with other things. */
const MOST_CPU_MS = 3000;

/** A property that holds for whatever comes, as a test: for a moment in the suite, for FUZZ_SECONDS otherwise. */
export function fuzz<Input>(
  sentence: string,
  inputs: fc.Arbitrary<Input>,
  check: (input: Input) => void | Promise<void>,
): void {
  const limitMs = SECONDS > 0 ? SECONDS * 1000 : SHORT_MS;
  // A second try would take other inputs, and so pass.
  test(sentence, { timeout: limitMs + 120_000, retry: 0 }, async () => {
    // The first of them loads what is loaded late.
    for (const input of fc.sample(inputs, 1)) await check(input);
    const property = fc.asyncProperty(inputs, async (input) => {
      const before = process.cpuUsage();
      await check(input);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1000, "ms of the processor").toBeLessThan(MOST_CPU_MS);
    });
    const run = await fc.check(property, {
      interruptAfterTimeLimit: limitMs,
      numRuns: RUNS,
      // In the suite the same ones each time: what is new is for the long run to find.
      ...(SEED !== undefined && { seed: Number(SEED) }),
      ...(SEED === undefined && SECONDS === 0 && { seed: 1 }),
      ...(PATH !== undefined && { path: PATH }),
    });
    if (SECONDS > 0) console.log(`${sentence}: ${run.numRuns} inputs in ${SECONDS} s`);
    if (run.failed) throw new Error(await fc.asyncDefaultReportMessage(run), { cause: run.errorInstance });
    expect(run.numRuns).toBeGreaterThan(0);
  });
}

interface Change {
  readonly kind: "insert" | "delete" | "repeat" | "swap" | "cut";
  readonly at: number;
  readonly length: number;
  readonly times: number;
  readonly token: string;
}

/** Texts with some of their parts gone, doubled, put elsewhere, or `tokens` between them. */
export function changed(texts: fc.Arbitrary<string>, tokens: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.record<Change>({
    kind: fc.constantFrom("insert", "delete", "repeat", "swap", "cut"),
    at: fc.nat(1_000_000),
    length: fc.integer({ min: 1, max: 40 }),
    times: fc.oneof({ weight: 9, arbitrary: fc.constant(2) }, fc.constantFrom(50, 2000)),
    token: fc.oneof(tokens, fc.string({ unit: "binary", maxLength: 4 })),
  });
  return fc
    .tuple(texts, fc.array(change, { maxLength: 8 }))
    .map(([text, changes]) => changes.reduce(applyChange, text));
}

/** Longer ones say nothing new, and take the time of many others. */
const MOST_CHARACTERS = 60_000;

function applyChange(text: string, { kind, at, length, times, token }: Change): string {
  const from = text.length === 0 ? 0 : at % (text.length + 1);
  const [before, part, after] = [
    text.slice(0, from),
    text.slice(from, from + length),
    text.slice(from + length),
  ];
  switch (kind) {
    case "insert":
      return before + token + part + after;
    case "delete":
      return before + after;
    case "repeat":
      return (before + part.repeat(times) + after).slice(0, MOST_CHARACTERS);
    case "swap":
      return before + after + part;
    case "cut":
      return at % 3 === 0 ? before : text;
  }
}

/** Bytes with some of them changed, gone or doubled. */
export function broken(files: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const change = fc.record({
    kind: fc.constantFrom("set", "delete", "insert", "cut"),
    at: fc.nat(1_000_000_000),
    byte: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)),
    length: fc.integer({ min: 1, max: 16 }),
  });
  return fc.tuple(files, fc.array(change, { maxLength: 10 })).map(([file, changes]) =>
    changes.reduce<Buffer>((bytes, { kind, at, byte, length }) => {
      const from = bytes.length === 0 ? 0 : at % bytes.length;
      const [before, after] = [bytes.subarray(0, from), bytes.subarray(from + length)];
      const part = Buffer.alloc(length, byte);
      switch (kind) {
        case "set":
          return Buffer.concat([before, part.subarray(0, bytes.length - from), after]);
        case "delete":
          return Buffer.concat([before, after]);
        case "insert":
          return Buffer.concat([before, part, bytes.subarray(from)]);
        case "cut":
          return at % 5 === 0 ? Buffer.from(before) : bytes;
      }
      return bytes;
    }, file),
  );
}

/** What texts from outside are made of, good and bad. */
export const scraps: fc.Arbitrary<string> = fc.constantFrom(
  ..."abcxyz0129.:/\\@[](){}<>|\"'`,;-_~^&%#?!=+*$ \n\r\t".split(""),
  ..."1.2.3.4|45.10.0.1|256.1.1.1|1.2.3.4.5|01.02.03.04|2001:db8::1|::ffff:1.2.3.4|fe80::1%eth0|1.2.3.0/24|1.2.3.4-9".split(
    "|",
  ),
  ..."evil.com|bad[.]example[.]org|evil(dot)ru| dot | . |hxxp[:]//|http://|https://u:p@evil.com:81/a?b=c#d|[.]|{.}|[://]".split(
    "|",
  ),
  ..."münchen.de|xn--mnchen-3ya.de|пример.рф|访问evil.com|。|．|\u200b|\u00ad|\u202e|\ufeff|🔥|\ud800|İ|ß|①|𝟏|１.２.３.４".split(
    "|",
  ),
  ..."d41d8cd98f00b204e9800998ecf8427e|a@b.co|setup.py|Chrome/120.0.0.0|&amp;|&lt;|%2e|%2F|\\n|\\.|AS15169|null|__proto__".split(
    "|",
  ),
  "\u0000",
  "Domain,IP\r\n",
  '"',
  '""',
  "# ",
  "; ",
  "=cmd|'/c calc'!A1",
);
export const scrappy: fc.Arbitrary<string> = fc
  .array(scraps, { maxLength: 60 })
  .map((parts) => parts.join(""));
