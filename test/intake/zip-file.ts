import { crc32, deflateRawSync } from "node:zlib";

/** A part of a zip under construction; `claimedSize` is what its headers say it unpacks to, `times` how often it is listed. */
export interface Part {
  readonly path: string;
  readonly content: string | Buffer;
  readonly claimedSize?: number;
  readonly times?: number;
}

/** Builds a zip by hand, so that tests can hold what no well-behaved program writes. */
export function toZipFile(parts: readonly Part[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { path, content, claimedSize, times = 1 } of parts) {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const packed = deflateRawSync(bytes);
    const name = Buffer.from(path);
    const common = toCommonHeader(packed.length, claimedSize ?? bytes.length, crc32(bytes), name.length);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, packed]);
    const entry = Buffer.concat([Buffer.from("PK\x01\x02\x14\0", "latin1"), common, Buffer.alloc(14), name]);
    entry.writeUInt32LE(offset, 42);
    locals.push(local);
    for (let time = 0; time < times; time += 1) entries.push(entry);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function toCommonHeader(packedSize: number, size: number, checksum: number, nameLength: number): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(8, 4);
  header.writeUInt32LE(checksum, 10);
  header.writeUInt32LE(packedSize, 14);
  header.writeUInt32LE(size, 18);
  header.writeUInt16LE(nameLength, 22);
  return header;
}

const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** The parts of a workbook around sheets given as XML; its sheets are at `xl/worksheets/sheet<n>.xml`. */
export function toWorkbookParts(sheets: Readonly<Record<string, string>>): readonly Part[] {
  const names = Object.keys(sheets);
  const list = names.map((name, at) => `<sheet name="${name}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`);
  return [
    {
      path: "_rels/.rels",
      content: toRelations([["r", "officeDocument", "xl/workbook.xml"]]),
    },
    {
      path: "xl/workbook.xml",
      content: `<workbook xmlns:r="${RELATIONS}"><sheets>${list.join("")}</sheets></workbook>`,
    },
    {
      path: "xl/_rels/workbook.xml.rels",
      content: toRelations(
        names.map((_, at) => [`rId${at + 1}`, "worksheet", `worksheets/sheet${at + 1}.xml`]),
      ),
    },
    ...Object.values(sheets).map((content, at) => ({ path: `xl/worksheets/sheet${at + 1}.xml`, content })),
  ];
}

/** XML of relations: id, last word of the type, target. Targets with `://` are outside the zip. */
export function toRelations(
  relations: readonly (readonly [id: string, type: string, target: string])[],
): string {
  const elements = relations.map(
    ([id, type, target]) =>
      `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"${target.includes("://") ? ' TargetMode="External"' : ""}/>`,
  );
  return `<Relationships>${elements.join("")}</Relationships>`;
}

/** XML of a sheet from rows of cells as text. */
export function toSheet(rows: readonly (readonly string[])[]): string {
  return `<worksheet><sheetData>${rows.map(toRow).join("")}</sheetData></worksheet>`;
}

function toRow(row: readonly string[]): string {
  return `<row>${row.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join("")}</row>`;
}
