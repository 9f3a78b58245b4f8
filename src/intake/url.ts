import { judgeAuthority, toAuthority, type Authority } from "./authority.ts";
import { accept, reject, type Judgement } from "./judgement.ts";
import { isTemplate } from "./placeholder.ts";
import { note, type Reading } from "./reading.ts";
import { toEnd, toStart } from "./refang.ts";
import type { SchemeMatch } from "./scheme.ts";
import { toPathEnd } from "./url-end.ts";

/** Longer ones are cut off by browsers and servers alike; they are refused rather than asked in part. */
const MAX_URL_UNITS = 4096;

/** Reads the URL that begins with a scheme: its own finding and its host's; returns the index to go on at. */
export function readUrl(reading: Reading, match: SchemeMatch, to: number): number {
  const { text } = reading;
  const authority = toAuthority(text, match.end, to);
  const { host, end: hostEnd } = authority;
  if (isScheme(text, authority, to)) return authority.hostStart;
  if (host === "") return readWithoutHost(reading, match, authority);
  const judgement = judgeAuthority(authority);
  const next = text.charAt(hostEnd);
  const isOpen = isTemplate(reading.source, toEnd(reading.refanged, hostEnd)) || /[{$*%]/.test(next);
  if (isOpen) {
    note(reading, match.start, hostEnd, reject("placeholder in the host"));
    return hostEnd;
  }
  const offset = toStart(reading.refanged, match.start);
  const before = offset === 0 ? "" : reading.source.charAt(offset - 1);
  const end = /[/?#]/.test(next) ? toPathEnd(text, hostEnd, to, { before }) : hostEnd;
  if (judgement === null) return end;
  const isCut =
    isPortMissing(text, hostEnd) ||
    text.charAt(end) === "{" ||
    isTemplate(reading.source, toEnd(reading.refanged, end));
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
  const { text } = reading;
  if (end - match.start > MAX_URL_UNITS) {
    note(reading, match.start, match.start + 200, reject(`URL over ${MAX_URL_UNITS} characters`));
    return note(reading, match.start, authority.end, judgement);
  }
  const written = `${match.scheme}://${text.slice(authority.hostStart, end)}`;
  const url = toCanonicalUrl(written);
  if (url === null) return note(reading, match.start, authority.end, judgement);
  note(reading, match.start, end, accept("url", url, judgement.skipped));
  note(reading, match.start, end, judgement, "url");
}

/** The same URLs stand in a log again and again, and parsing is the dearest step of all. */
const canonical = new Map<string, string | null>();

function toCanonicalUrl(written: string): string | null {
  const known = canonical.get(written);
  if (known !== undefined) return known;
  const answer = parse(written);
  if (canonical.size > 2000) canonical.clear();
  canonical.set(written, answer);
  return answer;
}

function parse(written: string): string | null {
  try {
    const url = new URL(written);
    // A name with the root's dot is the same name.
    if (url.hostname.endsWith(".")) url.hostname = url.hostname.slice(0, -1);
    return url.href;
  } catch {
    return null;
  }
}

function readWithoutHost(reading: Reading, match: SchemeMatch, { end }: Authority): number {
  const isWildcard = reading.text.startsWith("*.", end);
  if (!isWildcard) return end;
  note(reading, match.start, end + 2, reject("wildcard: write the name without the asterisk"));
  return end + 2;
}

/** `http://host:port/`: a word where the number should be. */
function isPortMissing(text: string, hostEnd: number): boolean {
  return /^:[a-z_$%[]/i.test(text.slice(hostEnd, hostEnd + 2));
}

/** `http://http://host`: what follows is the real URL. */
function isScheme(text: string, { host, hostEnd }: Authority, to: number): boolean {
  return (
    /^(?:h\w\wps?|ftp)$/i.test(host) &&
    hostEnd + 2 < to &&
    /^:[/\\]{2}/.test(text.slice(hostEnd, hostEnd + 3))
  );
}
