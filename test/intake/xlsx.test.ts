import { Writable } from "node:stream";

import ExcelJS from "exceljs";
import { describe, expect, test } from "vitest";

import { UserError } from "../../src/errors.ts";
import { toSource, type Source } from "../../src/intake/source.ts";
import { toRelations, toSheet, toWorkbookParts, toZipFile, type Part } from "./zip-file.ts";

const MIB = 1024 * 1024;

function readParts(parts: readonly Part[]): Promise<Source> {
  return toSource("list.xlsx", toZipFile(parts));
}

function readSheets(sheets: Readonly<Record<string, string>>): Promise<Source> {
  return readParts(toWorkbookParts(sheets));
}

function cellsOf({ text }: Source): readonly string[] {
  return text.split(/[\t\n]/u);
}

async function toBytes(workbook: ExcelJS.Workbook): Promise<Buffer> {
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

async function streamWorkbook(
  fill: (workbook: ExcelJS.stream.xlsx.WorkbookWriter) => void,
  useSharedStrings: boolean,
) {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useSharedStrings });
  fill(workbook);
  await workbook.commit();
  return Buffer.concat(chunks);
}

function cell(ref: string, text: string): string {
  return `<c r="${ref}" t="str"><v>${text}</v></c>`;
}

function inline(xml: string): string {
  return `<worksheet><sheetData><row><c t="inlineStr"><is>${xml}</is></c></row></sheetData></worksheet>`;
}

function withLinks(
  rows: readonly (readonly string[])[],
  links: Readonly<Record<string, string>>,
): readonly Part[] {
  const elements = Object.keys(links).map((ref, at) => `<hyperlink ref="${ref}" r:id="l${at}"/>`);
  const cells = rows.map((row, y) => row.map((text, x) => cell(`${"ABC"[x]}${y + 1}`, text)).join(""));
  const data = cells.map((row) => `<row>${row}</row>`).join("");
  const sheet = `<worksheet><sheetData>${data}</sheetData><hyperlinks>${elements.join("")}</hyperlinks></worksheet>`;
  return [
    ...toWorkbookParts({ S: sheet }),
    {
      path: "xl/worksheets/_rels/sheet1.xml.rels",
      content: toRelations(Object.values(links).map((target, at) => [`l${at}`, "hyperlink", target])),
    },
  ];
}

describe("a workbook", () => {
  test("is read in every sheet, hidden ones too, and every kind of cell", async () => {
    const workbook = new ExcelJS.Workbook();
    const first = workbook.addWorksheet("First");
    first.addRow([
      "a.example",
      42,
      true,
      { formula: 'A1&""', result: "b.example" },
      { formula: "1+1", result: 2 },
    ]);
    first.addRow([]);
    first.getCell("C9").value = {
      richText: [{ text: "c" }, { font: { bold: true }, text: ".example & <d>" }],
    };
    workbook.addWorksheet("Hidden", { state: "hidden" }).addRow(["münchen.example"]);
    workbook.addWorksheet("Very hidden", { state: "veryHidden" }).addRow(["z.example"]);

    const source = await toSource("list.xlsx", await toBytes(workbook));

    expect(source).toMatchObject({ name: "list.xlsx", encoding: "xlsx", columns: [] });
    expect(cellsOf(source)).toEqual([
      "a.example",
      "42",
      "TRUE",
      "b.example",
      "2",
      "c.example & <d>",
      "münchen.example",
      "z.example",
    ]);
  });

  test.each([true, false])("written as a stream is read (shared strings: %s)", async (useSharedStrings) => {
    const bytes = await streamWorkbook((workbook) => {
      for (const name of ["One", "Two"]) {
        const sheet = workbook.addWorksheet(name);
        sheet.addRow([`${name}.example`, "same.example"]).commit();
        sheet.commit();
      }
    }, useSharedStrings);

    expect(cellsOf(await toSource("list.xlsx", bytes))).toEqual([
      "One.example",
      "same.example",
      "Two.example",
      "same.example",
    ]);
  });

  test("is read in the headed column; a sheet without one is read whole", async () => {
    const source = await readSheets({
      Hits: toSheet([
        ["Note", " domain "],
        ["x.example", "a.example"],
        ["y.example", "b.example"],
      ]),
      Rest: toSheet([["c.example", "d.example"]]),
      Empty: toSheet([
        ["IP", "Note"],
        ["", "e.example"],
      ]),
    });

    expect(source.columns).toEqual(["Hits: domain"]);
    expect(cellsOf(source)).toEqual([
      "a.example",
      "b.example",
      "c.example",
      "d.example",
      "IP",
      "Note",
      "e.example",
    ]);
  });

  test("is read in its column by the cells' addresses, gaps included", async () => {
    const sheet = `<worksheet><sheetData>
      <row r="3">${cell("B3", "Note")}${cell("AB3", "URL")}</row>
      <row r="4">${cell("AB4", "http://a.example/")}</row>
      <row r="9">${cell("B9", "x.example")}${cell("AB9", "b.example")}${cell("AC9", "y.example")}</row>
    </sheetData></worksheet>`;

    expect(cellsOf(await readSheets({ S: sheet }))).toEqual(["http://a.example/", "b.example"]);
  });

  test.each([".txt", ".csv", "", ".xlsm", ".XLSX"])("is one though its name ends in %j", async (ending) => {
    const bytes = toZipFile(toWorkbookParts({ S: toSheet([["a.example"]]) }));

    expect(await toSource(`list${ending}`, bytes)).toMatchObject({ text: "a.example", encoding: "xlsx" });
  });

  test("in a larger buffer is read from its own bytes", async () => {
    const bytes = toZipFile(toWorkbookParts({ S: toSheet([["a.example"]]) }));
    const padded = Buffer.concat([Buffer.alloc(100, 1), bytes, Buffer.alloc(100, 2)]);

    expect(await toSource("list.xlsx", padded.subarray(100, 100 + bytes.length))).toMatchObject({
      text: "a.example",
    });
  });

  test("without any text is refused as empty", async () => {
    await expect(readSheets({ S: toSheet([]) })).rejects.toThrow(/list\.xlsx is empty/u);
  });
});

