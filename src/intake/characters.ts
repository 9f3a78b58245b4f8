/** A letter, digit, mark, hyphen or underscore of any script: what labels are made of. */
export const WORD = 1;
export const DOT = 2;
export const COLON = 4;
/** Needs `refang` before it can be read: a bracket, backslash, ampersand, caret or anything beyond ASCII. */
export const ODD = 8;
/** Ends a run of text that may hold an indicator: white space, quotes, angle brackets, bars. */
export const BREAK = 16;
/** Parts fields in a line without spaces. */
export const COMMA = 32;
/** Never counts: zero-width and direction marks. */
export const IGNORED = 64;
/** To be looked at once more while a run is measured: what follows it decides whether the run is worth reading. */
export const TELLING = 256;
/** May begin a separator that was written between spaces, as in `evil dot com`. */
export const LOOSE = 128;

type Range = readonly [from: number, to: number];

const BREAKS: readonly Range[] = [
  [0x80, 0xa0],
  [0xab, 0xab],
  [0xbb, 0xbb],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2018, 0x201f],
  [0x2022, 0x2022],
  [0x2026, 0x2029],
  [0x202f, 0x202f],
  [0x2039, 0x203a],
  [0x205f, 0x205f],
  [0x3000, 0x3001],
  [0x3003, 0x3003],
  [0x3008, 0x3011],
  [0x3014, 0x301f],
  [0xff01, 0xff02],
  [0xff07, 0xff09],
  [0xff0c, 0xff0c],
  [0xff1b, 0xff1c],
  [0xff1e, 0xff1f],
  [0xff40, 0xff40],
  [0xff5b, 0xff5d],
];

/**
 * Signs that are no part of a word: punctuation, arrows, emoji, halves of what lies beyond U+FFFF, and what IDNA makes
 * signs of, such as ㈀.
 */
const SIGNS: readonly Range[] = [
  [0xa1, 0xa9],
  [0xac, 0xac],
  [0xae, 0xb4],
  [0xb6, 0xb6],
  [0xb8, 0xb9],
  [0xbc, 0xbf],
  [0xd7, 0xd7],
  [0xf7, 0xf7],
  [0x37e, 0x37e],
  [0x1fef, 0x1fef],
  [0x2010, 0x2fef],
  [0x3004, 0x3004],
  [0x3012, 0x3013],
  [0x3020, 0x3020],
  [0x3030, 0x3030],
  [0x3200, 0x321e],
  [0x3220, 0x3243],
  [0xd800, 0xf8ff],
  [0xfb29, 0xfb29],
  [0xfe10, 0xfe6f],
  [0xff04, 0xff04],
  [0xff06, 0xff06],
  [0xff0a, 0xff0b],
  [0xff1d, 0xff1d],
  [0xff5e, 0xff5e],
  [0xfff0, 0xffff],
];

const IGNORABLES: readonly Range[] = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
];

/** Scripts that are written without spaces, so that a name or address may stand right beside their text. */
const UNSPACED: readonly Range[] = [
  [0x0e00, 0x0eff],
  [0x1100, 0x11ff],
  [0x3005, 0x3007],
  [0x3031, 0x9fff],
  [0xac00, 0xd7ff],
  [0xf900, 0xfaff],
];

/** What each UTF-16 unit is, as a sum of the flags above. */
export const CLASS: Uint16Array = toClasses();

/** Whether the unit belongs to a script that is written without spaces: Chinese, Japanese, Korean, Thai, Lao. */
export function isUnspaced(code: number): boolean {
  return code >= 0x0e00 && UNSPACED.some(([from, to]) => code >= from && code <= to);
}

function toClasses(): Uint16Array {
  const classes = new Uint16Array(0x10000).fill(WORD | ODD, 0x80);
  classes.fill(BREAK, 0, 0x21);
  for (const char of '"<>`|\u007f') classes[char.charCodeAt(0)] = BREAK;
  for (let code = 0x21; code < 0x7f; code += 1) {
    if (/[\w-]/.test(String.fromCharCode(code))) classes[code] = WORD;
  }
  for (const char of "[](){}\\&^") classes[char.charCodeAt(0)] = ODD;
  for (const char of ",;") classes[char.charCodeAt(0)] = COMMA;
  classes[0x2e] = DOT;
  classes[0x3a] = COLON;
  for (const [from, to] of SIGNS) classes.fill(ODD, from, to + 1);
  for (const [from, to] of BREAKS) classes.fill(BREAK, from, to + 1);
  for (const [from, to] of IGNORABLES) classes.fill(IGNORED | ODD, from, to + 1);
  for (const dot of [0x3002, 0xff0e, 0xff61]) classes[dot] = DOT | ODD;
  classes[0xff1a] = COLON | ODD;
  addFlag(classes, LOOSE, ".dD[({@A．。｡");
  addFlag(classes, TELLING, ":[({&\\@：");
  return classes;
}

function addFlag(classes: Uint16Array, flag: number, chars: string): void {
  for (let at = 0; at < chars.length; at += 1) {
    const code = chars.charCodeAt(at);
    classes[code] = (classes[code] ?? 0) | flag;
  }
}
