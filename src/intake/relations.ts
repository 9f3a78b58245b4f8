import { posix } from "node:path";

import { attributeOf, readXml } from "./xml.ts";
import type { Zip } from "./zip.ts";

/** What one part of a workbook says about another. */
export interface Relation {
  readonly id: string;
  /** The last word of its type, such as `worksheet`: the rest has two spellings. */
  readonly type: string;
  /** A path in the zip, or an address outside. */
  readonly target: string;
  readonly isExternal: boolean;
}

/** The relations of a part (`""` = of the whole file); none where the zip has none. */
export async function readRelations(zip: Zip, part: string): Promise<readonly Relation[]> {
  const folder = posix.dirname(part);
  const relations: Relation[] = [];
  await readXml(zip.read(posix.join(folder, "_rels", `${posix.basename(part)}.rels`)), {
    open(name, attributes) {
      if (name !== "Relationship") return;
      const target = attributes["Target"] ?? "";
      const isExternal = attributes["TargetMode"] === "External";
      relations.push({
        id: attributeOf(attributes, "Id") ?? "",
        type: (attributes["Type"] ?? "").split("/").at(-1) ?? "",
        target: isExternal ? target : toPath(folder, target),
        isExternal,
      });
    },
  });
  return relations;
}

/** `worksheets/sheet1.xml` and `/xl/worksheets/sheet1.xml`, seen from `xl`, are the same part. */
function toPath(folder: string, target: string): string {
  return posix.join(target.startsWith("/") ? "." : folder, target).replace(/^\/+/u, "");
}
