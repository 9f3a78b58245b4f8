/** What a file is instead of text or a workbook, and what to do about it; both are parts of a sentence. */
export interface Refusal {
  readonly is: string;
  readonly remedy: string;
}

/** What a file is, judged by its first bytes and its name. */
export type FileKind = { readonly kind: "text" | "csv" | "zip" } | ({ readonly kind: "refused" } & Refusal);

/** The remedy for a file with content that vtip could read in another form. */
const SAVE_AS = "save its content as txt, csv or xlsx and send that";

const OLD_OFFICE = {
  is: "an old Office file or a workbook with a password",
  remedy: `${SAVE_AS}, without a password`,
};
const OLD_EXCEL = { is: "an old Excel file", remedy: "save it as xlsx or csv and send that" };
const DOCUMENT = { is: "an Office document", remedy: SAVE_AS };
const PDF = { is: "a PDF", remedy: SAVE_AS };
const IMAGE = { is: "an image", remedy: "send its text as txt" };
const PACKED = { is: "a packed file", remedy: "unpack it and send the txt, log, csv, tsv or xlsx in it" };
const PROGRAM = { is: "a program", remedy: "send its hash as text" };
const NO_WORKBOOK = {
  is: "named like a workbook and none",
  remedy: "save it as xlsx, or name it .txt or .csv if it is text",
};

const ZIP_STARTS = ["PK\x03\x04", "PK\x05\x06"] as const;

const STARTS: readonly (readonly [start: string, Refusal])[] = [
  ["\xD0\xCF\x11\xE0", OLD_OFFICE],
  ["{\\rtf", DOCUMENT],
  ["%PDF-", PDF],
  ["\x89PNG", IMAGE],
  ["\xFF\xD8\xFF", IMAGE],
  ["GIF8", IMAGE],
  ["\x1F\x8B", PACKED],
  ["7z\xBC\xAF", PACKED],
  ["Rar!\x1A", PACKED],
  ["BZh", PACKED],
  ["\xFD7zXZ", PACKED],
  ["\x28\xB5\x2F\xFD", PACKED],
  ["MZ\x90", PROGRAM],
  ["\x7FELF", PROGRAM],
  ["\xFF\xFE\0\0", { is: "UTF-32 text", remedy: "save it as UTF-8 and send that" }],
];

const ENDINGS: readonly (readonly [ending: RegExp, Refusal])[] = [
  [/\.xls$/iu, OLD_EXCEL],
  [/\.(?:docx?|docm|rtf|odt|ods|pptx?|xlsb|msg)$/iu, DOCUMENT],
  [/\.pdf$/iu, PDF],
  [/\.(?:png|jpe?g|gif|bmp|tiff?|webp|heic)$/iu, IMAGE],
  [/\.(?:zip|gz|tgz|7z|rar|bz2|xz|zst|tar)$/iu, PACKED],
  [/\.(?:exe|dll|so|bin|iso)$/iu, PROGRAM],
  [/\.xl[st][xm]$/iu, NO_WORKBOOK],
];

/** Tells text, csv and zip (an xlsx is one, whatever its name) from what is not read. */
export function toFileKind(name: string, bytes: Uint8Array): FileKind {
  const head = String.fromCharCode(...bytes.subarray(0, 8));
  if (ZIP_STARTS.some((start) => head.startsWith(start))) return { kind: "zip" };
  const [, refusal] =
    STARTS.find(([start]) => head.startsWith(start)) ?? ENDINGS.find(([ending]) => ending.test(name)) ?? [];
  if (refusal) return { kind: "refused", ...refusal };
  return { kind: /\.(?:csv|tsv|tab)$/iu.test(name) ? "csv" : "text" };
}

/** What a zip is that holds no workbook, by the paths in it. */
export function refusalOfZip(paths: readonly string[]): Refusal {
  const isDocument = paths.some((path) =>
    /^(?:word|ppt)\/|^xl\/workbook\.bin$|^(?:content\.xml)$/iu.test(path),
  );
  return isDocument ? DOCUMENT : PACKED;
}
