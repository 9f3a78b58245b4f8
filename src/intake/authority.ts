import { CLASS, DOT, isUnspaced, WORD } from "./characters.ts";
import { judgeName, toCanonicalName } from "./host-name.ts";
import { judgeNumbers, judgeV6 } from "./ip-address.ts";
import { reject, type Judgement } from "./judgement.ts";

/** Where the host and the port of a URL stand. */
export interface Authority {
  readonly hostStart: number;
  readonly hostEnd: number;
  readonly host: string;
  readonly isV6: boolean;
  /** After the port. */
  readonly end: number;
}

const BRACKETED = /\[([\da-f:.]*:[\da-f:.]*)(?:%[\w.-]+)?\]/iy;
const COLON = 0x3a;
const BRACKET = 0x5b;

/** Finds host and port after the slashes at `from`; `user:password@` is passed over and never sent. */
export function toAuthority(text: string, from: number, to: number): Authority {
  const start = toHostStart(text, from, to);
  BRACKETED.lastIndex = start;
  if (text.charCodeAt(start) === BRACKET) {
    const v6 = BRACKETED.exec(text)?.[1];
    if (v6 === undefined) return toNamed(text, start + 1, to);
    const hostEnd = BRACKETED.lastIndex;
    return { hostStart: start, hostEnd, host: v6, isV6: true, end: toPortEnd(text, hostEnd, to) };
  }
  return toNamed(text, start, to);
}

function toNamed(text: string, hostStart: number, to: number): Authority {
  let hostEnd = hostStart;
  while (hostEnd < to && (CLASS[text.charCodeAt(hostEnd)] ?? 0) & (WORD | DOT)) hostEnd += 1;
  if (isUnspaced(text.charCodeAt(hostEnd - 1))) hostEnd = withoutUnspaced(text, hostStart, hostEnd);
  const host = text.slice(hostStart, hostEnd);
  return { hostStart, hostEnd, host, isV6: false, end: toPortEnd(text, hostEnd, to) };
}

/** Passes over what ends with the last @ before the path. */
function toHostStart(text: string, from: number, to: number): number {
  let host = from;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x40) host = at + 1;
    else if (!((CLASS[code] ?? 0) & (WORD | DOT)) && !isUserSign(code)) break;
  }
  return host;
}

function isUserSign(code: number): boolean {
  return code === COLON || (code < 0x7f && "~!$&*+=%".includes(String.fromCharCode(code)));
}

function toPortEnd(text: string, from: number, to: number): number {
  if (text.charCodeAt(from) !== COLON) return from;
  let end = from + 1;
  while (end < to && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end += 1;
  const isPort = end > from + 1 && end < from + 7 && !((CLASS[text.charCodeAt(end)] ?? 0) & WORD);
  return isPort ? end : from;
}

/** Korean and Chinese go on right after a host: `http://evil.com에서` ends at the `com`. */
function withoutUnspaced(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && isUnspaced(text.charCodeAt(end - 1))) end -= 1;
  return text.charCodeAt(end - 1) < 0x80 && text.charCodeAt(end - 1) !== 0x2e ? end : to;
}

/** Judges the host of a URL; what the URL parser would turn into another address is rejected. */
export function judgeAuthority({ host, isV6 }: Authority): Judgement | null {
  if (isV6) return judgeV6(host, true) ?? reject("not a valid IPv6 address");
  if (/^[\d.]+$/.test(host)) {
    const text = host.endsWith(".") ? host.slice(0, -1) : host;
    return text.split(".").length === 4
      ? judgeNumbers(text, true)
      : reject("address in another form than a.b.c.d");
  }
  if (/(?:^|\.)(?:0x[\da-f]*|\d+)\.?$/i.test(host)) return reject("address in another form than a.b.c.d");
  const name = toCanonicalName(host);
  return name === null ? reject("not a valid name") : judgeName(name);
}
