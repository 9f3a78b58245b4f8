import { UserError } from "../errors.ts";
import { refusalOfZip, type Refusal } from "./file-kind.ts";
import { MAX_UNPACKED_BYTES, toMebibytes } from "./limits.ts";
import { readRelations } from "./relations.ts";
import { createSheetText, type SheetText } from "./sheet-text.ts";
import { readSharedStrings, readSheet } from "./sheet.ts";
import { findWorkbookParts, type WorkbookParts } from "./workbook-parts.ts";
import { openZip, toDamaged, type Zip } from "./zip.ts";

/** The text of a workbook; `columns` are those read because of their heading, as `Sheet1: Domain`. */
export interface WorkbookText {
  readonly text: string;
  readonly columns: readonly string[];
}

/**
 * Reads every sheet of a workbook, hidden ones too. A sheet with a heading such as Domain is read in that column
 * only; a sheet without one is read whole, whatever the other sheets have. Or says why the zip is no workbook.
 * @throws UserError when it is damaged or unpacks to more than the limits.
 */
export async function readWorkbook(shownName: string, bytes: Uint8Array): Promise<WorkbookText | Refusal> {
  const zip = await openZip(shownName, bytes);
  try {
    const parts = await findWorkbookParts(zip);
    return parts ? await readSheets(shownName, zip, parts) : refusalOfZip(zip.paths);
  } catch (error) {
    throw error instanceof UserError ? error : toDamaged(shownName, error);
  }
}

async function readSheets(shownName: string, zip: Zip, parts: WorkbookParts): Promise<WorkbookText> {
  const sharedStrings = await readSharedStrings(zip.read(parts.sharedStrings));
  const texts: string[] = [];
  const columns: string[] = [];
  let units = 0;
  for (const { name, path } of parts.sheets) {
    const links = await readLinks(zip, path);
    const sheet = createSheetText({ hasLinks: links.size > 0 });
    await readSheet(zip.read(path), sharedStrings, {
      row(cells) {
        for (const { text } of cells) units += text.length;
        if (units > MAX_UNPACKED_BYTES) throw toTooLong(shownName);
        sheet.addRow(cells);
      },
      link(ref, id) {
        addLink(sheet, ref, links.get(id));
      },
    });
    const { text, headings } = sheet.toText();
    texts.push(text);
    columns.push(...headings.map((heading) => `${name}: ${heading}`));
  }
  return { text: texts.join("\n"), columns };
}

async function readLinks(zip: Zip, sheet: string): Promise<ReadonlyMap<string, string>> {
  const relations = await readRelations(zip, sheet);
  const links = relations.filter((relation) => relation.isExternal && relation.type === "hyperlink");
  return new Map(links.map(({ id, target }) => [id, target]));
}

function addLink(sheet: SheetText, ref: string, target: string | undefined): void {
  if (target !== undefined) sheet.addLink(ref, target);
}

/** One long text that thousands of cells share is small in the file and large when read. */
function toTooLong(shownName: string): UserError {
  const limit = toMebibytes(MAX_UNPACKED_BYTES);
  return new UserError(`${shownName} holds more than ${limit} of text: send it in parts.`);
}
