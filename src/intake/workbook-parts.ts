import { posix } from "node:path";

import { readRelations } from "./relations.ts";
import { attributeOf, readXml } from "./xml.ts";
import type { Zip } from "./zip.ts";

/** Where a workbook keeps what is read of it. */
export interface WorkbookParts {
  readonly sheets: readonly { readonly name: string; readonly path: string }[];
  readonly sharedStrings: string;
}

/**
 * Finds the sheets of a workbook in their order, hidden ones too, and after them those that the workbook does not
 * mention. Null when the zip is no workbook.
 */
export async function findWorkbookParts(zip: Zip): Promise<WorkbookParts | null> {
  const ofFile = await readRelations(zip, "");
  const workbook = ofFile.find((relation) => relation.type === "officeDocument")?.target ?? "xl/workbook.xml";
  const listed = await readSheetList(zip, workbook);
  if (!listed) return null;
  const relations = await readRelations(zip, workbook);
  const sheets = listed.flatMap(({ name, id }) => {
    const path = relations.find((relation) => relation.id === id && !relation.isExternal)?.target;
    return path !== undefined && zip.has(path) ? [{ name, path }] : [];
  });
  const folder = posix.dirname(workbook);
  return {
    sheets: [...sheets, ...findUnlisted(zip, folder, new Set(sheets.map(({ path }) => path.toLowerCase())))],
    sharedStrings:
      relations.find((relation) => relation.type === "sharedStrings")?.target ??
      posix.join(folder, "sharedStrings.xml"),
  };
}

async function readSheetList(zip: Zip, workbook: string): Promise<{ name: string; id: string }[] | null> {
  if (!/\.xml$/iu.test(workbook)) return null;
  const sheets: { name: string; id: string }[] = [];
  let root: string | null = null;
  await readXml(zip.read(workbook), {
    open(name, attributes) {
      root ??= name;
      if (name !== "sheet") return;
      sheets.push({ name: attributes["name"] ?? "", id: attributeOf(attributes, "id") ?? "" });
    },
  });
  return root === "workbook" ? sheets : null;
}

function findUnlisted(zip: Zip, folder: string, listed: ReadonlySet<string>): WorkbookParts["sheets"] {
  return zip.paths
    .filter((path) => posix.dirname(path) === posix.join(folder, "worksheets") && /\.xml$/iu.test(path))
    .filter((path) => !listed.has(path.toLowerCase()))
    .map((path) => ({ name: posix.basename(path, ".xml"), path }));
}
