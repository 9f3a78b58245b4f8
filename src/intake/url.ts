import { BREAK, CLASS, DOT, WORD } from "./characters.ts";
import { judgeName, toCanonicalName } from "./host-name.ts";
import { judgeNumbers, judgeV6 } from "./ip-address.ts";
import { accept, reject, type Judgement } from "./judgement.ts";
import { isTemplate } from "./placeholder.ts";
import { note, type Reading } from "./reading.ts";
import { toEnd, toStart } from "./refang.ts";
import type { SchemeMatch } from "./scheme.ts";
import { toPathEnd } from "./url-end.ts";

/** Longer ones are cut off by browsers and servers alike; they are refused rather than asked in part. */
const MAX_URL_UNITS = 4096;

interface Authority {
  readonly hostStart: number;
  readonly hostEnd: number;
  readonly host: string;
  readonly isV6: boolean;
  /** After the port. */
  readonly end: number;
}

/** Reads the URL that begins with a scheme: its own finding and its host's; returns the index to go on at. */
export function readUrl(reading: Reading, match: SchemeMatch, to: number): number {
  const { text } = reading.refanged;
  const authority = toAuthority(text, match.end, to);
  const { host, end: hostEnd } = authority;
  if (isScheme(text, authority, to)) return authority.hostStart;
  if (host === "") return readWithoutHost(reading, match, authority);
  const judgement = judgeHost(authority);
  const next = text.charAt(hostEnd);
  const isOpen = isTemplate(reading.source, toEnd(reading.refanged, hostEnd)) || /[{$*%]/.test(next);
  if (isOpen) {
    note(reading, match.start, hostEnd, reject("placeholder in the host"));
    return hostEnd;
  }
  const before = text.charAt(match.start - 1) || toBreakBefore(reading, match.start);
  const end = /[/?#]/.test(next) ? toPathEnd(text, hostEnd, to, { before }) : hostEnd;
  if (judgement === null) return end;
  const isCut = text.charAt(end) === "{" || isTemplate(reading.source, toEnd(reading.refanged, end));
  if (match.use === "web" && !isCut) noteUrl(reading, match, authority, end, judgement);
  else noteHost(reading, match, end, judgement);
  return end;
}

/** Of a URL with placeholders, and of schemes that VirusTotal has no URLs of, the host remains. */
function noteHost(reading: Reading, match: SchemeMatch, end: number, judgement: Judgement): void {
  if (match.use === "glued") return note(reading, match.start, end, reject("URL glued to other text"));
  const isDoubtful = judgement.is === "rejected" || judgement.skipped?.includes("label") === true;
  if (match.use === "unknown" && (isDoubtful || (judgement.is === "indicator" && judgement.skipped !== null)))
    return;
  note(reading, match.start, end, judgement);
}

function noteUrl(
  reading: Reading,
  match: SchemeMatch,
  authority: Authority,
  end: number,
  judgement: Judgement,
): void {
  if (judgement.is === "rejected") return note(reading, match.start, end, judgement);
  const { text } = reading.refanged;
  if (end - match.start > MAX_URL_UNITS) {
    note(reading, match.start, match.start + 200, reject(`URL over ${MAX_URL_UNITS} characters`));
    return note(reading, match.start, authority.end, judgement);
  }
  const written = `${match.scheme}://${text.slice(authority.hostStart, end)}`;
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null) return note(reading, match.start, authority.end, judgement);
  note(reading, match.start, end, accept("url", url.href, judgement.skipped));
  note(reading, match.start, end, judgement, "url");
}

function readWithoutHost(reading: Reading, match: SchemeMatch, { end }: Authority): number {
  const isWildcard = reading.refanged.text.startsWith("*.", end);
  if (!isWildcard) return end;
  note(reading, match.start, end + 2, reject("wildcard: write the name without the asterisk"));
  return end + 2;
}

/** Null for hosts that are neither an address nor a name. */
function judgeHost({ host, isV6 }: Authority): Judgement | null {
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

/** `user:password@` is passed over: it is never sent. */
function toAuthority(text: string, from: number, to: number): Authority {
  const userInfo = /[\p{L}\p{N}._~!$&*+=%:@-]*@/uy;
  userInfo.lastIndex = from;
  const hostStart =
    text.slice(from, Math.min(to, from + 512)).includes("@") && userInfo.test(text)
      ? userInfo.lastIndex
      : from;
  const v6 = /\[([\da-f:.]+)(?:%[\w.-]+)?\]/iy;
  v6.lastIndex = hostStart;
  const bracketed = v6.exec(text);
  const isV6 = bracketed !== null && bracketed[1]?.includes(":") === true;
  let hostEnd = isV6 ? v6.lastIndex : hostStart;
  const start = !isV6 && text.charAt(hostStart) === "[" ? hostStart + 1 : hostStart;
  if (!isV6) {
    hostEnd = start;
    while (hostEnd < to && (CLASS[text.charCodeAt(hostEnd)] ?? 0) & (WORD | DOT)) hostEnd += 1;
  }
  const port = /:\d{1,5}(?!\w)/y;
  port.lastIndex = hostEnd;
  const end = port.test(text) ? port.lastIndex : hostEnd;
  const host = isV6 ? (bracketed?.[1] ?? "") : text.slice(start, hostEnd);
  return { hostStart: start, hostEnd, host, isV6, end };
}

/** `http://http://host`: what follows is the real URL. */
function isScheme(text: string, { host, hostEnd }: Authority, to: number): boolean {
  return (
    /^(?:h\w\wps?|ftp)$/i.test(host) &&
    hostEnd + 2 < to &&
    /^:[/\\]{2}/.test(text.slice(hostEnd, hostEnd + 3))
  );
}

function toBreakBefore({ source, refanged }: Reading, index: number): string {
  const offset = toStart(refanged, index);
  const before = offset === 0 ? "" : source.charAt(offset - 1);
  return (CLASS[before.charCodeAt(0)] ?? 0) & BREAK ? before : "";
}