describe("what other programs write is read", () => {
  test.each([
    ["rich text within the cell", inline("<r><t>evil</t></r><r><t>.example</t></r>")],
    ["text with how it is pronounced", inline("<t>evil.example</t><rPh><t>x.example</t></rPh>")],
    ["character data", inline("<t><![CDATA[evil.example]]></t>")],
    ["prefixed names", inline("<t>evil.example</t>").replace(/<(\/?)/gu, "<$1x:")],
    ["an escaped line end", inline("<t>evil.example_x000D_</t>")],
    [
      "a comment and a declaration",
      `<?xml version="1.0"?><!-- x.example -->${inline("<t>evil.example</t>")}`,
    ],
  ])("%s", async (_what, sheet) => {
    expect((await readSheets({ S: sheet })).text.trim()).toBe("evil.example");
  });

  test("a sheet under any path, named absolutely, and in any case", async () => {
    const parts = toWorkbookParts({ S: "" }).flatMap((part) => {
      if (part.path === "xl/_rels/workbook.xml.rels") {
        return { ...part, content: toRelations([["rId1", "worksheet", "/xl/Worksheets/daten.xml"]]) };
      }
      return part.path.startsWith("xl/worksheets/") ? [] : part;
    });
    const sheet = { path: "xl/worksheets/Daten.xml", content: toSheet([["IP"], ["1.2.3.4"]]) };

    expect(await readParts([...parts, sheet])).toMatchObject({ text: "1.2.3.4", columns: ["S: IP"] });
  });

  test("parts in any order, the shared strings last", async () => {
    const sheet = `<worksheet><sheetData><row><c t="s"><v>1</v></c></row></sheetData></worksheet>`;
    const strings = "<sst><si><t>x.example</t></si><si><r><t>evil</t></r><r><t>.example</t></r></si></sst>";
    const parts = [{ path: "xl/sharedStrings.xml", content: strings }, ...toWorkbookParts({ S: sheet })];

    expect(await readParts(parts.toReversed())).toMatchObject({ text: "evil.example" });
  });

  test("a sheet that the workbook forgot to mention", async () => {
    const forgotten = { path: "xl/worksheets/sheet7.xml", content: toSheet([["b.example"]]) };

    expect(
      cellsOf(await readParts([...toWorkbookParts({ S: toSheet([["a.example"]]) }), forgotten])),
    ).toEqual(["a.example", "b.example"]);
  });

  test("UTF-16 parts", async () => {
    const [relations, workbook, list] = toWorkbookParts({ S: "" });
    const sheet = {
      path: "xl/worksheets/sheet1.xml",
      content: Buffer.from(`\uFEFF${toSheet([["ü.example"]])}`, "utf16le"),
    };

    expect(
      await readParts([relations, workbook, list, sheet].filter((part) => part !== undefined)),
    ).toMatchObject({
      text: "ü.example",
    });
  });

  test("letters of several bytes, wherever the unpacking cuts them", async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => [`mün€hen${"ü".repeat(at % 7)}${at}.example`]);

    expect(cellsOf(await readSheets({ S: toSheet(rows) }))).toEqual(rows.flat());
  });
});

