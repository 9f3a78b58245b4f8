import { describe, expect, test } from "vitest";

import { readCsvColumns } from "../../src/intake/csv.ts";

function cellsLeft(text: string): readonly string[] {
  return readCsvColumns(text)
    .text.split(/\s+/u)
    .filter((cell) => cell !== "");
}

describe("the columns of a csv", () => {
  test.each([
    ["comma", "Domain,Note\nevil.example,seen on other.example\n"],
    ["semicolon", "Note;Domain\nother.example, again;evil.example\n"],
    ["tab", "Note\tDomain\r\nother.example\tevil.example\r\n"],
    ["pipe", "Note|Domain|x\nother.example|evil.example|y\n"],
    ["the delimiter that Excel is told", "sep=;\r\nDomain;Note\r\nevil.example;other.example\r\n"],
    ["empty lines before the headings", "\n  \r\nDomain,Note\nevil.example,other.example"],
  ])("are told apart by %s, and only the headed one is left", (_delimiter, text) => {
    expect(cellsLeft(text)).toEqual(["evil.example"]);
    expect(readCsvColumns(text).columns).toEqual(["Domain"]);
  });

  test.each([
    "Domain",
    " domain ",
    "DOMAINS",
    '"Domain"',
    "Domain Name",
    "IP",
    "ips",
    "IP Address",
    "ip_addresses",
    "IPv4",
    "URL",
    "urls",
    "Indicator",
    "Indicators",
    "IOC",
    "IOCs",
  ])("are read for the heading %j", (heading) => {
    expect(cellsLeft(`Note,${heading}\nother.example,evil.example`)).toEqual(["evil.example"]);
  });

  test.each(["Main domain", "Note", "IP count", "Description", ""])(
    "are all read for the heading %j",
    (heading) => {
      const text = `Note,${heading}\nother.example,evil.example`;

      expect(readCsvColumns(text)).toEqual({ text, columns: [] });
    },
  );

  test("are several where several are headed, hashes beside them", () => {
    const text = "ip,note,Domain,SHA256\n1.2.3.4,a.example,evil.example,abcd";

    expect(cellsLeft(text)).toEqual(["1.2.3.4", "evil.example", "abcd"]);
    expect(readCsvColumns(text).columns).toEqual(["ip", "Domain", "SHA256"]);
  });

  test("stay at their offsets", () => {
    const text = 'Note,Domain\r\n"two\r\nlines, a ""quoted"" x.example",evil.example\r\nü,b.example\r\n';
    const { text: left } = readCsvColumns(text);

    expect(left).toHaveLength(text.length);
    expect(left.indexOf("evil.example")).toBe(text.indexOf("evil.example"));
    expect(left.indexOf("b.example")).toBe(text.indexOf("b.example"));
    expect(left.replace(/[^\r\n]/gu, "")).toBe(text.replace(/[^\r\n]/gu, ""));
  });

  test("are read out of quotes, delimiters and line breaks included", () => {
    const text = 'Domain,Note\n"a.example,b.example\nc.example","x.example ""y"""\n"d.example",z\n';

    expect(cellsLeft(text)).toEqual(["a.example,b.example", "c.example", "d.example"]);
  });

  test.each([
    ["never closed", 'Domain,Note\na.example,"oops\nb.example,x\nc.example,y'],
    ["closed by the quote of a later line", 'Domain,Note\na.example,"oops\nb.example,x\nc.example,"y"\n'],
    ["within a cell", 'Domain,Note\na.example,5" tall\nb.example,x\nc.example,"5" tall\n'],
  ])("lose no row to a quote %s", (_how, text) => {
    expect(cellsLeft(text)).toEqual(["a.example", "b.example", "c.example"]);
  });

  test("are all read in a row with more cells than headings", () => {
    const text = "Note,URL\nx,http://a.example/1,2\ny,http://b.example/,\n";

    expect(cellsLeft(text)).toEqual(["x,http://a.example/1,2", "http://b.example/"]);
  });

  test("are all read in a row that does not reach the headed one", () => {
    expect(cellsLeft("Note,Id,Domain\nlone.example\nx,1,evil.example")).toEqual([
      "lone.example",
      "evil.example",
    ]);
  });

  test("are all read when the first row is data, though it says ip", () => {
    const text = "ip,1.2.3.4\ndomain,evil.example\n";

    expect(readCsvColumns(text)).toEqual({ text, columns: [] });
  });

  test.each([
    "ip,2001:db8::1",
    "domain,evil[.]example",
    "ioc,d41d8cd98f00b204e9800998ecf8427e",
    "ip,1[.]2[.]3[.]4",
  ])("take the first row %j for data", (row) => {
    expect(readCsvColumns(`${row}\n${row}`).columns).toEqual([]);
  });

  test("are all read when there is nothing under the headings", () => {
    const text = "Domain,Note\n,evil.example\n,\n";

    expect(readCsvColumns(text)).toEqual({ text, columns: [] });
  });

  test.each(["", "\n\n", "Domain", "Domain\n", "sep=,\n"])("do not exist in %j", (text) => {
    expect(readCsvColumns(text)).toEqual({ text, columns: [] });
  });

  test("of 10 MB with hostile quotes are found without hanging", () => {
    const rows = ['evil.example,"a ""note"" of x.example",1', 'a.example,"open', '"""x', "b.example,,2"];
    const text = `Domain,Note,Count\n${`${rows.join("\n")}\n`.repeat(130_000)}`;
    const startedAt = performance.now();

    const { columns } = readCsvColumns(text);

    expect(text.length).toBeGreaterThan(9_000_000);
    expect(columns).toEqual(["Domain"]);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
