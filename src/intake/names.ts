import { CLASS, DOT, isUnspaced, WORD } from "./characters.ts";
import { hasPublicEnding, judgeName, toCanonicalName } from "./host-name.ts";
import { reject, type Judgement } from "./judgement.ts";
import { judgePlainName } from "./plain-name.ts";
import { isTopLevelDomain } from "./public-suffix.ts";
import { note, unitAt, type Reading } from "./reading.ts";
import { toEnd, toStart } from "./refang.ts";
import { skipTail } from "./tail.ts";
import type { Word } from "./word.ts";

const AT = 0x40;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/** Reads a word as a host name, or as the host of an e-mail address; returns the index to go on at. */
export function readName(reading: Reading, word: Word, to: number): number {
  const start = word.before === AT ? toLocalPart(reading, word.start) : word.start;
  if (start === word.start && !word.isDefanged && (isPathPart(reading, word) || isForeign(word.text)))
    return to;
  const name = toCanonicalName(word.text);
  if (name === null) {
    if (word.isDefanged) note(reading, start, word.end, reject("not a valid name"));
    return to;
  }
  if (start < word.start) {
    if (unitAt(reading, start - 1) === BACKSLASH && !name.includes(".")) return to;
    note(reading, start, word.end, judgeAddressHost(name, toLocal(reading, start, word.start)));
    return skipTail(reading, to);
  }
  if (!name.includes(".")) return to;
  const fault = hasPublicEnding(name) ? toFault(reading, word) : null;
  if (fault !== null) {
    note(
      reading,
      unitAt(reading, word.start - 2) === 0x2a ? word.start - 2 : word.start,
      word.end,
      reject(fault),
    );
    return skipTail(reading, to);
  }
  const judgement = word.isDefanged ? judgeName(name) : judgePlain(reading, word, name);
  note(reading, word.start, word.end, judgement);
  return judgement === null ? to : skipTail(reading, to);
}

/** Text of other scripts is full of dots; only the ending tells cheaply that it is no name. */
function isForeign(text: string): boolean {
  const ending = text.slice(text.lastIndexOf(".") + 1).toLowerCase();
  return ending.charCodeAt(0) > 0x7f && !isTopLevelDomain(ending);
}

function toLocal({ text }: Reading, start: number, end: number): string {
  return text.slice(start, end - 1);
}

/** After an @ a host is meant, but for retina images, versions of packages and the like. */
function judgeAddressHost(name: string, local: string): Judgement | null {
  if (name.includes(".")) return /^\d/.test(name.slice(name.lastIndexOf(".") + 1)) ? null : judgeFound(name);
  const isHost =
    /^[a-z][a-z\d-]+$/.test(name) && !/^v\d|^(?:latest|next|beta|alpha|main|master|canary)$/.test(name);
  return isHost && local !== "" ? judgeName(name) : null;
}

/** Names of files are no hosts even there (`logo@2x.png`), and would only be noise. */
function judgeFound(name: string): Judgement | null {
  const judgement = judgeName(name);
  return judgement.is === "rejected" && judgement.reason.startsWith("looks like a file") ? null : judgement;
}

function judgePlain(reading: Reading, word: Word, name: string): Judgement | null {
  const { before, after, start, end, isDotted } = word;
  if (isDotted && [0x29, 0x5d, 0x7d].includes(before)) return null;
  const isScoped = after === 0x3a && unitAt(reading, end + 1) === 0x3a;
  return judgePlainName({
    written: word.text,
    name,
    isCode: after === 0x28 || after === 0x3d || before === 0x24 || isScoped,
    standsAlone: () => hasOwnCell(reading, start, end),
  });
}

/** Why a name with a public ending is none: other text stands right beside it. */
function toFault(reading: Reading, { before, start, text, isDotted }: Word): string | null {
  if (isDotted && before === 0x2a) return "wildcard: write the name without the asterisk";
  if (isDotted && before === 0 && endsPlaceholder(reading, start)) return "placeholder in the name";
  if (isUnspaced(text.charCodeAt(0)) && /^[^.]*[\w-]/.test(text)) return "name glued to other text";
  return followsSign(reading, start) ? "name glued to other text" : null;
}

/** `<VICTIM>.evil.com` */
function endsPlaceholder({ source, refanged }: Reading, start: number): boolean {
  return source.charAt(toStart(refanged, start) - 2) === ">";
}

/** Emoji can be part of a name; of `a💩b.la` no other name must be made. Dashes part words. */
function followsSign(reading: Reading, start: number): boolean {
  let at = start - 1;
  while (start - at < 10 && isSign(unitAt(reading, at))) at -= 1;
  return at < start - 1 && isWordUnit(unitAt(reading, at));
}

function isSign(code: number): boolean {
  return code >= 0x2030 && !isWordUnit(code);
}

/** In a path only the first part can be a host: `\\host\share`, `//host/file`. */
function isPathPart(reading: Reading, { before, start, isDotted }: Word): boolean {
  if (before !== SLASH && before !== BACKSLASH) return false;
  if (isDotted) return true;
  const previous = unitAt(reading, start - 2);
  if (before === BACKSLASH) return previous !== 0 && previous !== BACKSLASH;
  if (/%3a%2f%2f$/i.test(reading.text.slice(Math.max(0, start - 9), start))) return false;
  return previous !== SLASH || isWordUnit(unitAt(reading, start - 3)) || unitAt(reading, start - 3) === SLASH;
}

/** Where the address begins whose @ stands right before `host`; `host` when nothing that names a mailbox does. */
function toLocalPart({ text, notedEnd: from }: Reading, host: number): number {
  let start = host - 1;
  while (start > from && isLocalUnit(text.charCodeAt(start - 1))) start -= 1;
  while (start < host - 1 && text.charCodeAt(start) === 0x2e) start += 1;
  return start === host - 1 ? host : start;
}

function isLocalUnit(code: number): boolean {
  return ((CLASS[code] ?? 0) & (WORD | DOT)) !== 0 || code === 0x2b || code === 0x25;
}

function isWordUnit(code: number): boolean {
  return ((CLASS[code] ?? 0) & WORD) !== 0;
}

/** Whether it fills its line, its cell or its quotes, but for a bullet before it and a port after. */
function hasOwnCell({ source, refanged }: Reading, start: number, end: number): boolean {
  const offset = toStart(refanged, start);
  const before = source.slice(Math.max(0, offset - 8), offset);
  const after = source.slice(toEnd(refanged, end), toEnd(refanged, end) + 10);
  const isFirst =
    offset <= 8 ? /(?:^|[\r\n,;\t|"'`])[ ]*(?:[-*•][ ]+)?$/ : /[\r\n,;\t|"'`][ ]*(?:[-*•][ ]+)?$/;
  return isFirst.test(before) && /^\.?(?::\d{1,5})?[ ]*(?:$|[\r\n,;\t|"'`])/.test(after);
}
