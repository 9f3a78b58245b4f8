const WANTED = wordForms(
  "domain",
  "domain name",
  "ip",
  "ip address",
  "ipv4",
  "ipv4 address",
  "ipv6",
  "ipv6 address",
  "url",
  "indicator",
  "ioc",
);
const READ_BESIDE = wordForms("hash", "file hash", "md5", "sha1", "sha 1", "sha256", "sha 256");

/** A first row with a longer cell is data, and is not searched for headings. */
const MAX_HEADING_LENGTH = 1_000;

/**
 * Which columns to read, by the headings in the first row (0 = first column); empty = read everything.
 * Columns of domains, IPs, URLs and indicators are wanted; columns of hashes are read beside them, so that
 * none is lost. A row that holds an indicator itself is data, not headings: `ip,1.2.3.4` is no heading "ip".
 */
export function findColumns(firstRow: readonly string[]): readonly number[] {
  if (firstRow.some((cell) => cell.length > MAX_HEADING_LENGTH)) return [];
  const headings = firstRow.map(normalise);
  if (!headings.some((heading) => WANTED.has(heading)) || firstRow.some(looksLikeData)) return [];
  return headings.flatMap((heading, at) => (WANTED.has(heading) || READ_BESIDE.has(heading) ? [at] : []));
}

function normalise(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/["\s_-]+/gu, " ")
    .trim();
}

/** `1.2.3.4`, `evil.example`, `evil[.]example`, a hash; not `Seen (e.g. today)` or `No. of hits`. */
function looksLikeData(cell: string): boolean {
  return /[\p{L}\d]{2}[[({\\]?\.[\])}]?[\p{L}\d]{2}|\d\W?\.\W?\d+\W?\.|:[\da-f]*:|^\s*[\da-f]{32,}\s*$/iu.test(
    cell,
  );
}

function wordForms(...singulars: readonly string[]): ReadonlySet<string> {
  return new Set(singulars.flatMap((word) => [word, /[sh]$/u.test(word) ? `${word}es` : `${word}s`]));
}
