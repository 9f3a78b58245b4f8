import { execFileSync } from "node:child_process";

import { describe, expect, it } from "vitest";

import { UserError } from "../../src/errors.ts";
import { extractAsync } from "../../src/intake/extract-async.ts";
import { extract } from "../../src/intake/extract.ts";

const LINE = "Oct 10 13:55:12 fw01 kernel: DROP SRC=8.8.4.4 DST=10.0.0.5 url=hxxp://evil[.]com/x \n";
const LONG = LINE.repeat(Math.ceil((300 * 1024) / LINE.length));

function toAddresses(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `11.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
  ).join("\n");
}

describe("extractAsync", () => {
  it("gives for a short text what extract gives", async () => {
    expect(await extractAsync(LINE)).toEqual(extract(LINE));
  });

  it("gives for a long text what extract gives, and keeps the event loop free", async () => {
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 5);

    const pieces = await extractAsync(LONG);

    clearInterval(timer);
    expect(pieces).toEqual(extract(LONG));
    expect(ticks).toBeGreaterThan(2);
  });

  it("keeps the event loop free for a short text too, where the caller asks for it", async () => {
    const text = LINE.repeat(10);
    let isFree = false;
    setTimeout(() => (isFree = true), 0);

    const pieces = await extractAsync(text, { inlineUnits: text.length - 1 });

    expect(isFree).toBe(true);
    expect(pieces).toEqual(extract(text));
  });

  it("runs in the built program too", () => {
    const input = "see 8.8.8.8 and evil[.]com ".repeat(20_000);

    const output = execFileSync(process.execPath, ["dist/main.js", "extract"], { input, encoding: "utf8" });

    expect(output.split("\n")).toEqual([
      expect.stringContaining("8.8.8.8"),
      expect.stringContaining("evil.com"),
      "",
    ]);
  });

  it("says how many indicators there are when they are too many", async () => {
    const reading = extractAsync(toAddresses(100_001));

    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(/100,001.*split/);
  });

  it("takes as many as a scan may have", async () => {
    expect((await extractAsync(toAddresses(100_000))).length).toBe(100_000);
  });

  it("gives up when the deadline passes, and says what to do", async () => {
    const reading = extractAsync(LONG, { deadlineMs: 1 });

    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(/split/);
  });

  it("ends at once when it is aborted", async () => {
    const controller = new AbortController();
    const reading = extractAsync(LONG, { signal: controller.signal });
    controller.abort(new Error("no longer wanted"));

    await expect(reading).rejects.toThrow("no longer wanted");
    await expect(extractAsync(LINE, { signal: controller.signal })).rejects.toThrow("no longer wanted");
  });
});

describe("hostile text is read in ordinary time", () => {
  const seeds = [
    "a.a.a.",
    "1.1.1.",
    "[.[.[.",
    "@@@",
    "a@a@",
    "http://http://",
    "::::",
    "hxxp[:]//",
    "(((",
    "a[.]",
    "1:2:",
    "http://a)",
    "http://a?[",
    "<http://x",
    "a . ",
    "1 . ",
    "a dot ",
    "<@",
    "&lt;",
    "\\.",
    "%2Fa.b",
    "a.b,",
    "http://a.b,c",
    "1.2.3.4 - ",
    "a@b.c:",
    "()[]{}.",
    "。",
    "🔥.",
    "\u200b.",
  ];
  it.each(seeds)("%j", (seed) => {
    const repeated = seed.repeat(Math.ceil(200_000 / seed.length));
    const broken = repeated.replaceAll(/(.{4000})/gs, "$1 ");

    expect(extract(repeated).length).toBeLessThan(1000);
    expect(extract(broken).length).toBeLessThan(1000);
  });
});
