import { isIPv6 } from "node:net";
import { domainToUnicode } from "node:url";

import type { Indicator } from "../../src/model.ts";

/**
 * Whether an indicator can be read in what was written, told without a line of the program: its octets, labels or
 * groups stand there whole, one after the other.
 */
export function isWritten({ kind, value }: Indicator, input: string): boolean {
  switch (kind) {
    case "ip":
      return value.includes(":") ? hasV6(value, input) : hasInOrder(value.split("."), digitsOf(input));
    case "domain":
      return hasName(value, input);
    case "hash":
      return plain(input)
        .replaceAll(/[^\da-f]/gu, "")
        .includes(value);
    case "url":
      return hasUrl(value, input);
  }
}

function plain(input: string): string {
  return (
    decoded(input)
      .normalize("NFKC")
      // Some letters become two in lower case only by way of upper case.
      .toUpperCase()
      .toLowerCase()
      .replaceAll("ς", "σ")
      .normalize("NFKC")
      .replaceAll(/&(?:amp|lt|gt|quot);/gu, " ")
      .replaceAll(/[\p{Cf}\u034f\ufe00-\ufe0f]/gu, "")
  );
}

function decoded(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/giu, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped;
    }
  });
}

function digitsOf(input: string): readonly string[] {
  return plain(input).match(/\d+/gu) ?? [];
}

function hasInOrder(parts: readonly string[], all: readonly string[]): boolean {
  return all.some((_, at) => parts.every((part, index) => all[at + index] === part));
}

/** Labels are parted by whatever is no letter and no digit, and by the word for the dot, which is a name's ending too; each may be in punycode or not. */
function hasName(value: string, input: string): boolean {
  const all = labelsOf(input);
  const wanted = value.split(".").map((label) => [label, ...labelsOf(domainToUnicode(label))]);
  return all.some((_, start) => {
    let at = start;
    return wanted.every((spellings, index) => {
      const [isFirst, isLast] = [index === 0, index === wanted.length - 1];
      const fits = () =>
        [all[at] ?? "", bare(all[at] ?? "", isFirst, isLast)].some((label) => spellings.includes(label));
      if (!isFirst && all[at] === "dot" && !fits()) at += 1;
      const isRight = fits();
      at += 1;
      return isRight;
    });
  });
}

/** Underscores around the whole name make it bold in chat. */
function bare(label: string, isFirst: boolean, isLast: boolean): string {
  const begun = isFirst ? label.replace(/^__+/u, "") : label;
  return isLast ? begun.replace(/__+$/u, "") : begun;
}

/** Signs that are part of a label may stand behind a backslash, as in Markdown, or in brackets, as a dot does. */
function labelsOf(text: string): readonly string[] {
  const unescaped = plain(text)
    .replaceAll(/\\{1,2}(?=[_-])/gu, "")
    .replaceAll(/[[({]([_-])[\])}]/gu, "$1");
  return unescaped.match(/[\p{L}\p{N}\p{M}_-]+/gu) ?? [];
}

function hasV6(value: string, input: string): boolean {
  const runs =
    plain(`${input}|${input.replaceAll("%", "|")}`)
      .replaceAll(/[[\](){}\\\s]/gu, "")
      .match(/[\da-f:.]+/gu) ?? [];
  return runs
    .flatMap((run) => [
      run,
      run.replace(/[.:]$/u, ""),
      run.replace(/^[.:]/u, ""),
      run.replace(/\.+$|:\d+$/u, ""),
    ])
    .some(
      (run) =>
        isIPv6(run) &&
        new URL(`http://[${run}]`).hostname.slice(1, -1) ===
          new URL(`http://[${value}]`).hostname.slice(1, -1),
    );
}

/** Its host as a host, and of the rest all letters and digits in their order. */
function hasUrl(value: string, input: string): boolean {
  const { hostname, pathname, search, hash } = new URL(value);
  const host: Indicator = hostname.startsWith("[")
    ? { kind: "ip", value: hostname.slice(1, -1) }
    : { kind: /^[\d.]+$/u.test(hostname) ? "ip" : "domain", value: hostname };
  return isWritten(host, input) && isSubsequence(lettersOf(pathname + search + hash), lettersOf(input));
}

function lettersOf(text: string): string {
  return plain(text).replaceAll(/[^\p{L}\p{N}]/gu, "");
}

function isSubsequence(needle: string, hay: string): boolean {
  let at = 0;
  for (const unit of hay) if (unit === needle[at] || needle.startsWith(unit, at)) at += unit.length;
  return at >= needle.length;
}
