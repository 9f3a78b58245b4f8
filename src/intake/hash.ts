import { accept, reject, type Judgement } from "./judgement.ts";

const NAMES: Readonly<Record<number, string>> = { 32: "MD5", 40: "SHA-1", 64: "SHA-256" };

/** Digests that are not of a whole file, by the word that stands before them. */
const OF_PARTS =
  /(imp(?:ort)?[ _-]?hash|authenti-?hash|ja3s?|ja4|hassh|vhash|rich(?:_?pe)?[ _-]?hash|tlsh|ssdeep|serial(?: number)?|thumbprint)(?:["'\s:={]*hash)?["'\s:=`|-]*$/i;

/**
 * Judges a word without dots as the hash of a file; null when it is none. Decimal numbers are none, however long.
 * `before` gives the text that leads up to it, of which the last 40 units are enough.
 */
export function judgeHash(word: string, before: () => string): Judgement | null {
  const isKnown = NAMES[word.length] !== undefined;
  if (!isKnown && word.length !== 128) return null;
  if (!/^[\da-f]+$/i.test(word) || /^\d+$/.test(word)) return null;
  if (!isKnown) return reject("SHA-512, VirusTotal takes MD5, SHA-1 and SHA-256");
  const part = before().match(OF_PARTS)?.[1];
  if (part !== undefined) return reject(`${part.toLowerCase()}, not the hash of a file`);
  return accept("hash", word.toLowerCase());
}
