import { judgeName, hasPublicEnding } from "./host-name.ts";
import { accept, reject, type Judgement } from "./judgement.ts";
import {
  CODE_OBJECTS,
  CODE_WORDS,
  FILE_DOMAINS,
  FILE_ENDINGS,
  FILE_INFIXES,
  PACKAGE_ROOTS,
  PRODUCTS,
} from "./name-endings.ts";
import { toInternalReason } from "./public-suffix.ts";

/** A dotted name that stands in plain text, so that it may as well be a file, a word of a program or two sentences. */
export interface PlainName {
  readonly written: string;
  /** In canonical form. */
  readonly name: string;
  /** Whether program text goes on after it: a call, an assignment, a scope. */
  readonly isCode: boolean;
  /** Whether it has a line or a cell for itself; asked for seldom. */
  readonly standsAlone: () => boolean;
}

/** Judges it; null for what is more likely no host and would not be missed. */
export function judgePlainName(plain: PlainName): Judgement | null {
  const { name, written, isCode } = plain;
  if (!hasPublicEnding(name)) return judgePrivateName(plain, name.split("."));
  if (isCode) return judgePublicName(plain);
  const before = judged.get(written);
  if (before !== undefined) return before;
  const judgement = judgePublicName(plain);
  if (judged.size > 5000) judged.clear();
  judged.set(written, judgement);
  return judgement;
}

/** The same names stand in a log again and again. */
const judged = new Map<string, Judgement | null>();

function judgePublicName(plain: PlainName): Judgement | null {
  const { name, written } = plain;
  const labels = name.split(".");
  if (labels.includes("")) return reject("empty label in the name");
  const doubt = toDoubt(plain, labels);
  if (doubt === "silent") return null;
  if (doubt !== null)
    return reject(`looks like ${doubt}; write it as ${toDefanged(written)} if it is a host`);
  return judgeName(name);
}

function toDoubt({ written, isCode }: PlainName, labels: readonly string[]): string | null {
  const [first = ""] = labels;
  const ending = labels.at(-1) ?? "";
  const infix = labels.at(-2) ?? "";
  if (PRODUCTS.has(written) || isDetection(written, labels)) return "silent";
  if (FILE_DOMAINS.has(ending) && (labels.length === 2 || FILE_INFIXES.has(infix) || /^\d+$/.test(infix))) {
    return "a file name";
  }
  if (/^(?:configure|makefile|cmakelists)$/.test(first)) return "a file name";
  if (labels.length > 2 && PACKAGE_ROOTS.has(first)) return "a package name";
  if (labels.length > 2) return isCode && CODE_WORDS.has(ending) ? "silent" : null;
  if (CODE_OBJECTS.has(first) && CODE_WORDS.has(ending)) return "silent";
  if (CODE_WORDS.has(ending) && (isCode || /^_?[a-z]+[A-Z]/.test(written))) return "silent";
  if (/^\d{1,2}\.[ap]m$/.test(labels.join("."))) return "silent";
  return /[a-z\d]\.[A-Z][a-z]+$/.test(written) && !/^[A-Z]/.test(written) ? "two sentences" : null;
}

/** Names that engines give to malware: `Trojan.Win32.Agent.ai`, `Backdoor.Linux.Mirai.ba`. */
function isDetection(written: string, labels: readonly string[]): boolean {
  if (
    labels.some((label) => /^(?:win(?:32|64|ce)|msil|androidos|msoffice|msword|vbs|nsis|multi)$/.test(label))
  )
    return true;
  return (
    labels.length > 2 &&
    /^(?:Trojan|Backdoor|Worm|Virus|HackTool|Hacktool|RiskTool|Ransom|Exploit|Adware|AdWare|PUA|PUP|Downloader|Dropper|Rootkit|HEUR|Gen|JS|W32|W97M|ELF|OSX)\b/.test(
      written,
    )
  );
}

function judgePrivateName(plain: PlainName, labels: readonly string[]): Judgement | null {
  const { name, isCode } = plain;
  const ending = labels.at(-1) ?? "";
  if (labels.includes("") || isCode || /^\d/.test(ending)) return null;
  const internal = toInternalReason(name);
  if (internal !== null && isInternal(plain, labels, ending)) return judgeName(name);
  if (internal !== null || labels.length < 3 || FILE_ENDINGS.has(ending)) return null;
  if (ending.length < 2 || PACKAGE_ROOTS.has(labels[0] ?? "") || isDetection(plain.written, labels))
    return null;
  if (!labels.every((label) => /^[a-z\d][a-z\d-]*[a-z\d]$/.test(label)) || !/^[a-z]/.test(ending))
    return null;
  return plain.standsAlone() ? accept("domain", name, "no public suffix") : null;
}

/** `user.home` and `unit.test` are words of programs more often than names of hosts. */
function isInternal(plain: PlainName, labels: readonly string[], ending: string): boolean {
  if (/^(?:internal|intranet|corp|lan|localdomain|arpa)$/.test(ending)) return true;
  if (FILE_INFIXES.has(labels.at(-2) ?? "")) return plain.standsAlone();
  return (
    labels.length > 2 || !/^(?:home|private|test|example|localhost)$/.test(ending) || plain.standsAlone()
  );
}

function toDefanged(written: string): string {
  const dot = written.lastIndexOf(".");
  return `${written.slice(0, dot)}[.]${written.slice(dot + 1)}`;
}
