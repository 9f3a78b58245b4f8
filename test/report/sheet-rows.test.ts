import { randomBytes } from "node:crypto";
import { Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";

import excel from "exceljs";
import { describe, expect, it } from "vitest";

import { columnName } from "../../src/report/cell-xml.ts";
import { textCell } from "../../src/report/cell.ts";
import { openRows } from "../../src/report/sheet-rows.ts";

describe("the rows of a sheet", () => {
  it("wait for a disk that is slow, so that they don't pile up in memory", async () => {
    const held: (() => void)[] = [];
    let isSlow = true;
    const disk = new Writable({
      write(_chunk, _encoding, done) {
        if (isSlow) held.push(done);
        else done();
      },
    });
    const workbook = new excel.stream.xlsx.WorkbookWriter({ stream: disk, useStyles: true });
    const rows = openRows(workbook, workbook.addWorksheet("Results"));
    // Random text, since what compresses well would fit into the buffers on the way.
    for (let row = 0; row < 1_000; row += 1) rows.add([textCell(randomBytes(3_000).toString("base64"))]);
    let isFlushed = false;

    const flushed = rows.flush().then(() => (isFlushed = true));
    for (let turns = 0; turns < 200; turns += 1) await turn();
    expect(isFlushed).toBe(false);

    isSlow = false;
    for (const release of held) release();
    await flushed;
    expect(isFlushed).toBe(true);
    rows.close(true);
    await workbook.commit();
  });

  it.each([
    [0, "A"],
    [25, "Z"],
    [26, "AA"],
    [51, "AZ"],
    [52, "BA"],
    [701, "ZZ"],
    [702, "AAA"],
  ])("have their column %i at %s", (index, name) => {
    expect(columnName(index)).toBe(name);
  });
});
