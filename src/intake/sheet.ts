import { attributeOf, readXml } from "./xml.ts";

/** Columns of a sheet, a limit of Excel; a longer row is told in pieces. */
const MAX_COLUMNS = 16_384;

/** A cell that says something. `column` counts from 0. */
export interface Cell {
  readonly ref: string;
  readonly column: number;
  readonly text: string;
  /** The formula of which the text is the stored result; empty for other cells. */
  readonly formula: string;
}

/** What is told of a sheet, in order: each row that has cells, then each link by the cells that it lies on. */
export interface SheetListener {
  row(cells: readonly Cell[]): void;
  link(ref: string, relationId: string): void;
}

/** Reads the strings that the cells of all sheets refer to by number. */
export async function readSharedStrings(chunks: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const strings: string[] = [];
  const collector = createTextCollector();
  await readXml(chunks, {
    open(name) {
      if (name === "si") collector.take();
      collector.open(name);
    },
    text: (part) => collector.text(part),
    close(name) {
      collector.close(name);
      if (name === "si") strings.push(toPlain(collector.take().text));
    },
  });
  return strings;
}

/** Reads the cells of a sheet row by row: text, numbers, formulas' stored results; dates are their numbers. */
export async function readSheet(
  chunks: AsyncIterable<Uint8Array>,
  sharedStrings: readonly string[],
  listener: SheetListener,
): Promise<void> {
  const collector = createTextCollector();
  let cells: Cell[] = [];
  let column = -1;
  let cell = { ref: "", type: "" };
  await readXml(chunks, {
    open(name, attributes) {
      collector.open(name);
      if (name === "row") column = -1;
      if (name === "hyperlink") listener.link(attributes["ref"] ?? "", attributeOf(attributes, "id") ?? "");
      if (name !== "c") return;
      collector.take();
      cell = { ref: attributes["r"] ?? "", type: attributes["t"] ?? "" };
      column = toColumn(cell.ref) ?? column + 1;
    },
    text: (part) => collector.text(part),
    close(name) {
      collector.close(name);
      if (name === "c") {
        const { text: written, formula } = collector.take();
        const text = toCellText(cell.type, written, sharedStrings);
        if (text !== "" || formula !== "") cells.push({ ref: cell.ref, column, text, formula });
      }
      if ((name !== "row" || cells.length === 0) && cells.length < MAX_COLUMNS) return;
      listener.row(cells);
      cells = [];
    },
  });
}

/** Joins the runs of rich text; leaves out how East Asian text is pronounced (`rPh`). */
function createTextCollector() {
  let text = "";
  let formula = "";
  let within = "";
  let isPronunciation = false;
  return {
    open(name: string) {
      within = name;
      isPronunciation ||= name === "rPh";
    },
    text(part: string) {
      if (within === "f") formula += part;
      else if ((within === "t" || within === "v") && !isPronunciation) text += part;
    },
    close(name: string) {
      within = "";
      if (name === "rPh") isPronunciation = false;
    },
    take() {
      const taken = { text, formula };
      text = "";
      formula = "";
      return taken;
    },
  };
}

function toCellText(type: string, written: string, sharedStrings: readonly string[]): string {
  if (type === "s") return sharedStrings[Number(written)] ?? "";
  if (type === "b") return written === "1" ? "TRUE" : "FALSE";
  return toPlain(written);
}

/** Excel writes a character that XML can't hold as `_x000D_`. */
function toPlain(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([\dA-F]{4})_/giu, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** `B7` is in column 1. */
function toColumn(ref: string): number | null {
  let column = 0;
  for (const letter of ref) {
    if (letter < "A" || letter > "Z") break;
    column = column * 26 + letter.charCodeAt(0) - 64;
  }
  return column === 0 ? null : column - 1;
}