describe("links", () => {
  test("are read beside what the cell says", async () => {
    const parts = withLinks([["click here", "b.example"]], { A1: "http://evil.example/x" });

    expect(cellsOf(await readParts(parts))).toEqual(["click here", "b.example", "http://evil.example/x"]);
  });

  test("to what the cell says, or to a page about it, add nothing", async () => {
    const parts = withLinks([["evil.example", "1.2.3.4"]], {
      A1: "http://evil.example/",
      B1: "https://about.example/ip-address/1.2.3.4",
    });

    expect(cellsOf(await readParts(parts))).toEqual(["evil.example", "1.2.3.4"]);
  });

  test("outside the headed column are not read", async () => {
    const parts = withLinks(
      [
        ["URL", "Link"],
        ["here", "there"],
      ],
      { A2: "http://a.example/", B2: "http://b.example/" },
    );

    expect(cellsOf(await readParts(parts))).toEqual(["here", "http://a.example/"]);
  });

  test("made by a formula are read", async () => {
    const workbook = new ExcelJS.Workbook();
    const formula = 'HYPERLINK("http://evil.example/x","here")';
    workbook.addWorksheet("S").addRow([{ formula, result: "here" }]);

    expect(cellsOf(await toSource("l.xlsx", await toBytes(workbook)))).toEqual([
      "here",
      "http://evil.example/x",
    ]);
  });
});

describe("what is no workbook, or a trap, is refused with a sentence", () => {
  test.each([
    ["a.docx", "word/document.xml", /Office document/u],
    ["a.ods", "content.xml", /Office document/u],
    ["a.xlsb", "xl/workbook.bin", /Office document/u],
    ["a.zip", "list.txt", /packed file.*unpack it/u],
    ["a.xlsx", "list.txt", /packed file.*unpack it/u],
  ])("%s with %s", async (name, path, sentence) => {
    const reading = toSource(name, toZipFile([{ path, content: "<document>1.2.3.4</document>" }]));

    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(sentence);
  });

  const whole = toZipFile(toWorkbookParts({ S: toSheet([["a.example"]]) }));

  test.each([
    ["cut short", whole.subarray(0, whole.length - 30)],
    ["cut in the middle", whole.subarray(0, 200)],
    ["with broken XML", toZipFile(toWorkbookParts({ S: "<worksheet><sheetData><row><c></row>" }))],
    ["with XML that breaks off", toZipFile(toWorkbookParts({ S: "<worksheet><sheetData>" }))],
    ["overwritten", Buffer.concat([whole.subarray(0, 60), Buffer.alloc(60, 0xaa), whole.subarray(120)])],
  ])("a workbook %s", async (_how, bytes) => {
    const reading = toSource("list.xlsx", bytes);

    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(/list\.xlsx is damaged.*save it again/u);
  });

  test.each([
    ["in a sheet", "xl/worksheets/sheet1.xml", undefined],
    ["in a part that is never read", "xl/media/image1.png", undefined],
    ["behind headers that claim ten bytes", "xl/worksheets/sheet1.xml", 10],
  ])("a bomb %s", async (_where, path, claimedSize) => {
    const bomb = {
      path,
      content: Buffer.alloc(101 * MIB),
      ...(claimedSize === undefined ? {} : { claimedSize }),
    };

    await expect(readParts([...toWorkbookParts({}), bomb])).rejects.toThrow(
      "list.xlsx unpacks to more than 100 MiB: send it in parts, or its text as csv or txt.",
    );
  });

  test("a bomb of parts that share their bytes", async () => {
    const part = { path: "xl/worksheets/sheet1.xml", content: Buffer.alloc(MIB), times: 9_000 };

    await expect(readParts([...toWorkbookParts({}), part])).rejects.toThrow(/unpacks to more than 100 MiB/u);
  });

  test("a bomb of very many empty parts", async () => {
    const part = { path: "xl/x", content: "", times: 60_000 };

    await expect(readParts([...toWorkbookParts({}), part])).rejects.toThrow(/more than 10000 parts/u);
  });

  test("a bomb of one long text that thousands of cells share", async () => {
    const cells = '<c t="s"><v>0</v></c>'.repeat(200);
    const parts = toWorkbookParts({ S: `<worksheet><sheetData><row>${cells}</row></sheetData></worksheet>` });
    const strings = {
      path: "xl/sharedStrings.xml",
      content: `<sst><si><t>${"a ".repeat(MIB)}</t></si></sst>`,
    };

    await expect(readParts([...parts, strings])).rejects.toThrow(/holds more than 100 MiB of text/u);
  });
});

test("a workbook of many rows, read in pieces, loses and doubles none", async () => {
  const bytes = await streamWorkbook((workbook) => {
    const sheet = workbook.addWorksheet("Big");
    sheet.addRow(["Note", "Domain", "Count"]).commit();
    for (let row = 0; row < 20_000; row += 1)
      sheet.addRow([`seen by ${row % 100}`, `host-${row}.example`, row]).commit();
    sheet.commit();
  }, true);

  const source = await toSource("big.xlsx", bytes);

  expect(source.columns).toEqual(["Big: Domain"]);
  expect(cellsOf(source)).toEqual(Array.from({ length: 20_000 }, (_, row) => `host-${row}.example`));
});
