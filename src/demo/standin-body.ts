import { constants, crc32, deflateRawSync } from "node:zlib";

/** A body in pieces, so that what many bodies share need not be printed and packed for each of them. */
export type Body = readonly (string | Uint8Array | SharedText)[];

export interface SharedText {
  readonly bytes: Uint8Array;
  /** Deflate blocks that lean on nothing before them, ending on a whole byte. */
  readonly packed: Uint8Array;
}

const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const LAST_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff]);
const LONGEST_STORED = 0xff_ff;

export function toSharedText(text: string): SharedText {
  const bytes = Buffer.from(text);
  return { bytes, packed: deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH }) };
}

export function toPlain(body: Body): Buffer {
  return Buffer.concat(body.map(toBytes));
}

/**
 * One gzip member (RFC 1952): the shared pieces as they were packed, all others stored as they are.
 * A tenth of the work of packing the whole.
 */
export function toGzip(body: Body): Buffer {
  let checksum = 0;
  let size = 0;
  const blocks: Uint8Array[] = [GZIP_HEADER];
  for (const piece of body) {
    const bytes = toBytes(piece);
    checksum = crc32(bytes, checksum);
    size += bytes.length;
    if (typeof piece === "object" && "packed" in piece) blocks.push(piece.packed);
    else blocks.push(...toStored(bytes));
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(size, 4);
  return Buffer.concat([...blocks, LAST_BLOCK, trailer]);
}

function toBytes(piece: Body[number]): Uint8Array {
  if (typeof piece === "string") return Buffer.from(piece);
  return "packed" in piece ? piece.bytes : piece;
}

/** Stored blocks (RFC 1951, section 3.2.4), none of them the last one. */
function toStored(bytes: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += LONGEST_STORED) {
    const part = bytes.subarray(start, start + LONGEST_STORED);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(part.length ^ 0xff_ff, 3);
    blocks.push(head, part);
  }
  return blocks;
}
