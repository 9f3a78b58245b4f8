const MIB = 1024 * 1024;

/** Bytes that a file, an upload or standard input may have. */
export const MAX_FILE_BYTES = 10 * MIB;

/** Bytes that all parts of a workbook may have together once unpacked, counted while unpacking. */
export const MAX_UNPACKED_BYTES = 100 * MIB;

/** Parts that a workbook may be packed from; a workbook has one for each sheet and about ten more. */
export const MAX_WORKBOOK_PARTS = 10_000;

/** Indicators that one input may hold. */
export const MAX_INDICATORS = 100_000;

/** A limit as people read it: `10 MiB`. */
export function toMebibytes(bytes: number): string {
  return `${bytes / MIB} MiB`;
}
